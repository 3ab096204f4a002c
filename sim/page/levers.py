"""The levers of the page: which values of a scenario may be moved, how far, and in what words."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.files import LoadedScenario
from sim.scenario.values import Value

LEVERS = Path(__file__).with_name("levers.toml")
EACH = "*"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Strict):
    """A lever as the data describe it, for any two arrangements in any context."""

    keys: tuple[str, ...]
    label: str
    hint: str = ""
    step: float
    times: int = 1
    reach: float = 1.0
    lowest: float | None = Field(None, alias="from")
    highest: float | None = Field(None, alias="to")


class Group(_Strict):
    """Levers that stand together; ``about`` says what goes for all of them."""

    title: str
    about: str
    levers: tuple[Kind, ...]


class Offered(_Strict):
    """A scenario that the page offers, by the name that it has there."""

    scenario: str
    label: str


class Choices(_Strict):
    """All that the page offers."""

    measures: tuple[str, ...]
    charts: tuple[str, ...]
    contexts: tuple[str, ...]
    questions: tuple[Offered, ...]
    groups: tuple[Group, ...]


class NotANumberError(ValueError):
    """What was typed is not a number that a lever can have; the message says what is."""


@dataclass(frozen=True)
class Lever:
    """One value that may be moved, in the unit in which the page shows it.

    ``keys`` are the keys of the scenario that it sets, all to the same value; the first names
    the lever in the address. ``usual`` is the scenario's value, ``plausible`` its range in
    words, ``low`` and ``high`` how far the lever goes. The scenario's unit is smaller by ``times``.
    ``shared``: what it sets is the same for both arrangements.
    """

    group: Group
    keys: tuple[str, ...]
    label: str
    hint: str
    usual: Decimal
    plausible: str
    low: Decimal
    high: Decimal
    step: float
    times: int
    shared: bool

    @property
    def name(self) -> str:
        """Return the name in the address: a key of the scenario."""
        return self.keys[0]

    def number(self, text: str) -> Decimal:
        """Return what was typed as a number. Raises ``NotANumberError``."""
        ends = f"a number from {plain(self.low)} to {plain(self.high)}"
        try:
            found = Decimal(text.strip())
        except InvalidOperation:
            raise NotANumberError(f"{self.label}: enter {ends}") from None
        if not found.is_finite() or not self.low <= found <= self.high:
            raise NotANumberError(f"{self.label}: must be {ends}")
        return found

    def in_scenario(self, shown: Decimal) -> Decimal:
        """Return a shown number in the unit of the scenario."""
        return shown / self.times


@functools.cache
def choices() -> Choices:
    """Read what the page offers."""
    return Choices.model_validate(tomllib.loads(LEVERS.read_text(encoding="utf-8")))


def levers(
    loaded: LoadedScenario, known: Mapping[str, Value], arrangement: str, base: str, context: str
) -> list[Lever]:
    """List the levers for an arrangement beside its base in one context.

    ``known`` has every value of the scenario by its key; a lever without any is left out.
    """
    names = {"arrangement": arrangement, "base": base, "context": context}
    return [
        one
        for group in choices().groups
        for kind in group.levers
        for one in _each(group, kind, known, names, loaded)
    ]


def _each(
    group: Group,
    kind: Kind,
    known: Mapping[str, Value],
    names: Mapping[str, str],
    loaded: LoadedScenario,
) -> Iterator[Lever]:
    """Yield a kind's lever, or one for each key that its ``*`` stands for."""
    first, *others = (key.format(**names) for key in kind.keys)
    pattern = re.compile(re.escape(first).replace(re.escape(EACH), "[^.]+"))
    for key in filter(pattern.fullmatch, known):
        keys = (key, *(other for other in others if other in known))
        title = _title(loaded, known[key])
        label = kind.label.format(title=title)
        yield _lever(group, kind, tuple(dict.fromkeys(keys)), label, known[key])


def _title(loaded: LoadedScenario, value: Value) -> str:
    """Return the title of what holds a value, or its name."""
    place: Any = loaded.document
    for name in value.path[:-1]:
        place = place.get(name, {})
    return str(place.get("title", value.path[-2]))


def _lever(group: Group, kind: Kind, keys: tuple[str, ...], label: str, value: Value) -> Lever:
    usual = Decimal(repr(value.size))
    low, high = map(Decimal, map(repr, value.ends or (value.size, value.size)))
    reach = Decimal(repr(kind.reach))
    lows = [low / reach, usual, *_given(kind.lowest)]
    highs = [high * reach, usual, *_given(kind.highest)]
    return Lever(
        group=group,
        keys=keys,
        label=label,
        hint=kind.hint,
        usual=usual * kind.times,
        plausible=_range(low * kind.times, high * kind.times) if value.ends else "",
        low=min(lows) * kind.times,
        high=max(highs) * kind.times,
        step=kind.step,
        times=kind.times,
        shared=not all(key.startswith("arrangements.{arrangement}.") for key in kind.keys),
    )


def _given(end: float | None) -> list[Decimal]:
    return [] if end is None else [Decimal(repr(end))]


def _range(low: Decimal, high: Decimal) -> str:
    return f"{plain(low)} to {plain(high)}"


def plain(number: Decimal) -> str:
    """Return a number without needless zeros or an exponent."""
    return f"{number.normalize():f}"
