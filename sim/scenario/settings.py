"""What the library sets each key to: value, range, source and grade, and in which file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ValidationError

from sim.scenario import library
from sim.scenario.arrangement import Arrangement
from sim.scenario.compose import NAMED, part
from sim.scenario.context import Context
from sim.scenario.errors import KeyPath
from sim.scenario.files import LoadedScenario, load
from sim.scenario.parameters import ANY, Key, keys
from sim.scenario.pathway import Pathways
from sim.scenario.quantity import Quantity
from sim.scenario.schema import EstateChoice
from sim.scenario.tree import Node
from sim.scenario.values import range_of, text_of

CHOICE = "choice"
"""Grade of what is chosen and needs no evidence."""

MODELS: Mapping[str, type[BaseModel]] = {
    "estate": EstateChoice,
    "pathways": Pathways,
    "contexts": Context,
    "arrangements": Arrangement,
}


@dataclass(frozen=True)
class Setting:
    """What a key is set to."""

    central: float | str
    low: float | None = None
    high: float | None = None
    source: str = ""
    grade: str = CHOICE


@dataclass(frozen=True)
class _Given:
    """A table that was read, where it belongs in a scenario, and where its values came from."""

    lead: KeyPath
    table: BaseModel
    tree: Node


@cache
def settings() -> dict[Key, dict[Setting, tuple[str, ...]]]:
    """Return the different settings of each key in the library, and where each is made.

    A place is a file, with the names that the key leaves open. What only textbook
    scenarios set, on contracts that are all alike, is left out.
    """
    found: dict[Key, dict[Setting, dict[str, None]]] = {key: {} for key in keys()}
    for given in _tables():
        origins = dict(given.tree.origins())
        for path, value in _leaves(given.table, ()):
            if path in origins:
                whole = (*given.lead, *path)
                key = next(key for key in keys() if key.matches(whole))
                place = _place(given, key, path, Path(origins[path].file).stem)
                found[key].setdefault(_setting(value), {})[place] = None
    return {
        key: {setting: tuple(places) for setting, places in each.items()}
        for key, each in found.items()
    }


def _tables() -> Iterator[_Given]:
    """Yield the parts of the library that are complete in themselves, then its scenarios."""
    loaded = [load(name) for name in library.names()]
    textbook = [one for one in loaded if one.scenario.estate.source == "uniform"]
    england = [one for one in loaded if one not in textbook]
    apart = _files(textbook) - _files(england)
    for key, folder in library.FOLDERS.items():
        for name in library.names(folder):
            tree = part(folder, name)
            table = _parse(MODELS[key], tree)
            if table is not None and tree.origin.file not in apart:
                yield _Given((key, name) if key in NAMED else (key,), table, tree)
    for one in england:
        yield _Given((), one.scenario, one.tree)


def _files(loaded: list[LoadedScenario]) -> set[str]:
    return {origin.file for one in loaded for origin in one.origins.values()}


def _parse(model: type[BaseModel], tree: Node) -> BaseModel | None:
    """Return a part; None for one that others extend and that says too little by itself."""
    try:
        return model.model_validate_json(json.dumps(tree.plain()), strict=True)
    except ValidationError:
        return None


def _leaves(found: object, path: KeyPath) -> Iterator[tuple[KeyPath, object]]:
    if isinstance(found, BaseModel) and not isinstance(found, Quantity):
        for name, field in type(found).model_fields.items():
            yield from _leaves(getattr(found, name), (*path, field.alias or name))
    elif isinstance(found, dict):
        for key, inner in found.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(found, list) and any(isinstance(item, BaseModel) for item in found):
        for place, inner in enumerate(found):
            yield from _leaves(inner, (*path, place))
    else:
        yield path, found


def _setting(value: object) -> Setting:
    if isinstance(value, Quantity):
        low, high = range_of(value) or (None, None)
        return Setting(value.central, low, high, value.source, value.grade)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Setting(float(str(value)) if number else text_of(value))


def _place(given: _Given, key: Key, path: KeyPath, file: str) -> str:
    """Return a file and the names that a key leaves open below its arrangement or context."""
    names, node = [], given.tree
    for step, written in zip(path, key.path[len(given.lead) :], strict=True):
        node = node.at(step) or node
        if written == ANY:
            names.append(node.name() or str(step + 1 if isinstance(step, int) else step))
    named = not given.lead and key.path[0] in NAMED
    return ": ".join(filter(None, (file, " ".join(names[named:]))))
