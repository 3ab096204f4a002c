"""The shape of a scenario: what may stand at each key, read from the schema's types."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Shape:
    """What one place of a document may hold.

    ``models`` are the tables that may stand there (several for a table whose
    ``kind`` decides), ``entry`` is the shape of each value of a table of free
    names, ``item`` that of each element of a list.
    """

    models: tuple[type[BaseModel], ...] = ()
    entry: Shape | None = None
    item: Shape | None = None
    names: tuple[str, ...] = ()
    """The texts that are allowed, where only some are."""

    @property
    def quantity(self) -> type[Quantity] | None:
        """The kind of quantity that stands here, if one does."""
        return next((model for model in self.models if issubclass(model, Quantity)), None)

    @property
    def plain(self) -> bool:
        """Whether a value can be written here without a table or a list."""
        return bool(self.quantity) or not (self.models or self.entry or self.item)

    def of_kind(self, kind: object) -> Shape:
        """Narrow a choice of tables to the one that a table's ``kind`` names."""
        fitting = tuple(model for model in self.models if kind in kinds(model))
        return Shape(models=fitting) if fitting else self

    def keys(self) -> dict[str, Shape]:
        """Return the keys that a table here may have, by their name in a file."""
        return {key: shape for model in self.models for key, shape in _fields(model).items()}

    def child(self, key: str | int, kind: object = None) -> Shape | None:
        """Return the shape one key down, or None when there is no such key.

        ``kind`` is that of the table at this place, which may matter.
        """
        if isinstance(key, int):
            return self.item
        return self.of_kind(kind).keys().get(key, self.entry)


def kinds(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the values of ``kind`` that mark a table as of this model."""
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field else ()


@cache
def scenario() -> Shape:
    """Return the shape of a whole scenario."""
    return Shape(models=(Scenario,))


@cache
def _fields(model: type[BaseModel]) -> dict[str, Shape]:
    fields = model.model_fields.items()
    shapes = {field.alias or name: _shape(field.annotation) for name, field in fields}
    return {**shapes, "value": Shape()} if issubclass(model, Quantity) else shapes


def _shape(annotation: Any) -> Shape:  # noqa: ANN401 - a type, or what typing makes of one
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(inner[0])
    if origin in (Union, types.UnionType):
        return _either([_shape(part) for part in inner if part is not type(None)])
    if origin is Literal:
        return Shape(names=tuple(map(str, inner)))
    if origin in (list, tuple):
        return Shape(item=_shape(inner[0]))
    if origin is dict:
        return Shape(entry=_shape(inner[1]), names=_shape(inner[0]).names)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(models=(annotation,))
    return Shape()


def _either(shapes: list[Shape]) -> Shape:
    if len(shapes) == 1:
        return shapes[0]
    return Shape(models=tuple(model for shape in shapes for model in shape.models))
