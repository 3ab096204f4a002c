"""Every value of a scenario, one by one, with its unit, evidence and origin."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from sim.scenario.arrangement import Authority
from sim.scenario.errors import KeyPath
from sim.scenario.files import LoadedScenario
from sim.scenario.quantity import Quantity, unit_of
from sim.scenario.tree import Origin

NEUTRAL = "neutral"
"""Source of a default that has no effect."""


@dataclass(frozen=True)
class Value:
    """One value as text; ``grade`` is empty for what is a choice and needs no evidence."""

    path: KeyPath
    key: str
    text: str
    unit: str = ""
    spread: str = ""
    """``low to high``, or empty."""
    source: str = ""
    grade: str = ""
    origin: Origin | None = None
    """None for a default."""
    width: float | None = None
    """(high - low) / central; None when no range is given, infinite around 0."""
    size: float | None = None
    """Central value; None where this is no number."""
    ends: tuple[float, float] | None = None
    """Low and high; None when no range is given."""
    limits: tuple[float, float] = (-math.inf, math.inf)
    """The least and the greatest number that may stand here."""

    @property
    def assumed(self) -> bool:
        """Whether this was merely assumed, and is not a neutral default."""
        return self.grade == "assumed" and self.source != NEUTRAL


def values(loaded: LoadedScenario) -> list[Value]:
    """Return every value of a scenario, defaults included, in the order of the schema."""
    return [_value(loaded, path, found) for path, found in _leaves(loaded.scenario, ())]


def _leaves(found: object, path: KeyPath) -> Iterator[tuple[KeyPath, object]]:
    if found is None:
        return
    if isinstance(found, Quantity | Authority):
        yield path, found
    elif isinstance(found, BaseModel):
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


def _value(loaded: LoadedScenario, path: KeyPath, found: object) -> Value:
    key, origin = loaded.key(path), loaded.origins.get(path)
    unit = unit_of(".".join(map(str, path)))
    if not isinstance(found, Quantity):
        return _plain(path, key, found, unit, origin)
    return Value(
        path=path,
        key=key,
        text=text_of(found),
        unit=unit,
        spread=spread(found),
        source=found.source,
        grade=found.grade,
        origin=origin,
        width=width(found),
        size=found.central,
        ends=range_of(found),
        limits=(found.lowest, found.highest),
    )


def _plain(path: KeyPath, key: str, found: object, unit: str, origin: Origin | None) -> Value:
    """Return a value that is a choice, without a range."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        return Value(path, key, text_of(found), unit, origin=origin, size=float(found))
    return Value(path, key, text_of(found), origin=origin)


def text_of(found: object) -> str:
    """Return a value as text: a quantity by its central value, a list with commas."""
    if isinstance(found, Quantity):
        return number(found.central)
    if isinstance(found, Authority):
        return authority_row(found)
    if isinstance(found, dict):
        return ", ".join(f"{key} {text_of(inner)}" for key, inner in found.items()) or "none"
    if isinstance(found, list):
        return ", ".join(map(text_of, found)) or "none"
    if isinstance(found, bool):
        return str(found).lower()
    return number(found) if isinstance(found, float) else str(found)


def number(value: float) -> str:
    """Return a number without an exponent: thousands with commas, four digits at least."""
    return f"{value:,.0f}" if value == round(value) else f"{value:.6g}"


def spread(found: Quantity) -> str:
    """Return ``low to high`` of a quantity; empty when no range is given."""
    return " to ".join(map(number, ends)) if (ends := range_of(found)) else ""


def width(found: Quantity) -> float | None:
    """Return (high - low) / central; None when no range is given, infinite around 0."""
    ends = range_of(found)
    if ends is None:
        return None
    return (ends[1] - ends[0]) / abs(found.central) if found.central else math.inf


def range_of(found: Quantity) -> tuple[float, float] | None:
    """Return low and high, an end that is missing being the central value; None without any."""
    if found.low is None and found.high is None:
        return None
    low, high = (found.central if end is None else end for end in (found.low, found.high))
    return low, high


def authority_row(row: Authority) -> str:
    """Return a row of the authority table as a clause."""
    whats = (("cases", row.cases), ("contracts", row.contracts), ("stages", row.stages))
    scope = [f"{name} {text_of(chosen)}" for name, chosen in whats if "*" not in chosen]
    acts = [f"worked by {row.team}"] if row.team else []
    acts += [f"decided by {row.decides}"] if row.decides else []
    return f"{'; '.join(scope) or 'everything'}: {', '.join(acts) or 'no change'}"
