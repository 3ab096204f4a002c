"""Charts: measures and comparisons to figures, with their numbers, caption and alt text."""

from __future__ import annotations

from sim.charts.data import Chart, ChartData, Drawn, NoDataError, UnknownChartError
from sim.charts.drawing import CHARTS, draw
from sim.charts.save import picture, save_all, save_drawn

__all__ = [
    "CHARTS",
    "Chart",
    "ChartData",
    "Drawn",
    "NoDataError",
    "UnknownChartError",
    "draw",
    "picture",
    "save_all",
    "save_drawn",
]
