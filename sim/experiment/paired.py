"""Paired comparison of arrangements with a base, replication by replication.

Common random numbers give every arrangement the same contracts, demand and
luck, so the differences within replications vary less than the values. The
intervals show simulation error only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from sim.experiment.staffing import plain, staffing_of
from sim.outcomes.catalogue import CATALOGUE

CONFIDENCE = 0.95
ROUNDING = 1e-12
"""Relative difference that is none: costs at the same money differ by their rounding."""

KEY = ["measure", "case_type", "body", "role", "period", "unit"]
WHAT = ["context", *KEY]
COLUMNS = [
    "arrangement",
    "context",
    "staffing",
    *KEY,
    "base_mean",
    "mean",
    "difference",
    "low",
    "high",
    "replications",
    "favours",
    "replications_saved",
    "not_reached",
]

Float = NDArray[np.float64]
Int = NDArray[np.int64]


def compare(measures: pd.DataFrame, base: str) -> pd.DataFrame:
    """Compare each arrangement with the base; one row per measure, with columns ``COLUMNS``.

    ``measures`` has ``arrangement, context, replication`` and the columns of
    ``sim.outcomes.measures.measure``. A variant such as "central (same money)"
    is a row of "central" with ``staffing`` "same money", compared with the same
    base. Rows that one of the two arrangements never has are left out.

    - ``difference`` is the mean of value less base value over replications,
      ``low`` to ``high`` its 95% t interval (NaN with one replication).
    - ``favours``: the share of replications in which the arrangement is better
      than the base, ties counted half; NaN where neither way is better.
    - ``replications_saved``: (s_a² + s_b²) / s_d², how many times as many
      replications independent runs would need for the same interval; infinite
      where the differences do not vary, NaN where nothing does.
    - ``replications``: those in which either has such a row.
    - ``not_reached``: those of them in which either value is not a number or infinite, or
      only one of the two has the row, as where an arrangement is so slow that no case has got
      that far. Where there are any, all that follows from differences is NaN, because
      leaving those replications out would flatter.

    Raises:
        KeyError: There is no arrangement ``base``.
    """
    if base not in measures["arrangement"].unique():
        raise KeyError(base)
    table, value, value_base, row = _paired(measures, base)
    way = {name: one.better for name, one in CATALOGUE.items()}
    sign = table["measure"].map(way).map({"lower": -1.0, "higher": 1.0})
    found = summarise(value, value_base, row, np.asarray(sign, dtype=np.float64))
    labels = table["arrangement"].unique()
    names, staffing = (
        table["arrangement"].map({label: part(label) for label in labels})
        for part in (plain, staffing_of)
    )
    return table.assign(arrangement=names, staffing=staffing, **found)[COLUMNS]


def _paired(measures: pd.DataFrame, base: str) -> tuple[pd.DataFrame, Float, Float, Int]:
    """Return what is compared, and the value, that of base and the row of each replication of it.

    A replication that one of the two lacks has NaN; what one never has is left out.
    """
    what = measures.groupby(WHAT, sort=False).ngroup().to_numpy()
    theirs = (measures["arrangement"] == base).to_numpy()
    known = np.isin(what, what[theirs])
    rows, what, theirs = measures[known], what[known], theirs[known]
    who, names = pd.factorize(rows["arrangement"])
    number = pd.factorize(rows["replication"])[0]
    places = np.unique(what, return_inverse=True)[1]
    value = np.full((len(names), places.max() + 1, number.max() + 1), np.nan)
    there = np.zeros(value.shape, dtype=np.bool_)
    value[who, places, number], there[who, places, number] = rows["value"], True
    own = pd.DataFrame({"who": who, "what": places})[~theirs].drop_duplicates()
    one, other = (own["who"].to_numpy(), own["what"].to_numpy()), list(names).index(base)
    row, replication = np.nonzero(there[one] | there[other][own["what"]])
    table = rows[["arrangement", *WHAT]].iloc[own.index].reset_index(drop=True)
    pairs = value[one][row, replication], value[other][own["what"]][row, replication]
    return table, *pairs, row


def summarise(value: Float, base: Float, group: Int, sign: Float) -> dict[str, Float | Int]:
    """Return the statistics of ``compare`` by group.

    ``value``, ``base`` and ``group`` have shape (pairs,), ``sign`` (groups,): 1
    where more is better, -1 where less is.
    """
    groups = len(sign)
    count = np.bincount(group, minlength=groups)
    finite = np.isfinite(value) & np.isfinite(base)
    not_reached = np.bincount(group[~finite], minlength=groups)
    gain = np.subtract(value, base, out=np.full(len(value), np.nan), where=finite)
    with np.errstate(invalid="ignore"):
        gain[np.abs(gain) <= ROUNDING * np.abs(base)] = 0.0
    difference, spread = moments(gain, group, groups)
    size = np.zeros(groups)
    np.maximum.at(size, group, np.where(finite, np.maximum(np.abs(value), np.abs(base)), 0.0))
    spread[spread <= ROUNDING * size] = 0.0
    half = half_width(spread, count)
    better = (np.sign(gain) * sign[group] + 1.0) / 2.0
    own, other = moments(value, group, groups), moments(base, group, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        saved = (own[1] ** 2 + other[1] ** 2) / spread**2
    return {
        "base_mean": other[0],
        "mean": own[0],
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
        "replications": count,
        "favours": moments(better, group, groups)[0],
        "replications_saved": saved,
        "not_reached": not_reached,
    }


def moments(value: Float, group: Int, groups: int) -> tuple[Float, Float]:
    """Return mean and standard deviation by group (NaN with fewer than two values).

    A value that is not a number makes its group's results so. Equal values have
    exactly their own mean and no spread, whatever rounding would say.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        count = np.bincount(group, minlength=groups)
        mean = np.bincount(group, value, minlength=groups) / count
        squares = np.bincount(group, (value - mean[group]) ** 2, minlength=groups)
        spread = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
    first = np.empty(groups)
    first[group[::-1]] = value[::-1]
    equal = np.bincount(group[value != first[group]], minlength=groups) == 0
    return np.where(equal, first, mean), np.where(equal & (count > 1), 0.0, spread)


def half_width(spread: Float, count: Int) -> Float:
    """Return half the width of the t interval of a mean."""
    quantile = student.ppf((1.0 + CONFIDENCE) / 2.0, np.maximum(count - 1, 1))
    return np.asarray(quantile * spread / np.sqrt(count), dtype=np.float64)
