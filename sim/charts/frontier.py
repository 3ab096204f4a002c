"""What more staff buy: service by whole-time equivalents, with the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.charts.catalogue import question
from sim.charts.data import Drawn
from sim.charts.panels import STEPS, End, figure, label_ends
from sim.charts.style import INK, Look, Width, house_style, looks
from sim.charts.words import intervals, joined, quote, rows, unit_of
from sim.experiment.least_staff import LeastStaff
from sim.experiment.ways import ALIKE
from sim.outcomes.catalogue import CATALOGUE


@dataclass(frozen=True)
class Words:
    """The scenario's title, the titles of its arrangements, and a note for the caption."""

    title: str
    titles: Mapping[str, str]
    note: str = ""

    def of(self, name: str) -> str:
        """Return the words for an arrangement."""
        return self.titles.get(name) or name


def draw(found: LeastStaff, words: Words, width: Width = "two-column") -> Drawn:
    """Draw the frontier; its numbers are those of ``LeastStaff.frontier``."""
    with house_style():
        picture = _paint(found, words, width)
    title = f"What more staff buy: {CATALOGUE[found.target.headline.measure].title.lower()}"
    return Drawn(title, picture, found.frontier, _caption(found, words), _alt(found, words))


def _paint(found: LeastStaff, words: Words, width: Width) -> Figure:
    """Draw a line per arrangement with its interval as a band; a cross where it is least."""
    fig = figure(width, 7.0 if width == "one-column" else 8.5)
    ax = fig.add_subplot()
    unit = unit_of(found.target.unit)
    codes = looks(list(found.frontier["arrangement"].unique()))
    ends = []
    for name, mine in found.frontier.groupby("arrangement", sort=False):
        look = codes[str(name)]
        mean, low, high = (unit.scale * mine[column] for column in ("mean", "low", "high"))
        ax.plot(mine["wte"], mean, look.line, color=look.colour, marker=look.marker)
        ax.fill_between(mine["wte"], low, high, color=look.colour, alpha=0.2, linewidth=0)
        known = mean.dropna()
        if len(known):
            last = known.index[-1]
            ends.append(End(mine["wte"][last], known[last], words.of(str(name)), look))
    _least(ax, found, unit.scale, codes)
    ax.axhline(unit.scale * found.target.number, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    ax.set_xlim(left=0)
    if unit.name == "%":
        ax.set_ylim(0, 102)  # an interval may end where no share can be
    ax.set_xlabel("Whole-time equivalents, all teams scaled alike")
    measure = CATALOGUE[found.target.headline.measure]
    ax.set_title(f"{measure.label} ({unit.name})", loc="left")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=STEPS))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=STEPS))
    ax.grid(visible=True, axis="x")
    label_ends(fig, [(ax, ends)], width)
    return fig


def _least(ax: Axes, found: LeastStaff, scale: float, codes: Mapping[str, Look]) -> None:
    """Ring the least staff that meet the target in the colour of each, with its mark inside.

    It may lie beyond the end of the line.
    """
    alike = found.least[found.least["met"] & (found.least["split"] == ALIKE)]
    for row in rows(alike):
        look = codes[row.arrangement]
        for marker, size, face in (("o", 10, "none"), (look.marker, 4, look.colour)):
            ax.plot(
                row.wte, scale * row.mean, marker=marker, markersize=size, markerfacecolor=face,
                markeredgecolor=look.colour, linewidth=0, zorder=5,
            )  # fmt: skip


def _caption(found: LeastStaff, words: Words) -> str:
    return joined(
        [
            question("frontier"),
            f"Service by staff, {found.frontier['scale'].min():g} to "
            f"{found.frontier['scale'].max():g} times as staffed, all teams of an arrangement "
            "scaled alike. Dashed: the target; ringed: the least staff that meet it with "
            f"{100 * found.confidence:g}% confidence",
            _needed(found, words),
            intervals(found.frontier),
            f"Scenario: {words.title}",
            words.note,
        ]
    )


def _needed(found: LeastStaff, words: Words) -> str:
    """Say who needs how many, all teams alike."""
    alike = found.least[found.least["split"] == ALIKE]
    said = (
        f"{words.of(row.arrangement)} {f'{row.wte:,.1f} WTE' if row.met else 'does not meet it'}"
        for row in rows(alike)
    )
    return f"Needed for {found.target}: {'; '.join(said)}"


def _alt(found: LeastStaff, words: Words) -> str:
    unit = unit_of(found.target.unit)
    said = []
    for name, mine in found.frontier.groupby("arrangement", sort=False):
        first, *_, last = rows(mine)
        spelt = (f"{quote(end, unit, brief=True)} with {end.wte:,.1f} WTE" for end in (first, last))
        said.append(f"{words.of(str(name))} goes from {' to '.join(spelt)}")
    needed = _needed(found, words)
    return joined([f"Line chart of service by staff. {'; '.join(said)}", needed])
