"""Charts as files: the same bytes for the same results, on every run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.charts.data import ChartData, Drawn, NoDataError
from sim.charts.drawing import CHARTS, draw, paint
from sim.charts.style import Width, house_style

FORMATS = ("svg", "pdf", "png")
ENDINGS: dict[Width, str] = {"one-column": "", "two-column": "-two-column"}
"""What the names of files end in, by width."""


def save_all(
    data: ChartData,
    folder: Path | str,
    width: Width = "one-column",
    only: Sequence[str] = (),
) -> list[Path]:
    """Write every chart that the results have data for; return the files written.

    Each chart becomes ``<name>.svg``, ``.pdf``, ``.png`` (300 dpi), ``.csv`` (its
    numbers) and ``.txt`` (caption and alt text). With several contexts, each
    name is followed by ``-<context>``. ``only`` names the charts; by default all.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    several = data.context is None and len(data.contexts) > 1
    written: list[Path] = []
    for context in data.contexts if several else [data.shown_context]:
        part = replace(data, context=context)
        for name in only or CHARTS:
            stem = folder / (f"{name}-{context}" if several else name)
            written += _save(name, part, stem, width)
    return written


def _save(name: str, data: ChartData, stem: Path, width: Width) -> list[Path]:
    """Write one chart, or nothing where the results have no data for it."""
    try:
        drawn = draw(name, data, width)
    except NoDataError:
        return []
    return _written(drawn, lambda: paint(name, drawn.table, data, width), stem)


def save_drawn(make: Callable[[Width], Drawn], stem: Path) -> list[Path]:
    """Write one chart in both widths, as ``save_all`` does; return the files.

    ``make`` draws it afresh at each call. Those for two columns end in ``-two-column``.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for width, ending in ENDINGS.items():
        written += save_one(partial(make, width), stem.with_name(stem.name + ending))
    return written


def save_one(make: Callable[[], Drawn], stem: Path) -> list[Path]:
    """Write one chart that is made afresh at each call; return the files."""
    return _written(make(), lambda: make().figure, stem)


def _written(drawn: Drawn, fresh: Callable[[], Figure], stem: Path) -> list[Path]:
    # Saving changes a figure's layout a little, so each format after the first gets a fresh one.
    first, *others = FORMATS
    paths = [_picture(drawn, stem, first)]
    paths += [_picture(replace(drawn, figure=fresh()), stem, kind) for kind in others]
    table, words = (stem.with_name(stem.name + end) for end in (".csv", ".txt"))
    drawn.table.to_csv(table, index=False, lineterminator="\n")
    text = f"Caption: {drawn.caption}\n\nAlt text: {drawn.alt}\n"
    words.write_text(text, encoding="utf-8", newline="\n")
    return [*paths, table, words]


def _picture(drawn: Drawn, stem: Path, kind: str) -> Path:
    path = stem.with_name(f"{stem.name}.{kind}")
    path.write_bytes(picture(drawn, kind))
    return path


def picture(drawn: Drawn, kind: str) -> bytes:
    """Return a chart as a file of this kind: svg, pdf or png.

    Saving changes a figure's layout a little, so draw it afresh for each kind.
    """
    file = BytesIO()
    with house_style():
        drawn.figure.savefig(file, format=kind, metadata=_metadata(drawn, kind))
    return file.getvalue()


def _metadata(drawn: Drawn, kind: str) -> dict[str, Any]:
    """Title and alt text inside the file; no dates and no versions."""
    if kind == "svg":
        return {"Title": drawn.title, "Description": drawn.alt, "Date": None, "Creator": None}
    if kind == "pdf":
        nothing = {"CreationDate": None, "Creator": None, "Producer": None}
        return {"Title": drawn.title, "Subject": drawn.alt, **nothing}
    return {"Title": drawn.title, "Description": drawn.alt, "Software": None}
