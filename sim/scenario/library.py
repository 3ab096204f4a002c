"""Where scenario files are found: beside the file that names them, then in the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.scenario.errors import nearest

FOLDERS = {
    "estate": "estates",
    "pathways": "pathways",
    "contexts": "contexts",
    "arrangements": "arrangements",
}
"""Folder of the files that each table of a scenario may ``use``."""

NO_LIST = "there is no file {!r} (sim estate import writes one)"
"""What is told of a list of practices that is not there."""

_PACKAGE = Path(__file__).resolve().parents[1]


def root() -> Path:
    """Return the library's folder: inside an installed package, or the checkout's."""
    shipped = _PACKAGE / "library"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "scenarios"


def names(folder: str = "") -> list[str]:
    """Return the names of the library's files in a folder (``""``: the scenarios)."""
    return sorted(path.stem for path in (root() / folder).glob("*.toml"))


def find_scenario(name_or_path: str | Path) -> Path | None:
    """Return the file of a scenario: a path as given, or a name in the library."""
    given = Path(name_or_path)
    if there(given):
        return given
    named = root() / file_name(str(name_or_path))
    return named if given.name == str(name_or_path) and there(named) else None


def find_list(name: str) -> Path | None:
    """Return the file of a list of practices: a path as given, or a name in the library."""
    places = (Path(name), root() / "estates" / name)
    return next((path for path in places if there(path)), None)


def find_facts(name: str) -> Path | None:
    """Return the folder with the facts of a year: a path as given, or a name in the library."""
    places = (Path(name), root() / "estates" / name)
    return next((path for path in places if there(path / "facts.toml")), None)


def no_facts(name: str) -> tuple[str, str]:
    """Say which facts there are where there are none of this name, and the nearest."""
    known = sorted(path.parent.name for path in (root() / "estates").glob("*/facts.toml"))
    return f"the facts of a year: {', '.join(known)}", nearest(name, known)


def no_list(name: str, beside: Path) -> tuple[str, str]:
    """Say why there is no list of practices, and which name near it one has.

    ``beside`` is the folder of the file that names it.
    """
    path, places = Path(name), (beside / name, Path(name))
    try:
        if any(place.is_dir() for place in places):
            return f"{name!r} is a folder, expected a list of practices in CSV", ""
        every = (one for place in places for one in place.parent.glob("*.csv"))
        near = [one.name for one in every if one.is_file()]
    except OSError:  # a name that is too long, for one
        near = []
    return NO_LIST.format(name), nearest(path.name, near)


def there(path: Path) -> bool:
    """Say whether there is such a file; none has a name that the system cannot take."""
    try:
        return path.is_file()
    except OSError:  # a name that is too long, for one
        return False


def folders_of(name: str) -> list[str]:
    """Return the folders of the library in which a part has this name."""
    return [folder for folder in FOLDERS.values() if name.removesuffix(".toml") in names(folder)]


def file_name(name: str) -> str:
    """Return the file that a name means; the ending may be written out."""
    return f"{name.removesuffix('.toml')}.toml"


def candidates(name: str, beside: Path, folder: str) -> Iterator[Path]:
    """Yield the files that ``name`` may mean, nearest first.

    ``beside`` is the folder that holds the naming scenario.
    """
    for place in (beside, root()):
        path = place / folder / file_name(name)
        if there(path):
            yield path


def names_near(beside: Path, folder: str) -> list[str]:
    """Return every name that :func:`candidates` would find."""
    here = {path.stem for path in (beside / folder).glob("*.toml")}
    return sorted(here | set(names(folder)))


def shown(path: Path) -> str:
    """Return a path as a planner knows it: from the working folder or the library."""
    whole = path.resolve()
    for base, label in ((Path.cwd(), ""), (root(), root().name)):
        if whole.is_relative_to(base):
            return (Path(label) / whole.relative_to(base)).as_posix()
    return path.as_posix()
