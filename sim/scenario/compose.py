"""Scenario files put together: ``extends`` between files, ``use`` and ``like`` inside one."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

from sim.scenario import library
from sim.scenario.errors import Fault, ScenarioError, nearest, quoted
from sim.scenario.likes import with_likes
from sim.scenario.reading import toml
from sim.scenario.tree import Node, Origin, merge

NAMED = ("contexts", "arrangements")
"""Tables of a scenario that hold one named table each per context and arrangement."""


def compose(path: Path) -> Node:
    """Read a scenario file with everything that it extends and uses.

    Raises ScenarioError with every file that is missing, unreadable or circular.
    """
    composer = _Composer(path.parent)
    node = composer.whole(path, folder="", chain=())
    if composer.faults:
        raise ScenarioError(composer.faults)
    return _named(with_likes(node), path)


def part(folder: str, name: str) -> Node:
    """Read a part of the library by its folder and name, with everything that it extends.

    Raises ScenarioError as :func:`compose` does.
    """
    composer = _Composer(library.root())
    path = library.root() / folder / library.file_name(name)
    node = composer.whole(path, folder, chain=())
    if composer.faults:
        raise ScenarioError(composer.faults)
    return node


def _named(scenario: Node, path: Path) -> Node:
    """Name the scenario after its file, unless the file itself gives a name."""
    origin = scenario.table.get("name", scenario).origin
    if "name" in scenario.table and origin.file == library.shown(path):
        return scenario
    stem = Node(path.stem, Origin(library.shown(path), 1))
    return Node({"name": stem, **scenario.without("name").table}, scenario.origin)


class _Composer:
    def __init__(self, beside: Path) -> None:
        self.beside = beside
        self.faults: list[Fault] = []

    def whole(self, path: Path, folder: str, chain: tuple[Path, ...]) -> Node:
        """Return a file laid over what it extends; ``chain`` holds the files that led here."""
        node = self._read(path)
        over = node.without("extends")
        if folder and "use" in over.table:
            self._fault(over.table["use"], "use", "belongs in a scenario; write extends here")
        over = over if folder else self._with_uses(over)
        if "extends" not in node.table:
            return over
        under = self._laid(node.table["extends"], folder, "extends", (*chain, path))
        return reduce(merge, (*under, over))

    def _laid(self, names: Node, folder: str, key: str, chain: tuple[Path, ...]) -> list[Node]:
        """Read the file that is named, or several of which each is to go over the one before."""
        each = names.value if isinstance(names.value, list) else [names]
        found = [self._find(name, folder, key, chain) for name in each]
        return [self.whole(path, folder, chain) for path in found if path]

    def _read(self, path: Path) -> Node:
        try:
            return toml(path)
        except ScenarioError as error:
            self.faults += error.faults
            return Node({}, Origin(library.shown(path), 1))

    def _with_uses(self, scenario: Node) -> Node:
        """Lay each table that says ``use`` over the file that it names."""
        tables = dict(scenario.table)
        for key, folder in library.FOLDERS.items():
            if key not in tables:
                continue
            if key not in NAMED:
                tables[key] = self._used(tables[key], folder, key)
            elif tables[key].table:
                inner = tables[key].table.items()
                laid = {name: self._used(node, folder, f"{key}.{name}") for name, node in inner}
                tables[key] = Node(laid, tables[key].origin)
        return Node(tables, scenario.origin)

    def _used(self, node: Node, folder: str, key: str) -> Node:
        if "use" not in node.table:
            return node
        under = self._laid(node.table["use"], folder, f"{key}.use", ())
        laid = reduce(merge, (*under, node.without("use")))
        return Node({"use": node.table["use"], **laid.table}, node.origin)

    def _find(self, name: Node, folder: str, key: str, chain: tuple[Path, ...]) -> Path | None:
        """Return the file that ``name`` means and that did not lead here itself."""
        if not isinstance(name.value, str):
            self._fault(name, key, f"found {quoted(name.plain())}, expected the name of a file")
            return None
        seen = {path.resolve() for path in chain}
        found = list(library.candidates(name.value, self.beside, folder))
        fresh = [path for path in found if path.resolve() not in seen]
        if fresh:
            return fresh[0]
        if found:
            files = " extends ".join(library.shown(path) for path in (*chain, found[0]))
            self._fault(name, key, f"the files go round in a circle: {files}")
        else:
            file = f"{folder}/{library.file_name(name.value)}".removeprefix("/")
            where = ", neither beside the scenario nor in the library" if folder else ""
            close = nearest(Path(file).stem, library.names_near(self.beside, folder))
            self._fault(name, key, f"there is no {file}{where}", close)
        return None

    def _fault(self, at: Node, key: str, problem: str, close: str = "") -> None:
        place = at.origin
        self.faults.append(Fault(place.file, place.line, key, nearest=close, problem=problem))
