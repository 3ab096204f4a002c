"""What must make no difference makes none, to the bit."""

import random
from dataclasses import replace

import numpy as np
import pytest
from drawn_arrangements import MECHANISMS
from engines import RUNS
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sameness import same
from worlds import CONTEXT, NAME, World, copied, worlds

from sim.model.arrays import MEET
from sim.model.build import build

LATER = ("route", "factor", "visit")
"""Columns of cases that a change of the arrangement changes."""

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def alike_on_every_engine(one, other):
    """Whether two models give the same log; what was drawn and built does for every engine."""
    return all(same(run(one), run(other)) for run in RUNS.values())


@examples
@given(world=worlds())
def test_a_placebo_makes_no_difference(world):
    """The same arrangement under two names gives the same arrays and the same log."""
    document = copied(world.document)
    document["arrangements"]["another name"] = copied(document["arrangements"][NAME])
    both = world.changed(lambda d: d.update(document))
    models = [
        build(both.scenario, both.estate, name, "usual", 1) for name in (NAME, "another name")
    ]
    assert same(*models)
    assert alike_on_every_engine(*models)


@examples
@given(world=worlds(), seed=st.integers(0, 99))
def test_a_case_that_needs_no_work_changes_nothing_else(world, seed):
    model = world.model()
    cases, steps = model.cases, model.steps
    routes = zip(steps.first[:-1], steps.first[1:], strict=True)
    meets = np.array([(steps.kind[first:end] == MEET).any() for first, end in routes])
    matters = np.zeros(len(model.types.names), dtype=bool)
    if model.condition is not None and model.condition.feedback:
        matters = (model.condition.repairs.share > 0) | model.condition.closes
    later = model.change.route if model.change else cases.route
    meets = meets[cases.route] | meets[later]
    rows = np.flatnonzero(~meets & ~matters[cases.case_type])
    assume(len(rows))
    row = rows[seed % len(rows)]
    columns = {name: np.append(column, column[row]) for name, column in vars(cases).items()}
    for name, value in {
        "factor": 0.0,
        "other_factor": 0.0,
        "after": -1,
        "gap": -1,
        "ordinal": 999,
        "mark": seed,
    }.items():
        columns[name][-1] = value
    more = later_too(model, lambda column: np.append(column, column[row]))
    if more.change:
        more.change.factor[-1] = 0.0
    more = replace(more, cases=replace(cases, **columns))
    for run in RUNS.values():
        before, after = run(model), run(more)
        assert same(before.work, after.work)
        assert same(before.meetings, after.meetings)
        for name, column in vars(after.cases).items():
            assert np.array_equal(column[:-1], getattr(before.cases, name)), name
        assert after.cases.effort[-1] == 0


def later_too(model, change_of_cases):
    """Do to what a later arrangement makes of the cases as was done to the cases."""
    if model.change is None:
        return model
    columns = {name: change_of_cases(getattr(model.change, name)) for name in LATER}
    return replace(model, change=replace(model.change, **columns))


def permuted(model, order):
    """Renumber the cases: the new case i is the old ``order[i]``."""
    new = np.argsort(order)
    columns = {name: column[order] for name, column in vars(model.cases).items()}
    columns["after"] = np.where(columns["after"] < 0, -1, new[columns["after"]])
    model = later_too(model, lambda column: column[order])
    return replace(model, cases=replace(model.cases, **columns))


@examples
@given(world=worlds(), seed=st.integers(0, 99))
def test_the_numbering_of_cases_decides_nothing(world, seed):
    model = world.model()
    key = np.random.default_rng(seed).random(len(model.cases.entity))
    for case, before in enumerate(model.cases.after):
        if before >= 0:
            key[case] += key[before]
    order = np.argsort(key)
    for run in RUNS.values():
        log, other = run(model), run(permuted(model, order))
        for name, column in vars(other.cases).items():
            assert np.array_equal(column, getattr(log.cases, name)[order]), name
        work = replace(other.work, case=np.where(other.work.case < 0, -1, order[other.work.case]))
        assert same(work, log.work)
        assert same(other.meetings, log.meetings)


NEUTRAL = {
    "knowledge": {
        "unknown_effort_multiplier": 1.0,
        "half_life_months": 3.0,
        "team_memory_share": 0.5,
    },
    "dispatch": {"mode": "pooled", "fallback_working_days": 1.0},
    "handoffs": {"delay_working_days": 0.0, "effort_share": 0.0},
    "procedures": {"effort_multiplier": 1.0, "effort_cv": 0.0, "misfit_share": 0.0},
    "visits": {"review_share": 0.0, "visits_per_day": 1.0, "virtual_share": 0.0},
    "adoption": {"tier": "area", "share": 1.0},
    "governance": {"body_hours_per_year": 0.0, "contained_share": 0.0},
    "referral": {"team": "team 0", "share": 0.0, "hours": 2.0, "by": {"officer": 1.0}},
    "data": {"rework_share": 0.0, "wait_calendar_days": 7.0},
    "coverage": {"process_share": 1.0, "improvised_effort_multiplier": 2.0},
    "partners": {
        "bodies": 0.0,
        "coordination_hours": 2.0,
        "coordination_calendar_days": 2.0,
        "by": {"officer": 1.0},
        "shared_cases": ["random 0"],
    },
    "clinical_leadership": {
        "engaged_share": 0.0,
        "redesign_effort_multiplier": 0.5,
        "settled_share": 1.0,
        "settling_hours": 1.0,
        "by": {"officer": 1.0},
    },
}

