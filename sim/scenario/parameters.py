"""Every key that a scenario file can set, with its unit and its default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario import shape
from sim.scenario.errors import KeyPath
from sim.scenario.quantity import Quantity, unit_of
from sim.scenario.shape import Shape, kinds
from sim.scenario.values import text_of

ANY = "*"
"""Stands in a key for a name that a file chooses: of an arrangement, a team, a stage."""


@dataclass(frozen=True)
class Key:
    """One key, such as ``arrangements.*.knowledge.half_life_months``."""

    path: tuple[str, ...]
    unit: str
    """Unit of a quantity, or what else may stand here."""
    default: str = ""
    """What holds where no file says anything; empty where that is nothing, or a file has to."""
    quantity: type[Quantity] | None = None
    """The kind of quantity that stands here, if one does."""

    @property
    def text(self) -> str:
        """The key as it is written."""
        return ".".join(self.path)

    def matches(self, path: KeyPath) -> bool:
        """Say whether a value of a scenario stands under this key."""
        pairs = zip(self.path, path, strict=False)
        return len(path) == len(self.path) and all(a in (ANY, b) for a, b in pairs)

    def under(self, prefix: str) -> bool:
        """Say whether a key path is this key or leads to it."""
        return f"{self.text}.".startswith(f"{prefix}.")


@cache
def keys() -> tuple[Key, ...]:
    """Return every key of a scenario in the order of the schema."""
    return tuple(_keys(shape.scenario(), (), None, None))


def chosen(prefixes: Sequence[str]) -> list[Key]:
    """Return the keys at or under any of these paths, in the order of the schema."""
    return [key for key in keys() if any(key.under(prefix) for prefix in prefixes)]


def _keys(
    here: Shape, path: tuple[str, ...], field: FieldInfo | None, default: object
) -> Iterator[Key]:
    """Yield the keys at and below a place whose default is known, or None."""
    inner = here.entry or here.item
    if here.models and not here.quantity:
        for number, model in enumerate(here.models):
            yield from _of_model(model, here.models[:number], here, path, default)
    elif here.entry or (inner and inner.models):
        yield from _keys(inner or Shape(), (*path, ANY), field, None)
    else:
        given = "" if default is None else text_of(default)
        yield Key(path, _unit(here, path, field), given, here.quantity)


def _of_model(
    model: type[BaseModel],
    before: Sequence[type[BaseModel]],
    here: Shape,
    path: tuple[str, ...],
    default: object,
) -> Iterator[Key]:
    """Yield the keys of a table, but for those that a table of another kind has too."""
    shapes = here.keys()
    for name, field in model.model_fields.items():
        key = field.alias or name
        if any(name in other.model_fields for other in before):
            continue
        if name == "kind":
            choice = [kind for other in here.models for kind in kinds(other)]
            yield Key((*path, key), " or ".join(choice))
        else:
            given = _default(field) if default is None else getattr(default, name, None)
            yield from _keys(shapes[key], (*path, key), field, given)


def _default(field: FieldInfo) -> Any:  # noqa: ANN401 - whatever a field holds
    return None if field.is_required() else field.get_default(call_default_factory=True)


def _unit(here: Shape, path: tuple[str, ...], field: FieldInfo | None) -> str:
    """Return the unit of a number, or what may be written."""
    if here.names:
        return " or ".join(here.names)
    written = str(field.annotation) if field else ""
    if "bool" in written:
        return "true or false"
    if here.quantity or "int" in written or "float" in written:
        return unit_of(".".join(path)) or "number"
    return "date" if "date" in written else "text"
