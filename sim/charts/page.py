"""Charts that were saved, on one page: their questions, captions, alt texts and commands."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sim.charts.catalogue import CATALOGUE, Entry

_STYLE = """
body { font: 1rem/1.5 Arial, sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto;
  max-width: 48rem; padding: 1rem; }
img { display: block; max-width: 100%; height: auto; margin: 0.5rem 0; }
figure { margin: 0; }
figcaption { font-size: 0.95rem; }
code { background: #f0f0f0; padding: 0 0.2rem; overflow-wrap: anywhere; }
section { border-top: 1px solid #767676; margin-top: 2rem; }
a { color: #12436d; }
summary { cursor: pointer; }
@media print { h2 { break-after: avoid; } section { break-inside: avoid; }
  img { max-height: 17cm; max-width: 500px; width: auto; } }
"""


@dataclass(frozen=True)
class Saved:
    """A chart among files: ``stem`` is its path without an ending; ``name`` is catalogued."""

    name: str
    stem: Path

    def words(self) -> tuple[str, str]:
        """Return caption and alt text, as ``sim.charts.save`` wrote them."""
        text = self.stem.with_name(self.stem.name + ".txt").read_text(encoding="utf-8")
        caption, _, alt = text.partition("\n\nAlt text: ")
        return caption.removeprefix("Caption: "), alt.strip()


def find(folders: Sequence[Path]) -> list[Saved]:
    """Return every catalogued chart in folders, in the order of the catalogue.

    A chart of several contexts is there once for each; one that lies in several folders is
    taken from the first of them.
    """
    found: list[Saved] = []
    for name in CATALOGUE:
        for folder in folders:
            if stems := sorted(_stems(folder, name)):
                found += [Saved(name, stem) for stem in stems]
                break
    return found


def _stems(folder: Path, name: str) -> Iterable[Path]:
    for path in folder.glob(f"{name}*.txt"):
        ending = path.stem.removeprefix(name)
        if not ending or (ending.startswith("-") and not ending.endswith("-two-column")):
            yield path.with_suffix("")


def page(title: str, scenario: str, charts: Sequence[Saved], home: Path) -> str:
    """Return one HTML page with every chart, and with what is not there and how to get it.

    ``scenario`` is what commands are asked about, with its ``--set``; ``home`` is what the paths
    of files are told from.
    """
    missing = [name for name in CATALOGUE if name not in {chart.name for chart in charts}]
    contents = "".join(_item(chart) for chart in charts)
    sections = "".join(_section(chart, scenario, home) for chart in charts)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Charts: {escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p>{len(charts)} charts. Each is kept as SVG, PDF and PNG with "
        "its numbers (CSV), its caption and its alt text.</p>"
        f'<nav aria-label="Charts"><ul>{contents}</ul></nav>{sections}'
        f"{_not_there(missing, scenario)}</main></body></html>\n"
    )


def _item(chart: Saved) -> str:
    question = escape(CATALOGUE[chart.name].question)
    return f'<li><a href="#{escape(chart.stem.name)}">{question}</a></li>'


def _section(chart: Saved, scenario: str, home: Path) -> str:
    entry, (caption, alt) = CATALOGUE[chart.name], chart.words()
    picture = chart.stem.with_name(chart.stem.name + ".png").read_bytes()
    source = b64encode(picture).decode("ascii")
    files = chart.stem.relative_to(home).as_posix()
    rest = caption.removeprefix(entry.question).strip()
    return (
        f'<section id="{escape(chart.stem.name)}"><h2>{escape(entry.question)}</h2>'
        f'<figure><img alt="{escape(alt)}" width="500" src="data:image/png;base64,{source}">'
        f"<figcaption>{escape(rest)}</figcaption></figure>"
        f"<details><summary>Alt text of: {escape(entry.question)}</summary><p>{escape(alt)}</p>"
        f"</details><p>How to get it: <code>{escape(_command(entry.command, scenario))}</code>. "
        f"Files: <code>{escape(files)}.*</code></p></section>"
    )


def _not_there(missing: Sequence[str], scenario: str) -> str:
    if not missing:
        return ""
    items = "".join(_missing(CATALOGUE[name], scenario) for name in missing)
    return f"<section><h2>Not here yet, and how to get them</h2><ul>{items}</ul></section>"


def _missing(entry: Entry, scenario: str) -> str:
    """Name the command; where not every scenario will do, say which does instead."""
    how = f"<code>{escape(_command(entry.command, scenario))}</code>"
    if entry.needs:
        how = f"It {escape(entry.needs)}."
    return f"<li>{escape(entry.question)} {how}</li>"


def _command(text: str, scenario: str) -> str:
    return text.replace("{scenario}", scenario)
