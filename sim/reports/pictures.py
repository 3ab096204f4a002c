"""The charts of a report: the ones that the results have numbers for, each in two formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
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
        """Draw it afresh."""


def pictures(
    draw: Draw, names: Iterable[str], context: str, staffing: Staffing
) -> Iterator[Picture]:
    """Yield each chart that there are numbers for, as wide as a page."""
    from sim.charts import NoDataError

    for name in names:
        make = partial(draw, name, context=context, staffing=staffing, width="two-column")
        try:
            yield picture_of(make)
        except NoDataError:
            continue


def picture_of(make: Callable[[], Drawn]) -> Picture:
    """Return a chart that is drawn afresh at each call, in both formats."""
    from sim import charts

    first, second = make(), make()
    svg, png = charts.picture(first, "svg"), charts.picture(second, "png")
    return Picture(svg, png, first.title, first.caption, first.alt)
