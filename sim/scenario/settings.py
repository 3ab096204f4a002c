"""What the library sets each key to: value, range, source and grade, and in which file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.scenario import library
from sim.scenario.compose import NAMED, part
from sim.scenario.errors import KeyPath
from sim.scenario.files import LoadedScenario, load
from sim.scenario.parameters import ANY, Key, keys
from sim.scenario.tree import Node
from sim.scenario.values import range_of, text_of

CHOICE = "choice"
"""Grade of what is chosen and needs no evidence."""


@dataclass(frozen=True)
class Setting:
    """What a key is set to."""

    central: float | str
    low: float | None = None
    high: float | None = None
    source: str = ""
    grade: str = CHOICE


@cache
def settings() -> dict[Key, dict[Setting, tuple[str, ...]]]:
    """Return the different settings of each key in the library, and where each is made.

    A place is a file, with the names that the key leaves open. What only textbook
    scenarios set, on contracts that are all alike, is left out.
    """
    found: dict[Key, dict[Setting, dict[str, None]]] = {key: {} for key in keys()}
    for lead, tree in _documents():
        for key, path, node in _leaves(tree, lead, ()):
            place = _place(tree, lead, key, path, Path(node.origin.file).stem)
            found[key].setdefault(_setting(key, node.plain()), {})[place] = None
    return {
        key: {setting: tuple(places) for setting, places in each.items()}
        for key, each in found.items()
    }


def _documents() -> Iterator[tuple[KeyPath, Node]]:
    """Yield the parts of the library, then its scenarios, and where each belongs in a scenario."""
    loaded = [load(name) for name in library.names()]
    textbook = [one for one in loaded if one.scenario.estate.source == "uniform"]
    england = [one for one in loaded if one not in textbook]
    apart = _files(textbook) - _files(england)
    for key, folder in library.FOLDERS.items():
        for name in library.names(folder):
            tree = part(folder, name)
            if tree.origin.file not in apart:
                yield ((key, name) if key in NAMED else (key,)), tree
    for one in england:
        yield (), one.tree


def _files(loaded: list[LoadedScenario]) -> set[str]:
    return {origin.file for one in loaded for origin in one.origins.values()}


def _leaves(node: Node, lead: KeyPath, path: KeyPath) -> Iterator[tuple[Key, KeyPath, Node]]:
    """Yield each value of a document with its key, and its path within the document."""
    key = next((key for key in keys() if key.matches((*lead, *path))), None)
    if key:
        yield key, path, node
        return
    inner = enumerate(node.value) if isinstance(node.value, list) else node.table.items()
    for step, child in inner:
        yield from _leaves(child, lead, (*path, step))


def _setting(key: Key, value: object) -> Setting:
    if key.quantity:
        found = key.quantity.model_validate(value)
        low, high = range_of(found) or (None, None)
        return Setting(found.central, low, high, found.source, found.grade)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Setting(float(str(value)) if number else text_of(value))


def _place(tree: Node, lead: KeyPath, key: Key, path: KeyPath, file: str) -> str:
    """Return a file and the names that a key leaves open below its arrangement or context."""
    names, node = [], tree
    for step, written in zip(path, key.path[len(lead) :], strict=True):
        node = node.at(step) or node
        if written == ANY:
            names.append(node.name or str(step + 1 if isinstance(step, int) else step))
    named = not lead and key.path[0] in NAMED
    return ": ".join(filter(None, (file, " ".join(names[named:]))))
