"""The limiting twins of every arrangement, as a planner reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.comparison import OVERLOADED
from sim.experiment.headlines import Headline
from sim.experiment.paired import half_width
from sim.experiment.twins import LOAD, SHOWN, UNLIMITED, Twins
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import Scenario

PARTS = dict(zip(SHOWN[3:], ("Queue", "Work", "Board", "Outside"), strict=True))
"""Where the time of a case goes, with short words for it."""


def render(found: Sequence[Twins], scenario: Scenario) -> RenderableType:
    """Return the printed twins: unlimited staff, then zero noise and the pooled queue."""
    count = len(found[0].as_staffed)
    return Group(
        Text(f"\n{scenario.title}", style="bold"),
        Text(f"\nUnlimited staff ({UNLIMITED:.0f} times as many)\n", style="bold"),
        _unlimited(found),
        Text(
            f"\nMeans of {count} replications with half the width of their 95% interval. Queue, "
            "work, committee (board) and outside waits are working days per case opened with "
            f"unlimited staff. {OVERLOADED.capitalize()}: some staff cannot keep up, so that "
            "the median would flatter. What queues then waits for a named officer; the rest is the "
            "floor that no staff can buy."
        ),
        Text("\nZero noise, and all staff in one queue\n", style="bold"),
        _exact(found),
        Text(
            "\nZero noise: without chance and with ample staff, the cases that end exactly where "
            "their critical path says. One queue: the wait of random arrivals with exponential "
            "work for as many people as the staff amount to on casework, in mean pieces of work: "
            "Erlang's formula beside its simulation with the 95% interval, at the arrangement's "
            "load but at most 0.9."
        ),
    )


def _unlimited(found: Sequence[Twins]) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Arrangement", no_wrap=True)
    for head in ("Load", "In time", "Unlimited", "Median days", "Unlimited", *PARTS.values()):
        shown.add_column(head, justify="right")
    for each in found:
        share, median = SHOWN[1:3]
        cells = [f"{each.as_staffed[:, SHOWN.index(LOAD)].mean():.2f}"]
        for headline in (share, median):
            cells += [_mean(values, headline) for values in (each.as_staffed, each.unlimited)]
        if each.overloaded:
            cells[3] = OVERLOADED
        cells += [f"{each.unlimited[:, SHOWN.index(part)].mean():.2f}" for part in PARTS]
        shown.add_row(each.arrangement, *cells)
    return shown


def _mean(values: np.ndarray, headline: Headline) -> str:
    """Say a mean with half the width of its 95% interval."""
    column = values[:, SHOWN.index(headline)]
    spread = np.array([column.std(ddof=1)])
    half = float(half_width(spread, np.array([len(column)]))[0])
    unit = CATALOGUE[headline.measure].unit
    said = wording.amount(float(column.mean()), unit, half)
    scaled = wording.scaled(half, unit)
    return f"{said} ±{scaled:.{wording.decimals(scaled, scaled)}f}" if half > 0 else said


def _exact(found: Sequence[Twins]) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Arrangement")
    heads = ("Cases", "On their critical path", "People", "Load", "Erlang", "Simulated")
    for head in heads:
        shown.add_column(head, justify="right")
    for each in found:
        zero, queue = each.zero_noise, each.pooled
        on_path = "all" if zero.exact == zero.cases else f"all but {zero.cases - zero.exact:,}"
        interval = f"{queue.mean:.3f} ({queue.low:.3f} to {queue.high:.3f})"
        shown.add_row(
            each.arrangement, f"{zero.cases:,}", on_path, f"{queue.servers}", f"{queue.load:.2f}",
            f"{queue.erlang:.3f}", interval,
        )  # fmt: skip
    return shown
