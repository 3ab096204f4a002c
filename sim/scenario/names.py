"""Names that a planner chooses freely, and that folders and files of results are called after."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Fault, KeyPath, quoted
from sim.scenario.translate import spot
from sim.scenario.tree import Node

LONGEST = 80
"""Bytes: two names and some words must fit into the name of a folder, which has at most 255."""

FORBIDDEN = '/\\:*?"<>|'
"""What no name of a file may hold, on one system or another."""

RESERVED = ("replications", "checks")
"""Folders among the results that are of no scenario."""

MONEY = " (same money"
"""In results, an arrangement with other staff has its name with words that begin like this."""

_SHOWN = 40
"""Letters of a name that is too long to be told in full."""


def names(document: Node) -> Iterator[Fault]:
    """Yield names of the scenario, its contexts and arrangements that cannot be used."""
    whole = document.at("name")
    if whole and isinstance(whole.value, str):
        yield from _fault(document, ("name",), whole.value, _reserved(whole.value))
    for kind in ("contexts", "arrangements"):
        table = document.at(kind)
        for name in table.table if table else ():
            taken = kind == "arrangements" and MONEY in name
            expected = f'a name without "{MONEY.strip()}", which results add' if taken else ""
            yield from _fault(document, (kind, name), name, expected)


def _fault(document: Node, path: KeyPath, name: str, other: str) -> Iterator[Fault]:
    """Yield a fault where a name fits no file, or where something other is expected."""
    if expected := expected_of(name) or other:
        found = quoted(name if len(name) <= LONGEST else f"{name[:_SHOWN]}…")
        at = spot(document, path)
        yield at.fault(found=found, expected=expected, key=_key(at.key))


def _key(key: str) -> str:
    return key if len(key) <= 2 * LONGEST else f"{key[:_SHOWN]}…"


def expected_of(name: str) -> str:
    """Say what is expected of a name that cannot be that of a file; ``""`` where it can."""
    if not name:
        return "a name that is not empty"
    if len(name.encode(errors="replace")) > LONGEST:
        return f"a name of at most {LONGEST} letters"
    if any(letter in FORBIDDEN or not letter.isprintable() for letter in name):
        return f"a name without {' '.join(FORBIDDEN)} and line breaks: files are called after it"
    if name != name.strip(". "):
        return "a name that neither begins nor ends with a dot or a space"
    return ""


def _reserved(name: str) -> str:
    taken = name.lower() in RESERVED
    return "another name: the folder of results has one of this name for its own" if taken else ""