DETOURS = ("referral", "data", "coverage", "partners", "clinical_leadership")
"""Mechanisms that only change what routes there are, and who takes which."""


@pytest.mark.parametrize("block", MECHANISMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_a_neutral_block_is_as_good_as_none(block, world):
    """Whatever else the block says about a mechanism that is switched off."""

    def without(document):
        document["arrangements"][NAME].pop(block, None)

    def neutral(document):
        document["arrangements"][NAME][block] = NEUTRAL[block]

    before, after = world.changed(without).model(), world.changed(neutral).model()
    assert alike_on_every_engine(before, after)
    assert block not in DETOURS or same(before, after)


@examples
@given(world=worlds(), share=st.sampled_from([0.0, 0.3]))
def test_what_a_team_has_in_common_with_its_arrangement_it_need_not_say(world, share):
    def common(document):
        ours = document["arrangements"][NAME]
        ours["procedures"] = {"effort_multiplier": 0.7, "effort_cv": 0.5, "misfit_share": share}
        for team in ours["teams"].values():
            team["procedures"] = {}

    def said(document):
        for team in document["arrangements"][NAME]["teams"].values():
            team["procedures"] = {"effort_multiplier": 0.7, "misfit_share": share}

    world = world.changed(common)
    assert same(world.model(), world.changed(said).model())


def neutral_conditions(document):
    """Say of absences, conflicts and travel that there are none, at length."""
    ours = document["arrangements"][NAME]
    ours["workforce"] |= {"sickness_share": 0, "leave_working_days": 0, "casework_share": 1}
    ours["workforce"] |= {"turnover_per_year": 0, "vacant_at_start_share": 0}
    ours["workforce"]["first_year_turnover_per_year"] = None
    ours["workforce"]["sickness_spell_working_days"] = 7.0
    for committee in ours["committees"].values():
        committee |= {"conflict_share": dict.fromkeys(("single_practice", "x"), 0.0)}
        committee |= {
            "attendance_share": 1.0,
            "deferral_share": 0.0,
            "quorum_gp": 0,
            "co_opt_after": 1,
        }
    document["estate"]["travel"] = {
        "distance_km": [0, 100],
        "minutes": [0, 0],
        "circuity_factor": 9,
    }


TURNOVER = (
    "turnover_per_year",
    "first_year_turnover_per_year",
    "vacant_at_start_share",
    "recruitment_weeks",
    "full_productivity_months",
    "joiner_productivity_share",
)


def no_conditions(document):
    """Leave the same mechanisms out."""
    ours = document["arrangements"][NAME]
    for name in ("leave_working_days", "sickness_share", "sickness_spell_working_days"):
        ours["workforce"].pop(name)
    for name in TURNOVER:
        ours["workforce"].pop(name)
    ours["workforce"].pop("casework_share")
    for committee in ours["committees"].values():
        for name in ("conflict_share", "attendance_share", "deferral_share", "quorum_gp"):
            committee.pop(name)
        committee.pop("co_opt_after")
    document["estate"].pop("travel")


@examples
@given(world=worlds())
def test_neutral_values_are_as_good_as_none(world):
    changes = (neutral_conditions, no_conditions)
    assert alike_on_every_engine(*(world.changed(change).model() for change in changes))


SPELL = {"starts_after_months": 0.1, "lasts_months": 1.0}
NOTHING = {
    "wte_multiplier_by_tier": {"area": 1.0, "place": 1.0},
    "shocks": {"s": {**SPELL, "case_types": ["*"], "demand_multiplier": 1.0}},
    "pauses": {"p": {**SPELL, "starts_after_months": 90, "case_types": ["*"], "waived_share": 1}},
    "redeployments": {"r": {**SPELL, "staff_share": 0.0}},
}
"""A context to which nothing happens, at length."""


@examples
@given(world=worlds(grid=False))
def test_a_context_to_which_nothing_happens_is_as_good_as_none(world):
    def calm(document):
        for key in NOTHING:
            document["contexts"][CONTEXT].pop(key, None)

    def idle(document):
        document["contexts"][CONTEXT] |= NOTHING

    assert same(world.changed(calm).model(), world.changed(idle).model())


@examples
@given(world=worlds(), seed=st.integers(0, 99))
def test_the_order_of_contracts_in_the_estate_decides_nothing(world, seed):
    """No practice wins by its place in a list: results follow the contract, not its number."""
    estate = world.estate
    order = [*range(len(estate.ids))]
    random.Random(seed).shuffle(order)
    whole = replace(estate, land_km2=np.ceil(estate.land_km2))
    shuffled = replace(
        whole,
        ids=tuple(whole.ids[i] for i in order),
        tiers={n: replace(tier, body_of=tier.body_of[order]) for n, tier in whole.tiers.items()},
        **{
            name: getattr(whole, name)[order]
            for name in ("contract_type", "patients", "rural", "inside", "land_km2")
        },
    )
    estates = (whole, shuffled)
    models = [World(world.document, world.scenario, some, world.grid).model() for some in estates]
    for run in RUNS.values():
        one, other = (told_by_address(model, run(model)) for model in models)
        assert one == other


def told_by_address(model, log):
    """Return what the log says of each case, by the case's address."""
    cases = model.cases
    names = np.array(model.types.names)[cases.case_type].tolist()
    uid = model.entities.uid[cases.entity].tolist()
    address = [*zip(map(tuple, uid), names, cases.ordinal.tolist(), strict=True)]
    rows = np.stack([*vars(log.cases).values()], axis=1).tolist()
    return dict(zip(address, rows, strict=True))
