"""What is sound in a scenario and yet hardly meant: no work, unlisted sources, half an area."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from sim.scenario import library
from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import resolve
from sim.scenario.coverage import parts
from sim.scenario.errors import Fault, KeyPath, listed
from sim.scenario.files import LoadedScenario
from sim.scenario.pathway import Pathways
from sim.scenario.translate import spot
from sim.scenario.values import number, values

_ID = re.compile(r"[A-Z]\d+")
"""A source that looks like an id of the bibliography; own words for a source need none."""

MOST_NAMED = 3
"""Areas that a note names; it counts the others."""


def notes(loaded: LoadedScenario) -> list[Fault]:
    """Return what deserves a second look in a valid scenario, each at its file and line."""
    return [*_idle(loaded), *_unlisted(loaded), *_partial(loaded), *_late(loaded)]


def _idle(loaded: LoadedScenario) -> Iterator[Fault]:
    """Yield teams and committees that cost money and have nothing to do."""
    for name, who in loaded.scenario.arrangements.items():
        working, deciding = _busy(who, loaded.scenario.pathways)
        for team, one in who.teams.items():
            if team not in working and one.wte.central > 0:
                problem = (
                    f"no row of the authority table leaves this team any work, and its "
                    f"{number(one.wte.central)} WTE are paid for; wte = 0 takes them out"
                )
                yield _at(loaded, ("arrangements", name, "teams", team), problem)
        for committee in who.committees:
            if committee not in deciding:
                problem = "no row of the authority table leaves this committee anything to decide"
                yield _at(loaded, ("arrangements", name, "committees", committee), problem)


def _busy(who: Arrangement, pathways: Pathways) -> tuple[set[str], set[str]]:
    """Return the teams that have work and the committees that decide, adopted or not."""
    tables = [resolve(who, pathways, adopted=adopted) for adopted in (True, False)]
    rows = [one for table in tables for one in table.values()]
    referred = {who.referral.team} if who.referral.team and who.referral.share.central else set()
    return {one.team for one in rows} | referred, {one.decides for one in rows}


def _at(loaded: LoadedScenario, path: KeyPath, problem: str) -> Fault:
    return spot(loaded.tree, path).fault(problem=problem)


def _late(loaded: LoadedScenario) -> Iterator[Fault]:
    """Yield contexts whose events begin when the run is over."""
    years = loaded.scenario.run.years
    for name, context in loaded.scenario.contexts.items():
        if context.begins_too_late(years):
            ends = f"the end of the run (run.years = {number(years)})"
            problem = f"what happens in it begins after {ends}"
            yield _at(loaded, ("contexts", name), problem)


def _unlisted(loaded: LoadedScenario) -> Iterator[Fault]:
    """Yield sources that look like ids of the bibliography and are not in it, once each."""
    with (library.root() / "sources.csv").open(encoding="utf-8") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    told: set[str] = set()
    for value in values(loaded):
        missing = [one for one in value.source.split(", ") if _ID.fullmatch(one)]
        missing = [one for one in missing if one not in known | told]
        told |= {*missing}
        if missing and value.origin:
            problem = f"source {listed(missing, 'and')} is not in the list, sources.csv"
            yield Fault(value.origin.file, value.origin.line, value.key, problem=problem)


def _partial(loaded: LoadedScenario) -> Iterator[Fault]:
    """Yield that a list has only a part of the practices of its areas."""
    found = parts(loaded.scenario.estate)
    if not found:
        return
    told = [f"{part.patients / part.whole:.0%} of {part.name}" for part in found[:MOST_NAMED]]
    more = [f"parts of {len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else []
    problem = (
        f"by registered patients the list has {listed([*told, *more], 'and')}; teams and the other "
        "contracts there are those of the whole, so that staff and cost per head come out too high"
    )
    yield _at(loaded, ("estate", "file"), problem)
