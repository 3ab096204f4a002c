"""Regret: how far behind the best arrangement each one is, context by context.

Who chooses by the least maximum regret wants never to be far behind, whichever context
comes, without saying how probable each is. The best of a context is the best mean of the
same replications, so small regrets are a little too large. Because it is chosen by the data,
intervals are made to hold for every pair of arrangements, not for those with one of them.

Source: Savage LJ (1951), The theory of statistical decision, Journal of the American
Statistical Association 46(253), 55-67.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiment.simultaneous import differences, level, t_interval

Float = NDArray[np.float64]
Cell = tuple[str, str, str]
"""Staffing, context, arrangement."""

COLUMNS = ["staffing", "context", "arrangement", "mean", "regret", "low", "high", "best"]


def grid(values: Mapping[Cell, Float], higher: bool) -> pd.DataFrame:
    """Return the regret of each arrangement in each context; columns ``COLUMNS``.

    ``values`` has the primary measure by replication, in the same order for all;
    ``higher`` says that more is better. ``regret`` is the mean paired difference from the
    best, never negative, with t intervals that hold for all pairs of arrangements of a context
    at once, whichever is best. A value that is not a number or infinite leaves an arrangement
    without a regret, and it is never the best.
    """
    blocks: dict[tuple[str, str], dict[str, Float]] = {}
    for (staffing, context, arrangement), value in values.items():
        blocks.setdefault((staffing, context), {})[arrangement] = value
    rows = [
        {"staffing": staffing, "context": context, **row}
        for (staffing, context), block in blocks.items()
        for row in _regrets(block, 1.0 if higher else -1.0)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _regrets(block: Mapping[str, Float], sign: float) -> list[dict[str, object]]:
    means = {name: float(value.mean()) for name, value in block.items()}
    known = [name for name, mean in means.items() if np.isfinite(mean)]
    first = max(known, key=lambda name: sign * means[name], default=None)
    rows: list[dict[str, object]] = []
    for name, value in block.items():
        row: dict[str, object] = {"arrangement": name, "mean": means[name], "best": name == first}
        if first is None:
            rows.append({**row, "regret": np.nan, "low": np.nan, "high": np.nan})
            continue
        behind = differences(sign * block[first], sign * value)
        found = t_interval(behind, level(math.comb(len(block), 2)))
        rows.append({**row, "regret": found.mean, "low": found.low, "high": found.high})
    return rows


def worst(found: pd.DataFrame) -> pd.DataFrame:
    """Return the maximum regret of each arrangement, and in which context it has it.

    Columns ``staffing, arrangement, regret, context, minimax``; the last marks the least
    maximum. An arrangement that cannot be judged in a context has no maximum.
    """
    rows = []
    for (staffing, arrangement), part in found.groupby(["staffing", "arrangement"], sort=False):
        known = bool(np.isfinite(part["regret"]).all())
        most = part.sort_values("regret", ascending=False, kind="stable").iloc[0]
        rows.append(
            {
                "staffing": staffing,
                "arrangement": arrangement,
                "regret": most["regret"] if known else np.nan,
                "context": most["context"] if known else "",
            }
        )
    table = pd.DataFrame(rows, columns=["staffing", "arrangement", "regret", "context"])
    least = table.groupby("staffing", sort=False)["regret"].transform("min")
    return table.assign(minimax=table["regret"] == least)
