"""Checks of one arrangement: the names in it, and the authority table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.scenario.arrangement import Arrangement, Authority
from sim.scenario.authority import ANY, AREA, OFFICER, Assignment, Key, acting_roles, resolve
from sim.scenario.detour_checks import detour_names, undone_detours
from sim.scenario.errors import Fault, KeyPath
from sim.scenario.parts import Parts, unknown
from sim.scenario.pathway import CONTRACT_TYPES, Decide, Pathways, Work, overspend
from sim.scenario.translate import spot
from sim.scenario.tree import Node


@dataclass(frozen=True)
class Checker:
    """The checks of one arrangement."""

    document: Node
    name: str
    arrangement: Arrangement
    parts: Parts

    def _named(self, path: KeyPath, name: str, known: Iterable[str], what: str) -> Iterator[Fault]:
        whole = ("arrangements", self.name, *path)
        return unknown(self.document, whole, name, known, what)

    def roles(self) -> Iterator[Fault]:
        """Yield the roles of teams and substitutions that ``workforce.roles`` lacks."""
        roles, what = self.arrangement.workforce.roles, "a role in workforce.roles"
        for name, team in self.arrangement.teams.items():
            for role in team.mix:
                yield from self._named(("teams", name, "mix", role), role, roles, what)
        for role, others in self.arrangement.substitution.items():
            yield from self._named(("substitution", role), role, roles, what)
            for other in others:
                yield from self._named(("substitution", role, other), other, roles, what)

    def tiers(self) -> Iterator[Fault]:
        """Yield the teams and committees at tiers that the estate lacks."""
        if self.parts.estate is None:
            return
        who, tiers = self.arrangement, self.parts.tiers()
        for name, team in who.teams.items():
            yield from self._tier(("teams", name, "tier"), team.tier)
            if team.covers_within is not None:
                path = ("teams", name, "covers_within")
                yield from self._named(path, team.covers_within, tiers, "a tier")
        yield from self._covers()
        if who.adoption is not None:
            yield from self._named(("adoption", "tier"), who.adoption.tier, tiers, "a tier")
        for name, committee in who.committees.items():
            yield from self._tier(("committees", name, "tier"), committee.tier)

    def _tier(self, path: KeyPath, name: str) -> Iterator[Fault]:
        """Yield a tier that the estate lacks, with what would make it one."""
        what = f"a tier (a new one takes [estate.tiers.{name}] with its number of bodies)"
        yield from self._named(path, name, self.parts.tiers(), what)

    def _covers(self) -> Iterator[Fault]:
        """Yield teams of one tier that cover for neighbours in different wider bodies."""
        first: dict[str, str] = {}
        for name, team in self.arrangement.teams.items():
            if team.covers_within is None:
                continue
            other = first.setdefault(team.tier, team.covers_within)
            if other != team.covers_within:
                path = ("arrangements", self.name, "teams", name, "covers_within")
                expected = f'"{other}", as for another team at tier {team.tier}'
                at = spot(self.document, path)
                yield at.fault(found=f'"{team.covers_within}"', expected=expected)

    def governance(self) -> Iterator[Fault]:
        """Yield governance that is asked of roles or of bodies that do not exist."""
        roles, teams = self.arrangement.workforce.roles, self.arrangement.teams.values()
        for role in self.arrangement.governance.weights:
            path = ("governance", "weights", role)
            yield from self._named(path, role, roles, "a role in workforce.roles")
        for name, committee in self.arrangement.committees.items():
            staffed = any(team.tier == committee.tier for team in teams)
            if committee.staff_hours_per_meeting.central > 0 and not staffed:
                where = ("arrangements", self.name, "committees", name, "staff_hours_per_meeting")
                problem = f"no team at tier {committee.tier} whose time these hours could be"
                yield spot(self.document, where).fault(problem=problem)

    def budgets(self) -> Iterator[Fault]:
        """Yield hard budgets of bodies that do not exist, and those that nothing is spent from."""
        given, pathways = self.arrangement.budgets, self.parts.pathways
        if given is None:
            return
        if self.parts.estate:
            yield from self._named(("budgets", "tier"), given.tier, self.parts.tiers(), "a tier")
        if pathways and overspend(pathways) is None:
            problem = 'no case type has demand of kind "overspend", which says what is spent'
            path = ("arrangements", self.name, "budgets")
            yield spot(self.document, path).fault(problem=problem)

    def refusals(self, pathways: Pathways) -> Iterator[Fault]:
        """Yield the case types and stages that refusals name and that decide nothing."""
        types = pathways.case_types
        for case, shares in self.arrangement.refuse_share.items():
            path = ("refuse_share", case)
            yield from self._named(path, case, types, "a case type")
            stages = types[case].stages if case in types else ()
            decisions = [stage.name for stage in stages if isinstance(stage, Decide)]
            for stage in shares if case in types else ():
                yield from self._named((*path, stage), stage, decisions, "a decision of it")

    def rows(self, pathways: Pathways) -> Iterator[Fault]:
        """Yield what the authority table and the detours name and nothing defines."""
        for named in detour_names(self.arrangement, pathways):
            yield from self._named(*named)
        for number, row in enumerate(self.arrangement.authority):
            yield from self._row(("authority", number), row, pathways)

    def _row(self, path: KeyPath, row: Authority, pathways: Pathways) -> Iterator[Fault]:
        named: tuple[tuple[str, list[str], Iterable[str], str], ...] = (
            ("cases", row.cases, pathways.case_types, "a case type"),
            ("contracts", row.contracts, (*CONTRACT_TYPES, AREA), "a contract type"),
            ("stages", row.stages, _stages(pathways, row), "a stage of these cases"),
        )
        for key, names, known, what in named:
            for place, name in enumerate(names):
                yield from self._named((*path, key, place), name, (*known, ANY), what)
        if row.team is not None:
            yield from self._named((*path, "team"), row.team, self.arrangement.teams, "a team")
        if row.decides is not None:
            deciders = (OFFICER, *self.arrangement.committees)
            yield from self._named(
                (*path, "decides"), row.decides, deciders, "officer or a committee"
            )

    def gaps(self, pathways: Pathways) -> Iterator[Fault]:
        """Yield what the authority table leaves open, one fault per case type and reason."""
        found = [*self._open(pathways, adopted=True)]
        if not found and self.arrangement.partly_adopted:
            places = self._open(pathways, adopted=False)
            found = [(path, f"{why}, for bodies that do not adopt it") for path, why in places]
        for path, problem in found or undone_detours(self.arrangement, pathways):
            yield spot(self.document, ("arrangements", self.name, *path)).fault(problem=problem)

    def _open(self, pathways: Pathways, *, adopted: bool) -> Iterator[tuple[KeyPath, str]]:
        """Yield the place and the problem of each gap."""
        places: dict[tuple[KeyPath, str], list[str]] = {}
        for key, assignment in resolve(self.arrangement, pathways, adopted=adopted).items():
            for reason in self._gaps(key, assignment, _stage(pathways, key)):
                places.setdefault(reason, []).append(f"{key[1]} stage {key[2]}")
        for (path, why), where in places.items():
            yield path, f"{why}: {', '.join(where)}"

    def _gaps(
        self, key: Key, assignment: Assignment, stage: Work | Decide
    ) -> Iterator[tuple[KeyPath, str]]:
        case, team = key[0], self.arrangement.teams.get(assignment.team)
        if isinstance(stage, Decide) and not assignment.decides:
            yield ("authority",), f"no row says who decides {case}"
        if team is None:
            yield ("authority",), f"no row gives {case} to a team"
            return
        for role in stage.by:
            if not acting_roles(self.arrangement, team, role):
                path = ("teams", assignment.team, "mix")
                yield path, f"nobody in this team may act as {role} on {case}"


def _stage(pathways: Pathways, key: Key) -> Work | Decide:
    """Return the stage that an assignment is about."""
    stages = pathways.case_types[key[0]].stages
    return next(s for s in stages if s.name == key[2] and isinstance(s, Work | Decide))


def _stages(pathways: Pathways, row: Authority) -> list[str]:
    """Return the stages of the cases that a row is about."""
    cases = pathways.case_types.items()
    chosen = [case_type for name, case_type in cases if {name, ANY} & {*row.cases}]
    return [stage.name for case_type in chosen for stage in case_type.stages]
