"""Charts as files: the same bytes for the same results, on every run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from sim.charts.data import ChartData, Drawn, NoDataError
from sim.charts.drawing import CHARTS, draw
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
        return save_one(draw(name, data, width), stem)
    except NoDataError:
        return []


def save_drawn(make: Callable[[Width], Drawn], stem: Path) -> list[Path]:
    """Write one chart in both widths, as ``save_all`` does; return the files.

    ``make`` draws it in one of them. Those for two columns end in ``-two-column``.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for width, ending in ENDINGS.items():
        written += save_one(make(width), stem.with_name(stem.name + ending))
    return written


def save_one(drawn: Drawn, stem: Path) -> list[Path]:
    """Write one chart, all formats laid out alike; return the files."""
    paths = []
    for kind in FORMATS:
        paths.append(stem.with_name(f"{stem.name}.{kind}"))
        paths[-1].write_bytes(picture(drawn, kind))
    table, words = (stem.with_name(stem.name + end) for end in (".csv", ".txt"))
    drawn.table.to_csv(table, index=False, lineterminator="\n")
    text = f"Caption: {drawn.caption}\n\nAlt text: {drawn.alt}\n"
    words.write_text(text, encoding="utf-8", newline="\n")
    return [*paths, table, words]


def picture(drawn: Drawn, kind: str) -> bytes:
    """Return a chart as a file of this kind: svg, pdf or png.

    The first file settles the layout for all: laid out again, with the text of another
    format, the panels would be of another size.
    """
    file = BytesIO()
    with house_style():
        drawn.figure.savefig(file, format=kind, metadata=_metadata(drawn, kind))
        drawn.figure.set_layout_engine("none")
    return file.getvalue()


def _metadata(drawn: Drawn, kind: str) -> dict[str, Any]:
    """Title and alt text inside the file; no dates and no versions."""
    if kind == "svg":
        return {"Title": drawn.title, "Description": drawn.alt, "Date": None, "Creator": None}
    if kind == "pdf":
        nothing = {"CreationDate": None, "Creator": None, "Producer": None}
        return {"Title": drawn.title, "Subject": drawn.alt, **nothing}
    return {"Title": drawn.title, "Description": drawn.alt, "Software": None}
