"""The register of assumptions: every value that should rest on evidence, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.experiment.reopened import Reopened
from sim.reports.parts import Heading, Items, Part, Table, Text
from sim.scenario.assumed import place_of
from sim.scenario.document import bibliography
from sim.scenario.schema import Scenario
from sim.scenario.values import NEUTRAL, Value, number, values

ASSUMED = "assumed"
COLUMNS = ("Value", "Low", "Central", "High", "Unit", "Source", "Grade")


def register_parts(opened: Reopened) -> Iterator[Part]:
    """Yield the register: a row per value, or per value that several arrangements share."""
    every = [value for value in values(opened.loaded) if value.grade]
    used = [value for value in every if value.source != NEUTRAL]
    rows = [_row(same, opened.scenario) for same in shared(used)]
    count = sum(value.assumed for value in used)
    yield Heading("Register of assumptions")
    neutral = len(every) - len(used)
    yield Text(
        f"{len(used):,} values of this scenario should rest on evidence; {count:,} of them are "
        f"merely assumed and are marked so. They stand in {len(rows):,} rows, because arrangements "
        f"share many. {neutral:,} more are at the value at which they have no effect. "
        "A value without a low and a high was not varied in any test of robustness."
    )
    yield Table(
        "Every value, its range and its evidence", COLUMNS, rows, frozenset({1, 2, 3}), ASSUMED
    )
    named = " ".join(value.source for value in used)
    if sources := [line.removeprefix("- ") for line in bibliography(named)]:
        yield Heading("Sources named in the register", 2)
        yield Items(sources)


def shared(found: Sequence[Value]) -> list[list[Value]]:
    """Put together values that are the same in several arrangements or contexts."""
    groups: dict[object, list[Value]] = {}
    for value in found:
        same = (*place_of(value.path), value.text, value.spread, value.source, value.grade)
        groups.setdefault(same, []).append(value)
    return list(groups.values())


def _row(same: Sequence[Value], scenario: Scenario) -> list[str]:
    value = same[0]
    low, high = map(number, value.ends) if value.ends else ("", "")
    return [_key(same, scenario), low, value.text, high, value.unit, value.source, value.grade]


def _key(same: Sequence[Value], scenario: Scenario) -> str:
    """Return a key with the names of all that share the value, ``*`` where everyone does."""
    value = same[0]
    owners = [str(each.path[1]) for each in same]
    every = {"arrangements": [*scenario.arrangements], "contexts": [*scenario.contexts]}
    if len(owners) < 2:
        return value.key
    whole = len(owners) == len(every[str(value.path[0])])
    who = "*" if whole else f"{{{', '.join(owners)}}}"
    return value.key.replace(f".{owners[0]}.", f".{who}.", 1)
