"""The charts by name, and how one is drawn."""

from __future__ import annotations

import difflib

import pandas as pd
from matplotlib.figure import Figure

from sim.charts import (
    cost_per_head,
    differences,
    elapsed,
    over_time,
    response_times,
    utilisation,
    vacancies,
)
from sim.charts.catalogue import question
from sim.charts.data import Chart, ChartData, Drawn, NoDataError, UnknownChartError
from sim.charts.style import Width, house_style
from sim.charts.words import joined, sources

CHARTS: dict[str, Chart] = {
    "backlog": over_time.BACKLOG,
    "response_times": response_times.CHART,
    "elapsed": elapsed.CHART,
    "coverage": over_time.COVERAGE,
    "utilisation": utilisation.CHART,
    "vacancies": vacancies.CHART,
    "cost_per_head": cost_per_head.CHART,
    "differences": differences.CHART,
}
"""The charts of the measures of a run, by name."""


def draw(name: str, data: ChartData, width: Width = "one-column") -> Drawn:
    """Draw one chart, freshly laid out.

    Raises:
        UnknownChartError: when there is no such chart; names the nearest.
        NoDataError: when the results hold nothing that it could show.
    """
    chart = _find(name)
    try:
        table = chart.tabulate(data, width)
    except NoDataError as error:
        raise NoDataError(f"chart {name!r} cannot be drawn: {error}") from error
    caption, alt = chart.describe(table, data)
    caption = joined([question(name), caption, sources(table, data)])
    return Drawn(chart.title, paint(name, table, data, width), table, caption, joined([alt]))


def paint(name: str, table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Make a chart's figure, freshly laid out, from its table."""
    with house_style():
        return _find(name).paint(table, data, width)


def _find(name: str) -> Chart:
    if name in CHARTS:
        return CHARTS[name]
    near = difflib.get_close_matches(name, CHARTS, 1, 0.4)
    hint = f"the nearest name is {near[0]!r}" if near else "none has a similar name"
    raise UnknownChartError(f"there is no chart {name!r}; {hint}; known: {', '.join(CHARTS)}")
