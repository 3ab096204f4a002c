"""What a planner has chosen, as it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from sim.page.levers import Lever, NotANumberError, choices, plain
from sim.page.questions import Question, question
from sim.scenario.errors import nearest, quoted

QUESTION, AREA, ARRANGEMENT, BASE, CONTEXT = "scenario", "area", "arrangement", "base", "context"
CHOSEN = (QUESTION, AREA, ARRANGEMENT, BASE, CONTEXT)


@dataclass(frozen=True)
class State:
    """One question with everything chosen: all that the numbers on the page depend on.

    ``changes`` has the levers that were moved, by their names, in the unit that is shown. An
    arrangement that is its own base is compared with itself as it was before they were.
    """

    scenario: str
    area: str
    arrangement: str
    base: str
    context: str
    changes: tuple[tuple[str, Decimal], ...] = ()

    @property
    def question(self) -> Question:
        """Return what could have been chosen."""
        return question(self.scenario)

    @property
    def with_itself(self) -> bool:
        """Whether the arrangement is compared with itself, unchanged."""
        return self.arrangement == self.base

    @property
    def compared(self) -> tuple[str, str]:
        """Return the names that arrangement and base have in the scenario file."""
        own = f"{self.arrangement}_changed" if self.with_itself else self.arrangement
        return own, self.base

    @property
    def titles(self) -> tuple[str, str]:
        """Return the titles of arrangement and base."""
        known = self.question.arrangements
        own = known[self.arrangement] + (" (changed)" if self.with_itself else "")
        return own, known[self.base]

    @property
    def levers(self) -> tuple[Lever, ...]:
        """Return the levers for what is chosen."""
        return self.question.levers(self.arrangement, self.base, self.context)

    @property
    def moved(self) -> list[tuple[Lever, Decimal]]:
        """Return the levers that were moved, and to what."""
        to = dict(self.changes)
        return [(lever, to[lever.name]) for lever in self.levers if lever.name in to]

    @property
    def query(self) -> str:
        """Return the address of this state, after the question mark."""
        chosen = [(name, getattr(self, name)) for name in CHOSEN]
        return urlencode([*chosen, *((name, plain(value)) for name, value in self.changes)])


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the state, what was typed, and what is wrong with it.

    ``faults`` has a message for each field; where there are any, the state has the usual
    value in the place of each faulty one.
    """

    state: State
    typed: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


def read(given: Iterable[tuple[str, str]]) -> Asked:
    """Read an address: the names and values after its question mark."""
    typed = {name: value for name, value in given if value.strip()}
    faults: dict[str, str] = {}

    def pick(name: str, known: Iterable[str], usual: str) -> str:
        return _picked(typed, faults, name, [*known], usual)

    offered = [one.scenario for one in choices().questions]
    asked = question(pick(QUESTION, offered, offered[0]))
    area = pick(AREA, asked.areas, asked.area)
    base = pick(BASE, asked.arrangements, asked.base)
    others = [name for name in asked.arrangements if name != base]
    arrangement = pick(ARRANGEMENT, asked.arrangements, others[0])
    context = pick(CONTEXT, asked.contexts, next(iter(asked.contexts)))
    chosen = State(asked.name, area, arrangement, base, context)
    _refuse_unknown(typed, faults, asked)
    changes = tuple(_changes(chosen.levers, typed, faults))
    return Asked(State(**{**vars(chosen), "changes": changes}), typed, faults)


def _picked(
    typed: Mapping[str, str], faults: dict[str, str], name: str, known: list[str], usual: str
) -> str:
    value = typed.get(name, usual)
    if value in known:
        return value
    close = nearest(value, known)
    hint = f"; did you mean {quoted(close)}?" if close else ""
    faults[name] = f"There is no {name} {quoted(value)}{hint}"
    return usual


def _refuse_unknown(typed: Mapping[str, str], faults: dict[str, str], asked: Question) -> None:
    """Refuse names that mean nothing; levers of other arrangements are only out of sight."""
    known = {*CHOSEN, *asked.names}
    for name in typed.keys() - known:
        close = nearest(name, known)
        hint = f"; did you mean {close}?" if close else ""
        faults[name] = f"The address asks for {quoted(name)}, which is no lever here{hint}"


def _changes(
    levers: Iterable[Lever], typed: Mapping[str, str], faults: dict[str, str]
) -> Iterable[tuple[str, Decimal]]:
    """Yield the levers that were moved; one that stands where it always does was not."""
    for lever in levers:
        try:
            value = lever.number(typed.get(lever.name, plain(lever.usual)))
        except NotANumberError as error:
            faults[lever.name] = str(error)
            continue
        if value != lever.usual:
            yield lever.name, value
