"""Checks across a scenario: names that must be known elsewhere, and the authority table.

Each check looks at parts that are valid by themselves, so that faults of both
kinds are reported together.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.scenario import library
from sim.scenario.arrangement_checks import Checker
from sim.scenario.calendar import Calendar
from sim.scenario.context_checks import context_cases, context_tiers
from sim.scenario.errors import Fault, KeyPath, listed, quoted
from sim.scenario.names import names
from sim.scenario.parts import Parts, unknown
from sim.scenario.pathway import Decide, Pathways, Work
from sim.scenario.schema import EstateChoice, Run
from sim.scenario.transition_checks import transitions
from sim.scenario.translate import spot
from sim.scenario.tree import Node


def check(document: Node, parts: Parts) -> list[Fault]:
    """Return the faults between the parts of a scenario."""
    roles = [*_stage_roles(document, parts)]
    found = [*_dates(document, parts.run), *_compare(document, parts), *roles]
    found += [*_contexts(document, parts), *_sources(document, parts.estate), *names(document)]
    found += transitions(document, parts.run, parts.arrangements)
    for name, arrangement in parts.arrangements.items():
        checker = Checker(document, name, arrangement, parts)
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


def _sources(document: Node, estate: EstateChoice | None) -> Iterator[Fault]:
    """Yield facts, and a list of practices, that are not there."""
    if estate and estate.facts is not None and library.find_facts(estate.facts) is None:
        expected, close = library.no_facts(estate.facts)
        at = spot(document, ("estate", "facts"))
        yield at.fault(found=quoted(estate.facts), expected=expected, nearest=close)
    if estate and estate.file is not None and library.find_list(estate.file) is None:
        at = spot(document, ("estate", "file"))
        beside = Path((at.node or document).origin.file).parent
        problem, close = library.no_list(estate.file, beside)
        yield at.fault(problem=problem, nearest=close)


def _compare(document: Node, parts: Parts) -> Iterator[Fault]:
    """Yield a base that is no arrangement, and a case type that no pathway has."""
    compare, tables = document.at("compare"), document.at("arrangements")
    chosen = compare.plain() if compare and compare.table else {}
    base, case_type = chosen.get("base"), chosen.get("case_type", "all")
    if isinstance(base, str) and tables:
        path = ("compare", "base")
        yield from unknown(document, path, base, tables.table, "an arrangement")
    if isinstance(case_type, str) and parts.pathways:
        path, known = ("compare", "case_type"), ("all", *parts.pathways.case_types)
        yield from unknown(document, path, case_type, known, "a case type")


def _contexts(document: Node, parts: Parts) -> Iterator[Fault]:
    """Yield the case types and tiers that contexts name and that do not fit."""
    types = parts.pathways.case_types if parts.pathways else None
    for name, context in parts.contexts.items():
        named = [
            *(context_cases(context, types) if types is not None else ()),
            *(context_tiers(context, parts.tiers()) if parts.estate else ()),
        ]
        for path, found, known, what in named:
            yield from unknown(document, ("contexts", name, *path), found, known, what)


def _stage_roles(document: Node, parts: Parts) -> Iterator[Fault]:
    """Yield the roles that stages need and an arrangement lacks."""
    workforces = {name: one.workforce.roles for name, one in parts.arrangements.items()}
    for path, role in _needed_roles(parts.pathways) if parts.pathways else ():
        lacking = [name for name, roles in workforces.items() if role not in roles]
        if lacking:
            known = dict.fromkeys(name for roles in workforces.values() for name in roles)
            what = f"a role in workforce.roles of arrangement {listed(lacking, 'and')}"
            others = [name for name in known if name != role]
            yield from unknown(document, path, role, others, what)


def _needed_roles(pathways: Pathways) -> Iterator[tuple[KeyPath, str]]:
    for case, case_type in pathways.case_types.items():
        for number, stage in enumerate(case_type.stages):
            for role in stage.by if isinstance(stage, Work | Decide) else ():
                path = ("pathways", "case_types", case, "stages", number, "by", role)
                yield path, role
