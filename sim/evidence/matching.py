"""History matching: which plausible parameter sets the independent targets do not rule out.

A set is ruled out where it is implausible (``implausible``) for any target that may rule out.
Only half of the targets may; the other half is held out to see how what is left fares there.
Nothing is tuned: ranges and targets stay as they are. Source, beside those of ``implausible``:
Andrianakis et al. 2015, PLoS Computational Biology 11(1), doi:10.1371/journal.pcbi.1003968.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.evidence import worlds
from sim.evidence.implausible import held_out, implausibility, independent
from sim.evidence.judgement import answer
from sim.evidence.matched import Matching
from sim.evidence.reading import read_targets
from sim.evidence.targets import Check
from sim.evidence.worlds import Place, places, sides
from sim.experiment.design import DesignPoint
from sim.experiment.errors import DesignError, check_whole
from sim.experiment.plausible import Factor, Float, factors, hypercube, with_values
from sim.experiment.runner import Runner
from sim.experiment.uncertain import at_sets
from sim.experiment.worker import Task
from sim.scenario.files import LoadedScenario

SETS = 10
"""Few, because most targets are about all of England, which takes its time."""

REPLICATIONS = 2
"""The fewest that tell the noise of the model from its answer."""

DISCREPANCY = 0.1
"""Standard deviation of what the model leaves out, over the size of what was observed."""


def calibrate(
    loaded: LoadedScenario,
    runner: Runner,
    *,
    sets: int = SETS,
    replications: int = REPLICATIONS,
    discrepancy: float = DISCREPANCY,
    targets: Path | None = None,
    seed: int = 1,
) -> Matching:
    """Match plausible parameter sets with the independent targets; look at a ranking after.

    ``targets`` is a file of them, by default the library's. Finished replications are reused.
    Raises ``DesignError`` where fewer than two can be run.
    """
    check_whole(2, sets=sets, replications=replications)
    if not 0 <= discrepancy < math.inf:
        raise DesignError(f"discrepancy: expected a number from 0, found {discrepancy:g}")
    known = read_targets(targets)
    checks, not_run = independent(known)
    if len(checks) < 2:
        raise DesignError("fewer than two independent targets can be run: nothing to hold out")
    context = next(iter(loaded.scenario.contexts))
    own = factors(loaded, loaded.scenario.arrangements, context)
    needed = list(dict.fromkeys(p for _, c in checks for s in sides(c) for p in places(c, s)))
    where = _union(needed, own)
    levels = hypercube(len(where), sets, seed)
    asked = [check for _, check in checks]
    by_set = _answers(asked, needed, where, levels, replications, runner)
    return Matching(
        loaded=loaded,
        context=context,
        checks=tuple(checks),
        held_out=held_out(checks),
        not_run=not_run,
        factors=tuple(where),
        levels=levels,
        answers=by_set.mean(axis=2),
        implausibility=implausibility(asked, by_set, discrepancy),
        values=at_sets(loaded, context, own, _levels_of(own, where, levels), 1, runner),
    )


def _union(needed: Sequence[Place], own: Sequence[Factor]) -> list[Factor]:
    """Return every factor of all scenarios once: the same key, range and source are the same."""
    found = {each.identity: each for each in own}
    for place in needed:
        for each in _factors_at(place):
            found.setdefault(each.identity, each)
    return list(found.values())


def _factors_at(place: Place) -> list[Factor]:
    loaded = worlds.scenario(place.scenario, place.settings)
    return factors(loaded, [place.arrangement], place.context)


def _levels_of(own: Sequence[Factor], where: Sequence[Factor], levels: Float) -> Float:
    """Return the levels of one scenario's factors, shape (sets, own)."""
    column = {each.identity: number for number, each in enumerate(where)}
    return levels[:, [column[each.identity] for each in own]]


def _answers(
    checks: Sequence[Check],
    needed: Sequence[Place],
    where: Sequence[Factor],
    levels: Float,
    replications: int,
    runner: Runner,
) -> Float:
    """Return what the model gives, shape (sets, checks, replications)."""
    points: dict[Place, list[DesignPoint]] = {}
    for place in needed:
        loaded, own = worlds.scenario(place.scenario, place.settings), _factors_at(place)
        mine = _levels_of(own, where, levels)
        points[place] = [
            with_values(place.point(), loaded.scenario, own, row.tolist()) for row in mine
        ]
    every = range(replications)
    runner.perform(
        [Task(points[p][i], r) for i in range(len(levels)) for p in needed for r in every]
    )
    found = np.empty((len(levels), len(checks), replications))
    for number in range(len(levels)):
        kept = {p: runner.kept([Task(points[p][number], r) for r in every]) for p in needed}
        found[number] = [answer(check, kept, replications) for check in checks]
    return found
