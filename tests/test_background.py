"""A body that also serves other areas is as busy in a run of one area as in one of England."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.engines import engine
from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load

YEAR = "run.years=1"
AMPLE = "arrangements.central.teams.area.wte=60"
"""Area teams that keep up: what they pass on from elsewhere comes as if they did."""


def region_hours(name, replication):
    """Return busy and available hours of the region that the area belongs to, by England's run."""
    loaded = load(name, [YEAR, AMPLE])
    estate = estate_of(loaded)
    region = estate.tiers["region"]
    home = region.names[region.body_of[estate_of(load("one-area-2013")).inside][0]]
    model = build(loaded.scenario, estate, "central", "baseline", replication)
    log = engine().run(model)
    kind = model.teams.kinds.index("region")
    team = next(
        number
        for number, body in enumerate(model.teams.body)
        if model.teams.kind[number] == kind and model.teams.body_names[body] == home
    )
    members = np.flatnonzero(model.staff.team == team)
    done = log.work.end - log.work.start
    busy = done[np.isin(log.work.staff, members) & (log.work.case >= 0)].sum()
    shift = np.repeat(np.arange(len(model.staff.team)), np.diff(model.staff.first_shift))
    there = model.staff.shift_end - model.staff.shift_start
    return busy, there[np.isin(shift, members)].sum(), model, log


@pytest.mark.slow
def test_a_region_is_as_busy_for_one_area_as_for_england():
    pairs = [
        (region_hours("one-area-2013", replication), region_hours("england-2013", replication))
        for replication in range(3)
    ]
    for (_, here, *_), (_, everywhere, *_) in pairs:
        assert here == everywhere  # the same people on the same days
    area = np.array([busy / there for (busy, there, *_), _ in pairs])
    england = np.array([busy / there for _, (busy, there, *_) in pairs])
    assert 0.1 < england.mean() < 1
    # Contracts and draws are the same; only what the area teams did before differs.
    assert abs(area.mean() - england.mean()) < 0.03 * england.mean()


@pytest.mark.slow
def test_background_cases_are_marked_and_only_where_somebody_here_acts():
    _, _, model, log = region_hours("one-area-2013", 0)
    background = model.cases.background
    assert background.any()
    assert not model.entities.inside[model.cases.entity[background]].any()
    assert model.entities.inside[model.cases.entity[~background]].all()
    worked = np.unique(log.work.case[log.work.case >= 0])
    kinds = model.teams.kind[model.staff.team[log.work.staff]]
    region = model.teams.kinds.index("region")
    on_background = np.isin(log.work.case, worked[background[worked]])
    assert (kinds[on_background] == region).all()
