"""Overrides from the command line: ``arrangements.central.teams.area.wte=18``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

from sim.scenario import shape
from sim.scenario.errors import Fault, ScenarioError, nearest
from sim.scenario.positions import UnusableError, error_line, parse
from sim.scenario.shape import Shape
from sim.scenario.tree import COMMAND_LINE, Node, Origin, grow

_HERE = Origin(COMMAND_LINE, 0)

_SHOWN = 200
"""Letters of a setting that are told again with what is wrong with it."""


def override(scenario: Node, settings: Sequence[str]) -> Node:
    """Return the scenario with each ``key.path=value`` put in its place.

    The value is written as in a file; a bare word is text. The path must
    exist; an element of a list is named by its ``name`` or its position from 0.
    Raises ScenarioError with every setting that cannot be placed.
    """
    faults: list[Fault] = []
    for setting in settings:
        try:
            path, value = _split(setting)
            scenario = _put(scenario, shape.scenario(), path, value, setting)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return scenario


def _split(setting: str) -> tuple[list[str], object]:
    key, equals, text = setting.partition("=")
    try:
        inner = parse(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        inner = {}
    if not equals or len(inner) != 1:
        raise _fault(setting, "expected key.path=value")
    path: list[str] = []
    while isinstance(inner, dict):
        [(name, inner)] = inner.items()
        path.append(name)
    return path, _literal(text, setting)


def _literal(text: str, setting: str) -> object:
    try:
        return parse(f"value = {text}")["value"]
    except UnusableError as error:
        raise _fault(setting, f"cannot be read: {error_line(error, text)[0]}") from error
    except tomllib.TOMLDecodeError:
        return text.strip()


def _put(node: Node, here: Shape, path: list[str], value: object, setting: str) -> Node:
    """Return ``node`` with the value at ``path`` below it."""
    if not path:
        return _leaf(here, value)
    if not isinstance(node.value, dict | list):
        node = _opened(node, here, setting)
    rows = node.value if isinstance(node.value, list) else None
    place = _key(node, here, path, setting) if rows is None else _position(rows, path[0], setting)
    entries: dict[str | int, Node] = dict(enumerate(rows) if rows is not None else node.value)
    below = here.child(place, node.kind) or Shape()
    inner = entries.get(place, Node({}, _HERE))
    entries[place] = _put(inner, below, path[1:], value, setting)
    return Node(entries if rows is None else [*entries.values()], node.origin)


def _key(node: Node, here: Shape, path: list[str], setting: str) -> str:
    """Return the key to go down: one that is there, a default, or a plain new entry."""
    key, known = path[0], {**node.table, **here.of_kind(node.kind).keys()}
    new_entry = len(path) == 1 and here.entry is not None and here.entry.plain
    if key not in known and not new_entry:
        raise _fault(setting, f"there is no {key!r} here", nearest(key, known))
    return key


def _position(items: list[Node], key: str, setting: str) -> int:
    names = [item.name for item in items]
    if key in names:
        return names.index(key)
    if key.isdigit() and int(key) < len(items):
        return int(key)
    what = f"there is no {key!r} here, in a list of {len(items)}"
    raise _fault(setting, what, nearest(key, filter(None, names)))


def _leaf(below: Shape, value: object) -> Node:
    if below.quantity and isinstance(value, int | float) and not isinstance(value, bool):
        value = {"central": value, "source": COMMAND_LINE, "grade": "assumed"}
    return grow(value, lambda path: _HERE)


def _opened(node: Node, below: Shape, setting: str) -> Node:
    """Turn a quantity that a file gives as a bare number into a table."""
    if not below.quantity:
        raise _fault(setting, "the path goes on below a plain value")
    return Node({"central": node}, node.origin)


def _fault(setting: str, problem: str, close: str = "") -> ScenarioError:
    shown = setting if len(setting) <= _SHOWN else f"{setting[:_SHOWN]}…"
    place = f"{COMMAND_LINE}: --set {shown}"
    return ScenarioError([Fault(place, problem=problem, nearest=close)])
