"""Which numbers to pin or to check: ``MEASURE`` or ``MEASURE,CASE_TYPE``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sim.experiment.headlines import ALL, Headline
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.errors import Fault, ScenarioError, listed, nearest
from sim.scenario.schema import Scenario
from sim.scenario.tree import COMMAND_LINE

HERE = f"{COMMAND_LINE}: --only"


def to_pin(only: Sequence[str], scenario: Scenario) -> list[Headline]:
    """Return what is to be pinned; a measure by itself is over all case types.

    Raises ``ScenarioError`` for a measure or a case type that there is not.
    """
    chosen = [_parsed(text) for text in only]
    types = (ALL, *scenario.pathways.case_types)
    faults: list[Fault] = []
    for one in chosen:
        faults += _unknown("measure", one.measure, CATALOGUE)
        faults += _unknown("case type", one.case_type, types)
    if faults:
        raise ScenarioError(faults)
    return list(dict.fromkeys(chosen))


def pinned(only: Sequence[str], known: Sequence[Headline]) -> list[Headline]:
    """Return those that are pinned; a measure by itself is every row of it.

    Raises ``ScenarioError`` for what is not pinned.
    """
    if not only:
        return [*known]
    faults: list[Fault] = []
    kept: list[Headline] = []
    for text in only:
        one = _parsed(text)
        whole = "," in text
        found = [each for each in known if each == one or (not whole and each[0] == one.measure)]
        kept += found
        if not found:
            names = dict.fromkeys([each.measure for each in known] + [",".join(e) for e in known])
            problem = f"{text!r} is not pinned; there are {_some([e.measure for e in known])}"
            faults.append(Fault(HERE, problem=problem, nearest=nearest(text, names)))
    if faults:
        raise ScenarioError(faults)
    return list(dict.fromkeys(kept))


def _parsed(text: str) -> Headline:
    measure, _, case_type = text.partition(",")
    return Headline(measure.strip(), case_type.strip() or ALL)


def _unknown(what: str, name: str, known: Collection[str]) -> Iterator[Fault]:
    if name not in known:
        close = nearest(name, known)
        there = "" if close else f"; there are {_some(known)}"
        yield Fault(HERE, problem=f"there is no {what} {name!r}{there}", nearest=close)


def _some(names: Collection[str]) -> str:
    """Name the first few, and say how many more there are."""
    first = [*dict.fromkeys(names)]
    return listed(first, "and") if len(first) <= 8 else f"{', '.join(first[:8])}, and more"
