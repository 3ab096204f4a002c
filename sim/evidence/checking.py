"""Whether all that the targets name is there: measures, arrangements, key paths, sources."""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Collection, Iterator

from sim.evidence.targets import Check, Question, Rows, Target
from sim.evidence.worlds import assumptions, estate, scenario, sides
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario import library
from sim.scenario.errors import Fault, KeyPath, ScenarioError, nearest
from sim.scenario.files import LoadedScenario
from sim.scenario.tree import Node, dotted

UNPUBLISHED = ("derived", "assumption")
"""Sources that stand in no bibliography."""

NEEDS = {
    "ratio": ("value", "over"),
    "per_meeting": ("value", "committee"),
    "contracts_per_body": ("tier",),
}
"""Keys that a transformation cannot do without; all others need a ``value``."""


def fault_at(document: Node, path: KeyPath, problem: str, close: str = "") -> Fault:
    """Build a fault at a key path; a value that is missing has the line of its table."""
    node = document
    for key in path:
        node = node.at(key) or node
    return Fault(
        node.origin.file, node.origin.line, dotted(path, document), problem=problem, nearest=close
    )


class Checker:
    """Finds what is wrong with the targets of a document."""

    def __init__(self, document: Node) -> None:
        self.document = document

    def target(self, name: str, target: Target) -> Iterator[Fault]:
        """Yield the faults of one target."""
        if not target.rows:
            yield fault_at(self.document, (name,), "neither checks nor gaps")
        for kind in ("checks", "gaps"):
            for place, row in enumerate(getattr(target, kind)):
                at: KeyPath = (name, kind, place)
                yield from self.known(at, "sources", row.sources, sources())
                if isinstance(row, Check):
                    yield from self.question(at, row, row.rests_on)

    def known(
        self, at: KeyPath, key: str, names: Collection[str], known: Collection[str]
    ) -> Iterator[Fault]:
        """Yield a fault for each name that is not among the known."""
        for name in names:
            if name not in known:
                expected = f": one of {', '.join(known)}" if len(known) <= 12 else ""
                problem = f"there is no {name!r}{expected}"
                yield fault_at(self.document, (*at, *key.split(".")), problem, nearest(name, known))

    def question(self, at: KeyPath, check: Question, rests_on: Collection[str]) -> Iterator[Fault]:
        """Yield the faults of what the model is asked; ``rests_on`` are key paths."""
        try:
            loaded, *_ = [
                scenario(check.scenario, (*check.settings, *side.settings)) for side in sides(check)
            ]
        except ScenarioError as error:
            yield from (
                fault_at(self.document, (*at, "scenario"), str(each)) for each in error.faults
            )
            return
        yield from self._names(at, check, loaded)
        known = assumptions(check.scenario, check.settings)
        yield from self.known(at, "rests_on", rests_on, known)
        yield from self._measures(at, check, loaded)
        yield from self._whole(at, check)

    def _names(self, at: KeyPath, check: Question, loaded: LoadedScenario) -> Iterator[Fault]:
        arrangements = loaded.scenario.arrangements
        yield from self.known(at, "arrangement", [check.arrangement], arrangements)
        if check.versus:
            yield from self.known(
                at, "versus.arrangement", [check.versus.arrangement], arrangements
            )
        yield from self.known(at, "context", [check.context], loaded.scenario.contexts)
        if check.tier:
            tiers = estate(check.scenario, check.settings).tiers
            yield from self.known(at, "tier", [check.tier], tiers)
        if check.committee and check.arrangement in arrangements:
            there = arrangements[check.arrangement].committees
            yield from self.known(at, "committee", [check.committee], there)

    def _measures(self, at: KeyPath, check: Question, loaded: LoadedScenario) -> Iterator[Fault]:
        types = {"all", *loaded.scenario.pathways.case_types}
        years = {f"year {number + 1}" for number in range(math.ceil(loaded.scenario.run.years))}
        who = loaded.scenario.arrangements.get(check.arrangement)
        for key in ("value", "over"):
            rows: Rows | None = getattr(check, key)
            if rows is None:
                continue
            yield from self.known(at, f"{key}.measure", [rows.measure], CATALOGUE)
            yield from self.known(at, f"{key}.case_types", rows.case_types, types)
            yield from self.known(at, f"{key}.period", [rows.period], {"all", *years})
            if who:
                bodies = {"all", *who.teams, *who.committees}
                yield from self.known(at, f"{key}.body", [rows.body], bodies)
                roles = {"all", *who.workforce.roles}
                yield from self.known(at, f"{key}.role", [rows.role], roles)

    def _whole(self, at: KeyPath, check: Question) -> Iterator[Fault]:
        """Yield what a transformation needs and is not given."""
        for key in NEEDS.get(check.transformation, ("value",)):
            if not getattr(check, key):
                problem = f"{key!r} is missing, which {check.transformation!r} needs"
                yield fault_at(self.document, at, problem)
        if (check.each is None) != (check.across is None):
            yield fault_at(self.document, at, "'each' and 'across' belong together")
        if check.low is not None and check.high is not None and check.low > check.high:
            problem = f"found {check.low:g}, expected at most 'high', {check.high:g}"
            yield fault_at(self.document, (*at, "low"), problem)


@functools.cache
def sources() -> frozenset[str]:
    """Return the ids of the bibliography, and the sources that stand in none."""
    with (library.root() / "sources.csv").open(encoding="utf-8") as file:
        return frozenset(row["id"] for row in csv.DictReader(file)) | frozenset(UNPUBLISHED)
