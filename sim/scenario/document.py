"""Documents with tables between marks, which are written anew from the library."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from sim.scenario import library, omissions
from sim.scenario.errors import Fault, ScenarioError, nearest
from sim.scenario.parameters import Key, chosen, keys
from sim.scenario.tables import SOURCE, parameter_table
from sim.scenario.work_table import work_table
from sim.whole import whole

MARK = re.compile(
    r"^<!-- (?P<what>parameters|work|omissions|sources)(?P<of>[^>]*) -->\n"
    r"(?P<now>.*?)^<!-- end -->$",
    re.DOTALL | re.MULTILINE,
)
"""Where a table stands, such as ``<!-- parameters arrangements.*.knowledge -->``."""


FULL = "!"
"""After a key in a mark: every setting has a row, however many there are."""


def rewrite(path: Path) -> bool:
    """Write every table of a document anew; say whether that changed it.

    Raises ScenarioError where the file cannot be read or written, or a mark names no key.
    """
    try:
        before = path.read_text(encoding="utf-8")
        after = fill(before, path.name)
        if after != before:
            with whole(path) as passing:
                passing.write_text(after, encoding="utf-8", newline="\n")
    except OSError as error:
        problem = f"cannot be read and written: {error.strerror}"
        raise ScenarioError([Fault(path.name, problem=problem)]) from error
    return after != before


def fill(document: str, file: str) -> str:
    """Return a document with every table written anew.

    Raises ScenarioError with the line of each mark that names no key.
    """
    _check(document, file)
    written = MARK.sub(lambda mark: _filled(mark, document), document)
    # Sources come last, because the tables name some.
    return MARK.sub(lambda mark: _filled(mark, written), written)


def _filled(mark: re.Match[str], document: str) -> str:
    match mark["what"]:
        case "parameters":
            names = mark["of"].split()
            full = [name.removesuffix(FULL) for name in names if name.endswith(FULL)]
            lines = parameter_table(_keys(names), chosen(full))
        case "work":
            lines = work_table()
        case "omissions":
            lines = omissions.markdown()
        case _:
            lines = bibliography(document)
    start, _, _ = mark[0].partition("\n")
    return "\n".join((start, *lines, "<!-- end -->"))


def _keys(names: Sequence[str]) -> list[Key]:
    return chosen([name.removesuffix(FULL) for name in names])


def _check(document: str, file: str) -> None:
    """Refuse marks that name no key."""
    faults = []
    for mark in MARK.finditer(document):
        line = document.count("\n", 0, mark.start()) + 1
        for name in mark["of"].split():
            if not _keys([name]):
                problem = f"there is no key {name.removesuffix(FULL)}"
                close = nearest(name, (key.text for key in keys()))
                faults.append(Fault(file, line, nearest=close, problem=problem))
    if faults:
        raise ScenarioError(faults)


def bibliography(document: str) -> list[str]:
    """Return every source of the library's bibliography that a document names."""
    outside = re.sub(r"^<!-- sources -->\n.*?^<!-- end -->$", "", document, flags=re.S | re.M)
    named = set(SOURCE.findall(outside))
    with (library.root() / "sources.csv").open(encoding="utf-8") as file:
        return [_source(row) for row in csv.DictReader(file) if row["id"] in named]


def _source(row: dict[str, str]) -> str:
    parts = [row[key].rstrip(".") for key in ("author", "title", "outlet", "date") if row[key]]
    return f"- {row['id']}: {'. '.join(parts)}."
