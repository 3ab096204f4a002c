"""What a chart is given, what it gives back, and how rows are chosen.

Tidy tables hold one number per row; ``all`` marks a column that does not apply.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from io import BytesIO

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import t as student

from sim.charts.style import Width
from sim.experiment.staffing import AS_STAFFED, Staffing, label, plain

ALL = "all"
_ACRONYMS = {name.lower(): name for name in ("PCT", "CCG", "ICB", "PCN", "GP", "NHS", "APMS")}

COMPONENTS = ("queue", "work", "committee", "outside", "handoff")
"""Parts of elapsed time, in the order in which they are stacked."""


def plainly(name: str, labels: Mapping[str, str]) -> str:
    """Return the words for an id; without any, the id itself is spelt out."""
    spelt = " ".join(_ACRONYMS.get(word, word) for word in name.split("_"))
    words = labels.get(name) or spelt
    return words[:1].upper() + words[1:]


class NoDataError(ValueError):
    """The results hold nothing that this chart could show."""


class UnknownChartError(ValueError):
    """There is no chart of this name."""


@dataclass(frozen=True)
class ChartData:
    """Results as tidy tables, and the words that go with them.

    ``labels`` gives the words for an id of an arrangement, case type, role or
    context; without one, the id itself is spelt out. ``note`` is a sentence for
    every caption (such as that the estate is synthetic). ``primary`` is the
    measure that the scenario declares. ``context`` picks one of several; without
    it the first is shown. ``changes`` has the months, as ``2013-04``, in which one
    arrangement takes the place of another, in their order. ``together`` says that intervals
    of the primary measure hold for all arrangements at once.
    """

    measures: pd.DataFrame
    comparisons: pd.DataFrame
    title: str
    base: str
    note: str = ""
    primary: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    staffing: Staffing = AS_STAFFED
    context: str | None = None
    changes: Sequence[str] = ()
    together: bool = False

    def label(self, name: str) -> str:
        """Words for an id: ``place_based`` becomes ``Place based``."""
        return plainly(name, self.labels)

    @cached_property
    def contexts(self) -> list[str]:
        """Every context of the results, in their order."""
        return list(self.measures["context"].unique())

    @property
    def shown_context(self) -> str:
        """The one context that is drawn."""
        return self.context or self.contexts[0]

    @cached_property
    def arrangements(self) -> list[str]:
        """Ids of the arrangements: the base first, the others in their order."""
        names = [plain(name) for name in self.measures["arrangement"].unique()]
        return sorted(dict.fromkeys(names), key=lambda name: name != self.base)


@dataclass(frozen=True)
class Drawn:
    """A figure with the numbers in it, and the words for those who cannot see it.

    A notebook shows it with its caption below and its alt text for screen readers.
    """

    title: str
    figure: Figure
    table: pd.DataFrame
    caption: str
    alt: str

    def _repr_html_(self) -> str:
        picture = BytesIO()
        self.figure.savefig(picture, format="png", dpi=150)
        source = b64encode(picture.getvalue()).decode("ascii")
        return (
            f'<figure><img alt="{escape(self.alt)}" src="data:image/png;base64,{source}">'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )


@dataclass(frozen=True)
class Chart:
    """One kind of chart: its numbers, then its picture and its words from them."""

    title: str
    tabulate: Callable[[ChartData, Width], pd.DataFrame]
    paint: Callable[[pd.DataFrame, ChartData, Width], Figure]
    describe: Callable[[pd.DataFrame, ChartData], tuple[str, str]]
    """Caption and alt text, without the sentences that every chart has."""


def select(data: ChartData, measures: Iterable[str], by: Sequence[str] = ()) -> pd.DataFrame:
    """Return rows of some measures, in the shown context and staffing.

    Columns in ``by`` keep their parts (never the total over them); the others
    keep only their total. Arrangements come back under their plain names.
    """
    frame = data.measures
    keep = frame["measure"].isin(list(measures)) & (frame["context"] == data.shown_context)
    for column in ("case_type", "body", "role", "period"):
        keep &= (frame[column] != ALL) if column in by else (frame[column] == ALL)
    return _one_staffing(frame[keep], data)


def _one_staffing(frame: pd.DataFrame, data: ChartData) -> pd.DataFrame:
    """One variant per arrangement; the base is its own same-money variant."""
    present = set(data.measures["arrangement"].unique())
    wanted = {name: label(name, data.staffing, data.base) for name in data.arrangements}
    labels = {own if own in present else name: name for name, own in wanted.items()}
    frame = frame[frame["arrangement"].isin(labels)]
    return frame.assign(arrangement=frame["arrangement"].map(labels))


def estimates(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the mean over replications and its 95% t interval, per group of ``by``.

    Columns: ``by``, ``unit, mean, low, high, replications, missing``. A group in
    which a replication has no finite value has no mean either: leaving that
    replication out would flatter. One replication has no interval.

    Raises:
        NoDataError: when there is no row.
    """
    if frame.empty:
        raise NoDataError("the results hold no such measure")
    finite = frame["value"].replace([np.inf, -np.inf], np.nan)
    groups = frame.assign(value=finite).groupby(list(by), sort=False)
    table = groups["unit"].first().to_frame()
    table["mean"] = groups["value"].mean(skipna=False)
    count = groups["value"].size()
    quantile = pd.Series(student.ppf(0.975, (count - 1).clip(lower=1)), index=count.index)
    half = (quantile * groups["value"].std() / count**0.5).where(table["mean"].notna())
    table["low"], table["high"] = table["mean"] - half, table["mean"] + half
    table["replications"] = count
    table["missing"] = count - groups["value"].count()
    return table.reset_index()


def in_order(table: pd.DataFrame, orders: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Sort by columns whose values have a given order; drop values that are not in it."""
    for column, order in orders.items():
        table = table[table[column].isin(list(order))]
    places = {c: {v: place for place, v in enumerate(order)} for c, order in orders.items()}
    keyed = table.sort_values(
        list(orders), key=lambda column: column.map(places[str(column.name)]), kind="stable"
    )
    return keyed.reset_index(drop=True)


def busiest_case_types(data: ChartData) -> list[str]:
    """Return case types, those first of which some arrangement opens most cases.

    Where one arrangement cannot open its reviews, another can: a sum over all of them would
    hide those that fare worst.
    """
    for measure, by in (
        ("cases_opened", ["case_type"]),
        ("backlog_cases", ["case_type", "period"]),
    ):
        frame = select(data, [measure], by)
        if not frame.empty:
            totals = frame.groupby(["case_type", "arrangement"], sort=False)["value"].sum()
            most = totals.groupby(level="case_type", sort=False).max()
            return list(most.sort_values(ascending=False, kind="stable").index)
    return sorted(set(data.measures["case_type"].unique()) - {ALL})
