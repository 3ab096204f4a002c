"""The plausible values of a scenario: every parameter with a range, and sets of them.

A *factor* is one parameter with a low and a high value. Where several arrangements take the
same value and range from the same source, that is one factor, which moves in all of them
at once: otherwise arrangements would differ by noise in what they share. An arrangement
that is ``like`` another moves with it: a value that was changed in it without a range
stays as many times that of the original, within what may stand there.

A factor has its central value for a median: half of its sets lie evenly between low and
central, half evenly between central and high (two-piece uniform). The evidence gives three
numbers and no shape; this is the one that adds least to them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.experiment.design import BEFORE, ONLY, DesignPoint, canonical
from sim.experiment.errors import DesignError
from sim.scenario.errors import KeyPath
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario
from sim.scenario.values import Value, values

Float = NDArray[np.float64]

OWNED = ("arrangements", "contexts")
"""Tables of a scenario whose entries have names of their own."""


@dataclass(frozen=True)
class Factor:
    """One uncertain parameter: ``places`` are the key paths at which it stands.

    ``anywhere`` is its key with ``*`` for the name of an arrangement.
    """

    name: str
    places: tuple[KeyPath, ...]
    low: float
    central: float
    high: float
    unit: str = ""
    source: str = ""
    grade: str = ""
    anywhere: str = ""
    copies: tuple[Factor, ...] = ()
    """The same in arrangements that are ``like`` one of these, with another value or range."""

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what makes it the same factor in another scenario."""
        return (self.anywhere or self.name, self.low, self.central, self.high, self.source)

    def at(self, quantile: float) -> float:
        """Return the value at a quantile from 0 to 1; 0.5 gives exactly the central one."""
        if quantile <= 0.5:
            return self.low + (self.central - self.low) * 2.0 * quantile
        return self.central + (self.high - self.central) * (2.0 * quantile - 1.0)


def factors(loaded: LoadedScenario, arrangements: Iterable[str], context: str) -> list[Factor]:
    """List what has a range in some arrangements and a context, in the order of the schema."""
    owners = {*_with_what_they_replace(loaded.scenario, arrangements), context}
    known = {
        value.path: value
        for value in values(loaded)
        if value.path[0] not in OWNED or value.path[1] in owners
    }
    shared: dict[object, list[Value]] = {}
    copies: dict[object, list[Factor]] = {}
    for value in known.values():
        original = known.get(_in_original(loaded.scenario, value.path), value)
        if _is_varied(original) and _what(value) != _what(original):
            copies.setdefault(_what(original), []).append(_copy(value, original))
        elif _is_varied(value):
            shared.setdefault(_what(value), []).append(value)
    return [
        replace(_factor(same), copies=tuple(copies.get(what, ()))) for what, same in shared.items()
    ]


def _is_varied(value: Value) -> bool:
    return value.ends is not None and value.ends[0] < value.ends[1]


def _what(value: Value) -> tuple[object, ...]:
    """Return what values have in common that are one factor."""
    return (*_common(value), value.size, value.ends, value.source)


def _in_original(scenario: Scenario, path: KeyPath) -> KeyPath:
    """Return where a value of a copied arrangement stands in the original."""
    if path[0] != "arrangements":
        return path
    return (path[0], scenario.arrangements[str(path[1])].like or path[1], *path[2:])


def _copy(value: Value, original: Value) -> Factor:
    """Return how a value that was changed in a copy moves with that of the original."""
    own = _factor([value])
    if _is_varied(value):
        return own
    if not original.size:
        return replace(own, low=own.central, high=own.central)
    (least, most), times = value.limits, own.central / original.size
    low, high = (min(max(times * end, least), most) for end in original.ends or ())
    return replace(own, low=low, high=high)


def some_factors(loaded: LoadedScenario, names: Iterable[str], context: str) -> list[Factor]:
    """Return ``factors``. Raises ``DesignError`` where there are none."""
    found = factors(loaded, names, context)
    if not found:
        raise DesignError("no parameter of this scenario has a range: give some a low and a high")
    return found


def _with_what_they_replace(scenario: Scenario, arrangements: Iterable[str]) -> set[str]:
    every = set(arrangements)
    moves = [scenario.arrangements[name].transition for name in every]
    return every | {move.replaces for move in moves if move}


def _common(value: Value) -> KeyPath:
    """Return a key path without the name of the arrangement."""
    path = value.path
    return (path[0], "*", *path[2:]) if path[0] == "arrangements" else path


def _factor(same: Sequence[Value]) -> Factor:
    first = same[0]
    low, high = first.ends or (0.0, 0.0)
    name = anywhere = first.key
    if first.path[0] == "arrangements":
        own, owners = (f".{words}." for words in (first.path[1], _listed(same)))
        name, anywhere = (first.key.replace(own, other, 1) for other in (owners, ".*."))
    central = first.size if first.size is not None else low
    places = tuple(value.path for value in same)
    evidence = (first.unit, first.source, first.grade)
    return Factor(name, places, low, central, high, *evidence, anywhere)


def _listed(same: Sequence[Value]) -> str:
    owners = [str(value.path[1]) for value in same]
    return owners[0] if len(owners) == 1 else f"{{{','.join(owners)}}}"


def hypercube(count: int, sets: int, seed: int) -> Float:
    """Return quantiles of ``count`` factors, shape (sets, count): a Latin hypercube.

    Source: McKay, Beckman and Conover 1979, Technometrics 21(2), doi:10.2307/1268522.
    """
    return np.asarray(qmc.LatinHypercube(count, rng=seed).random(sets), dtype=np.float64)


def with_values(
    point: DesignPoint, scenario: Scenario, every: Sequence[Factor], quantiles: Sequence[float]
) -> DesignPoint:
    """Return a design point with other values, one quantile for each factor.

    Factors that do not stand in this arrangement leave the point, and so what is stored
    of it, as it is.
    """
    names = _names(scenario, point)
    content = json.loads(point.document)
    for factor, quantile in zip(every, quantiles, strict=True):
        for each in (factor, *factor.copies):
            for here in filter(None, (_inside(path, names) for path in each.places)):
                _put(content["scenario"], here, each.at(quantile))
    return replace(point, document=canonical(content))


def _names(scenario: Scenario, point: DesignPoint) -> dict[tuple[str, str], str]:
    """Return how a point's document calls its arrangement, what that replaces, its context."""
    found = {("arrangements", point.arrangement): ONLY, ("contexts", point.context): ONLY}
    move = scenario.arrangements[point.arrangement].transition
    return {("arrangements", move.replaces): BEFORE, **found} if move else found


def _inside(path: KeyPath, names: dict[tuple[str, str], str]) -> KeyPath | None:
    """Return where a value stands in a point's document, None where it is not in there."""
    if path[0] not in OWNED:
        return path
    name = names.get((str(path[0]), str(path[1])))
    return None if name is None else (path[0], name, *path[2:])


def _put(content: Any, path: KeyPath, value: float) -> None:  # noqa: ANN401 - a JSON document
    *way, last = path
    functools.reduce(lambda inner, key: inner[key], way, content)[last] = value
