"""The charts of a report: the ones that the results have numbers for, each in two formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from sim.experiment.staffing import Staffing
from sim.reports.parts import Picture

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width


class Draw(Protocol):
    """Draws a chart of a run by name; raises ``NoDataError`` where it has no numbers for it."""

    def __call__(
        self, chart: str, *, context: str | None, staffing: Staffing, width: Width
    ) -> Drawn:
        """Draw it."""


def pictures(
    draw: Draw, names: Iterable[str], context: str, staffing: Staffing
) -> Iterator[Picture]:
    """Yield each chart that there are numbers for, as wide as a page."""
    from sim.charts import NoDataError

    for name in names:
        try:
            drawn = draw(name, context=context, staffing=staffing, width="two-column")
        except NoDataError:
            continue
        yield picture_of(drawn)


def picture_of(drawn: Drawn) -> Picture:
    """Return a chart in both formats."""
    from sim import charts

    svg, png = charts.picture(drawn, "svg"), charts.picture(drawn, "png")
    return Picture(svg, png, drawn.title, drawn.caption, drawn.alt)
