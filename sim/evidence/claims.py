"""A claim that was made about arrangements, and what the model must be asked to check it.

Claims are data (``evidence/claims.toml`` in the library of scenarios), like the
validation targets, whose questions they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sim.evidence.checking import Checker, fault_at, sources
from sim.evidence.reading import refuse, validated
from sim.evidence.targets import Question
from sim.evidence.worlds import assumptions
from sim.scenario import library
from sim.scenario.errors import Fault, KeyPath, ScenarioError, listed, nearest
from sim.scenario.quantity import Frozen
from sim.scenario.reading import toml


class Turn(Frozen):
    """An assumption on which an answer may turn: the model is asked at both of its ends."""

    key: str
    """Key path of the scenario's value, as ``sim show`` has it."""
    words: str
    """What the value is, for somebody who knows contracts."""
    low: float | None = None
    """Ends to ask at, where they are not those of the value's range."""
    high: float | None = None


class Ask(Question):
    """One question; ``low`` and ``high`` say for which answers the claim holds."""

    what: str
    why: str = ""
    """How the question stands for the claim, and where the bounds come from."""
    turns_on: tuple[Turn, ...] = ()


class Claim(Frozen):
    """What somebody said, with the questions that check it."""

    title: str
    claimed: str
    """What the source says, in few words; figures are the source's own."""
    contradiction: str = ""
    """Where the source contradicts itself; the derived figure that differs is given."""
    beyond: str = ""
    """What else would have to be true that the model cannot say."""
    asks: Annotated[tuple[Ask, ...], Field(min_length=1)]


Claims = dict[str, Claim]
"""Claims by the number of the row in the evidence, in the order of the file."""


def shipped() -> Path:
    """Return the file of claims in the library."""
    return library.root() / "evidence" / "claims.toml"


def read_claims(path: Path | None = None) -> Claims:
    """Read a file of claims, by default the library's.

    Raises ``ScenarioError`` with every fault, as ``read_targets`` does.
    """
    document = toml(path or shipped())
    found, faults = validated(document, Claim)
    checker = Checker(document)
    for name, claim in found.items():
        if (source := name.split(".")[0]) not in sources():
            faults.append(fault_at(document, (name,), f"there is no source {source!r}"))
        for place, ask in enumerate(claim.asks):
            faults += _faults(checker, (name, "asks", place), ask)
    refuse(faults)
    return found


def _faults(checker: Checker, at: KeyPath, ask: Ask) -> Iterator[Fault]:
    yield from checker.question(at, ask, ())
    try:
        known = assumptions(ask.scenario, ask.settings)
    except ScenarioError:
        return  # said by the checker already
    for place, turn in enumerate(ask.turns_on):
        where: KeyPath = (*at, "turns_on", place)
        yield from checker.known(where, "key", [turn.key], known)
        if turn.key in known and ends(ask, turn) is None:
            problem = f"{turn.key!r} has no range; 'low' and 'high' are missing"
            yield fault_at(checker.document, where, problem)


def ends(ask: Ask, turn: Turn) -> tuple[float, float] | None:
    """Return low and high of an assumption as the library has it; None without a range."""
    found = assumptions(ask.scenario, ask.settings)[turn.key].ends or (None, None)
    low, high = (
        own if own is not None else given
        for own, given in zip((turn.low, turn.high), found, strict=True)
    )
    return None if low is None or high is None else (low, high)


def chosen(claims: Claims, only: tuple[str, ...]) -> Claims:
    """Return the named claims, or all where none is named. Raises ``ScenarioError``."""
    faults = [
        Fault(
            "claims",
            problem=f"there is no {name!r}; there are {listed(claims, 'and')}",
            nearest=nearest(name, claims),
        )
        for name in only
        if name not in claims
    ]
    refuse(faults)
    return {name: claim for name, claim in claims.items() if not only or name in only}
