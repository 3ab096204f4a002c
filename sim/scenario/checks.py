"""Checks across a scenario: names that must be known elsewhere, and the authority table.

Each check looks at parts that are valid by themselves, so that faults of both
kinds are reported together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.scenario.arrangement import Arrangement, Authority
from sim.scenario.authority import ANY, AREA, OFFICER, Assignment, Key, acting_roles, resolve
from sim.scenario.calendar import Calendar
from sim.scenario.context import Context
from sim.scenario.context_checks import context_cases, context_tiers
from sim.scenario.detour_checks import detour_names, undone_detours
from sim.scenario.errors import Fault, KeyPath, listed, nearest
from sim.scenario.pathway import CONTRACT_TYPES, Decide, Pathways, Work, overspend
from sim.scenario.schema import EstateChoice, Run
from sim.scenario.transition_checks import transitions
from sim.scenario.translate import spot
from sim.scenario.tree import Node

TIERS = (
    "nation",
    "region",
    "area_team",
    "ccg",
    "icb",
    "pct",
    "pcn",
    "place",
    "icb_cluster",
    "pod_hub",
)
"""Tiers that an estate built from facts or from a practice-level file may have."""

_MANY = 10
"""More names than this are listed only when none is near."""


@dataclass(frozen=True)
class Parts:
    """The parts of a scenario that are valid by themselves."""

    run: Run | None
    estate: EstateChoice | None
    pathways: Pathways | None
    arrangements: Mapping[str, Arrangement]
    contexts: Mapping[str, Context]

    def tiers(self) -> tuple[str, ...]:
        """Return the tiers that the estate may have."""
        own = self.estate.tiers if self.estate else ()
        return (*dict.fromkeys((*TIERS, *own)),)


def check(document: Node, parts: Parts) -> list[Fault]:
    """Return the faults between the parts of a scenario."""
    roles = [*_stage_roles(document, parts)]
    found = [*_dates(document, parts.run), *_compare(document, parts), *roles]
    found += _contexts(document, parts)
    found += transitions(document, parts.run, parts.arrangements)
    for name, arrangement in parts.arrangements.items():
        checker = _Checker(document, name, arrangement, parts)
        found += [
            *checker.roles(),
            *checker.tiers(),
            *checker.governance(),
            *checker.budgets(),
        ]
        if parts.pathways:
            found += checker.refusals(parts.pathways)
            rows = [*checker.rows(parts.pathways)]
            found += rows or ([] if roles else [*checker.gaps(parts.pathways)])
    return found


def _dates(document: Node, run: Run | None) -> Iterator[Fault]:
    """Yield dates that no calendar reaches, and a warm-up that leaves nothing to measure."""
    if run is None:
        return
    try:
        getattr(Calendar, run.calendar)(run.start, run.years)
    except (ValueError, OverflowError) as error:
        yield spot(document, ("run", "start")).fault(problem=str(error))
    if run.warm_up_months >= 12 * run.years:
        expected = f"less than the run of {run.years:g} years"
        at = spot(document, ("run", "warm_up_months"))
        yield at.fault(found=f"{run.warm_up_months:g} months", expected=expected)


def _compare(document: Node, parts: Parts) -> Iterator[Fault]:
    """Yield a base that is no arrangement, and a case type that no pathway has."""
    compare, tables = document.at("compare"), document.at("arrangements")
    chosen = compare.plain() if compare and compare.table else {}
    base, case_type = chosen.get("base"), chosen.get("case_type", "all")
    if isinstance(base, str) and tables:
        path = ("compare", "base")
        yield from _unknown(document, path, base, tables.table, "an arrangement")
    if isinstance(case_type, str) and parts.pathways:
        path, known = ("compare", "case_type"), ("all", *parts.pathways.case_types)
        yield from _unknown(document, path, case_type, known, "a case type")


def _unknown(
    document: Node, path: KeyPath, name: str, known: Iterable[str], what: str
) -> Iterator[Fault]:
    """Yield a fault when a name is not among those that are known."""
    names = [*known]
    if name not in names:
        close, at = nearest(name, names), spot(document, path)
        brief = close and len(names) > _MANY
        expected = what if brief else f"{what}: {listed(names)}"
        yield at.fault(found=f'"{name}"', expected=expected, nearest=close)


def _contexts(document: Node, parts: Parts) -> Iterator[Fault]:
    """Yield the case types and tiers that contexts name and that do not fit."""
    types = parts.pathways.case_types if parts.pathways else None
    for name, context in parts.contexts.items():
        named = [
            *(context_cases(context, types) if types is not None else ()),
            *(context_tiers(context, parts.tiers()) if parts.estate else ()),
        ]
        for path, found, known, what in named:
            yield from _unknown(document, ("contexts", name, *path), found, known, what)


@dataclass(frozen=True)
class _Checker:
    """The checks of one arrangement."""

    document: Node
    name: str
    arrangement: Arrangement
    parts: Parts

    def _named(self, path: KeyPath, name: str, known: Iterable[str], what: str) -> Iterator[Fault]:
        whole = ("arrangements", self.name, *path)
        return _unknown(self.document, whole, name, known, what)

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
        tiers = self.parts.tiers()
        for name, team in self.arrangement.teams.items():
            yield from self._named(("teams", name, "tier"), team.tier, tiers, "a tier")
            if team.covers_within is not None:
                path = ("teams", name, "covers_within")
                yield from self._named(path, team.covers_within, tiers, "a tier")
        yield from self._covers()
        if self.arrangement.adoption is not None:
            name = self.arrangement.adoption.tier
            yield from self._named(("adoption", "tier"), name, tiers, "a tier")
        for name, committee in self.arrangement.committees.items():
            yield from self._named(("committees", name, "tier"), committee.tier, tiers, "a tier")

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


def _stage_roles(document: Node, parts: Parts) -> Iterator[Fault]:
    """Yield the roles that stages need and an arrangement lacks."""
    workforces = {name: one.workforce.roles for name, one in parts.arrangements.items()}
    for path, role in _needed_roles(parts.pathways) if parts.pathways else ():
        lacking = [name for name, roles in workforces.items() if role not in roles]
        if lacking:
            known = dict.fromkeys(name for roles in workforces.values() for name in roles)
            what = f"a role in workforce.roles of arrangement {listed(lacking, 'and')}"
            others = [name for name in known if name != role]
            yield from _unknown(document, path, role, others, what)


def _needed_roles(pathways: Pathways) -> Iterator[tuple[KeyPath, str]]:
    for case, case_type in pathways.case_types.items():
        for number, stage in enumerate(case_type.stages):
            for role in stage.by if isinstance(stage, Work | Decide) else ():
                path = ("pathways", "case_types", case, "stages", number, "by", role)
                yield path, role


def _stage(pathways: Pathways, key: Key) -> Work | Decide:
    """Return the stage that an assignment is about."""
    stages = pathways.case_types[key[0]].stages
    return next(s for s in stages if s.name == key[2] and isinstance(s, Work | Decide))


def _stages(pathways: Pathways, row: Authority) -> list[str]:
    """Return the stages of the cases that a row is about."""
    cases = pathways.case_types.items()
    chosen = [case_type for name, case_type in cases if {name, ANY} & {*row.cases}]
    return [stage.name for case_type in chosen for stage in case_type.stages]
