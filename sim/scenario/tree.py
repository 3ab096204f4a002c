"""A document whose every value remembers the file and line it came from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.scenario.errors import KeyPath
from sim.scenario.positions import locate, parse

COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Origin:
    """File and line that a value came from; line 0 for the command line."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Node:
    """A table, a list or a plain value, with its origin."""

    value: Any
    origin: Origin

    @property
    def table(self) -> dict[str, Node]:
        """The entries of a table; empty when this is something else."""
        return self.value if isinstance(self.value, dict) else {}

    def at(self, key: str | int) -> Node | None:
        """Return what stands at a key of a table or a position of a list."""
        if isinstance(key, int):
            items = self.value if isinstance(self.value, list) else []
            return items[key] if key < len(items) else None
        return self.table.get(key)

    @property
    def name(self) -> str:
        """The ``name`` of a table that has one, else ``""``."""
        return self._text("name")

    @property
    def kind(self) -> str:
        """The ``kind`` of a table that has one, else ``""``."""
        return self._text("kind")

    def _text(self, key: str) -> str:
        node = self.table.get(key)
        return node.value if node and isinstance(node.value, str) else ""

    def plain(self) -> Any:  # noqa: ANN401 - whatever a file holds
        """Return the value without origins; dates as ISO text."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value.isoformat() if isinstance(self.value, dt.date | dt.time) else self.value

    def origins(self, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Origin]]:
        """Yield the origin of this node and of everything below it."""
        yield path, self.origin
        children = enumerate(self.value) if isinstance(self.value, list) else self.table.items()
        for key, node in children:
            yield from node.origins((*path, key))

    def without(self, *keys: str) -> Node:
        """Return the same table without some keys."""
        return Node({k: v for k, v in self.table.items() if k not in keys}, self.origin)


@lru_cache(maxsize=256)  # scenarios share most of their files, and nobody changes a node
def read(text: str, file: str) -> Node:
    """Parse a TOML text; raises ``tomllib.TOMLDecodeError``."""
    data, lines = parse(text), locate(text)
    return grow(data, lambda path: Origin(file, lines[path]))


def grow(value: Any, origin: Any, path: KeyPath = ()) -> Node:  # noqa: ANN401
    """Wrap plain data; ``origin`` gives the origin of a key path."""
    inner: Any = value
    if isinstance(value, dict):
        inner = {key: grow(item, origin, (*path, key)) for key, item in value.items()}
    elif isinstance(value, list):
        inner = [grow(item, origin, (*path, index)) for index, item in enumerate(value)]
    return Node(inner, origin(path))


def dotted(path: KeyPath, document: Node) -> str:
    """Return a key path as text: ``pathways.case_types.review.stages.visit.hours``.

    Elements of a list go by their name, or by position from 0 in brackets.
    """
    text, node = "", document
    for key in path:
        inner = node.at(key) or Node({}, document.origin)
        step = f".{bare(str(key))}"
        if isinstance(key, int):
            step = f".{bare(inner.name)}" if inner.name else f"[{key}]"
        text, node = text + step, inner
    return text.removeprefix(".")


def bare(key: str) -> str:
    """Return a key as it is written in a path: in quotes unless it is a plain word."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def merge(under: Node, over: Node, key: str = "") -> Node:
    """Lay one document over another: tables merge key by key, all else is replaced.

    A table that says ``use`` starts afresh, and so does one of another
    ``kind``; ``mix`` and ``by`` are replaced, because shares belong together.
    Rows of ``authority`` come after those underneath, because later
    rows override earlier ones.
    """
    if key == "authority" and isinstance(under.value, list) and isinstance(over.value, list):
        return Node([*under.value, *over.value], over.origin)
    tables = isinstance(under.value, dict) and isinstance(over.value, dict)
    if not tables or key in ("mix", "by") or _afresh(under, over):
        return over
    merged = dict(under.without(*_renamed(over)).table)
    for name, node in over.table.items():
        merged[name] = merge(merged[name], node, name) if name in merged else node
    return Node(merged, over.origin)


def _afresh(under: Node, over: Node) -> bool:
    if "use" in over.table:
        return True
    kinds = [node.table["kind"].value for node in (under, over) if "kind" in node.table]
    return len(kinds) == 2 and kinds[0] != kinds[1]


def _renamed(over: Node) -> tuple[str, ...]:
    """Return the other name of a quantity's number, when ``over`` gives that number."""
    numbers = [key for key in ("value", "central") if key in over.table]
    given = any(not isinstance(over.table[key].value, dict) for key in numbers)
    return ("value", "central") if given else ()
