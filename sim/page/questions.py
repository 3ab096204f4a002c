"""A shipped scenario as the page asks it: its areas, arrangements and contexts, with titles."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from sim.page.levers import Lever, choices, levers
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario, load
from sim.scenario.other_contexts import takes, with_contexts
from sim.scenario.values import Value, values

AREA_KEYS = ("icb", "area_team")
"""Keys of an estate that choose one area by name, each with a tier of the same name."""


@dataclass(frozen=True, eq=False)
class Question:
    """What may be chosen for one scenario; titles by name.

    ``loaded`` is the scenario with every context that it can meet; ``own`` are those that its
    own file gives.
    """

    name: str
    loaded: LoadedScenario
    area_key: str
    areas: tuple[str, ...]
    area: str
    arrangements: Mapping[str, str]
    base: str
    contexts: Mapping[str, str]
    own: frozenset[str]

    @property
    def arrangement(self) -> str:
        """Return the arrangement to look at first: the first beside base."""
        return next(name for name in self.arrangements if name != self.base)

    @functools.lru_cache(maxsize=256)  # noqa: B019 - there are a handful of questions
    def levers(self, arrangement: str, base: str, context: str) -> tuple[Lever, ...]:
        """Return the levers for an arrangement beside a base in a context."""
        return tuple(levers(self.loaded, self._values, arrangement, base, context))

    @functools.cached_property
    def _values(self) -> Mapping[str, Value]:
        return {value.key: value for value in values(self.loaded)}

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Return the name of every lever that some choice of this question has."""
        return frozenset(
            lever.name
            for one in self.arrangements
            for context in self.contexts
            for lever in self.levers(one, self.base, context)
        )


@functools.cache
def question(name: str) -> Question:
    """Return one of the questions that the page offers."""
    shipped = load(name)
    own = shipped.scenario.contexts
    others = [c for c in choices().contexts if c not in own and takes(shipped, c)]
    loaded = with_contexts(shipped, others)
    scenario, estate = loaded.scenario, loaded.scenario.estate
    key = next(key for key in AREA_KEYS if getattr(estate, key))
    areas = tuple(sorted(estate_of(loaded).tiers[key].names))
    return Question(
        name=name,
        loaded=loaded,
        area_key=key,
        areas=areas,
        area=_body(getattr(estate, key), areas),
        arrangements={name: one.title or name for name, one in scenario.arrangements.items()},
        base=scenario.compare.base,
        contexts={name: one.title or name for name, one in scenario.contexts.items()},
        own=frozenset(own),
    )


def _body(name: str, areas: tuple[str, ...]) -> str:
    """Return an area's whole name; a scenario may leave out NHS and ICB."""
    return next(area for area in areas if name in (area, area[4:-4]))
