"""Shocks, pauses, cuts by tier and redeployments: what a context does to demand and staff."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from plain import plain, plain_document, query
from test_common_luck import drawn
from worlds import CONTEXT, NAME, worlds

from sim.model.build import build
from sim.model.demand import IN_FLIGHT
from sim.model.shocks import ADDED
from sim.scenario.calendar import Calendar
from sim.scenario.units import DAY, SESSION

MONTH = 365.25 / 12 * DAY
"""Of the calendar without weekends, to less than a day in a year."""

WHAT = ("opens", "due", "factor", "mark")


def cycle(**changes):
    demand = {"kind": "cycle", "contracts": ["gp"], "cycle_months": 12, **changes}
    return query(group="review", demand=demand)


def world(contracts=200, years=1, types=None, **context):
    """Return a plain world in a context, of queries or of other types."""
    document = plain_document(years=years)
    document["pathways"]["case_types"] = types or {"query": query(), "other": query()}
    document["contexts"][CONTEXT] = context
    return plain(document, contracts)


def spell(start, months, **keys):
    return {"starts_after_months": start, "lasts_months": months, **keys}


def months(model, rows=slice(None)):
    """Return when cases open, in months from the start."""
    return model.cases.opens[rows] / (model.clock.horizon / 12 / model.years)


def surge(times, case_types=("query",), start=3, length=2):
    return {"burst": spell(start, length, case_types=[*case_types], demand_multiplier=times)}


# --- shocks --------------------------------------------------------------------


def test_a_burst_adds_cases_and_moves_no_other():
    """200 contracts, 100 queries a year each: two months at three times are 6,667 more."""
    before = drawn(world().model(), WHAT)
    burst = world(shocks=surge(3.0)).model()
    after = drawn(burst, WHAT)
    assert {key: after[key] for key in before} == before
    added = [key for key in after if key not in before]
    assert {key[2] for key in added} == {"query"}
    assert all(key[3] >= ADDED for key in added)
    assert len(added) == pytest.approx(200 * 100 * 2 * 2 / 12, abs=4 * np.sqrt(6_667))
    when = months(burst, burst.cases.ordinal >= ADDED)
    assert when.min() >= 3 - 1e-9
    assert when.max() < 5
    assert when.mean() == pytest.approx(4, abs=0.05)


def test_a_slump_leaves_cases_out_and_moves_no_other():
    usual = world().model()
    before = drawn(usual, WHAT)
    after = drawn(world(shocks=surge(0.25)).model(), WHAT)
    assert after.keys() < before.keys()
    assert all(before[key] == row for key, row in after.items())
    gone = np.array([before[key][0] for key in before.keys() - after.keys()])
    assert gone.min() >= 3 * usual.clock.horizon / 12 - 1
    assert gone.max() < 5 * usual.clock.horizon / 12
    assert {key[2] for key in before.keys() - after.keys()} == {"query"}
    assert len(gone) == pytest.approx(0.75 * 200 * 100 * 2 / 12, abs=4 * np.sqrt(2_500))


def test_nothing_at_all_arises_where_the_multiplier_is_nought():
    when = months(world(shocks=surge(0.0, ["*"])).model())
    assert not ((when >= 3) & (when < 5)).any()
    assert ((when < 3) | (when >= 5)).all()


def test_shocks_add_up_each_with_cases_of_its_own():
    one, two = surge(3.0)["burst"], surge(3.0)["burst"]
    model = world(shocks={"one": one, "two": two}).model()
    added = model.cases.ordinal >= ADDED
    which = (model.cases.ordinal[added] - ADDED) // IN_FLIGHT
    assert sorted(np.unique(which)) == [0, 1]
    assert np.bincount(which) == pytest.approx([6_667, 6_667], abs=330)
    drawn(model, WHAT)  # no two cases have the same address


def test_a_burst_grows_with_demand():
    """At 21% a year, in the second: the area under 1.21^t is 0.21 x 1.21 / ln 1.21 = 1.333."""
    model = world(
        100, 3, shocks=surge(2.0, start=12, length=12), demand_growth_per_year=0.21
    ).model()
    added = model.cases.ordinal >= ADDED
    assert added.sum() == pytest.approx(100 * 100 * 0.21 * 1.21 / np.log(1.21), rel=0.03)
    late = months(model, added) - 12
    assert late.min() >= 0
    assert late.max() < 12
    half = (late >= 6).mean()
    assert half == pytest.approx((1.21 - 1.1) / 0.21, abs=0.02), "1.21^0.5 is 1.1"


def test_a_burst_beyond_the_run_adds_nothing():
    late = world(shocks=surge(3.0, start=13)).model()
    assert not (late.cases.ordinal >= ADDED).any()
    cut = world(shocks=surge(3.0, start=11, length=50)).model()
    assert (cut.cases.ordinal >= ADDED).sum() == pytest.approx(200 * 100 * 2 / 12, abs=240)
    assert cut.cases.opens.max() < cut.clock.horizon


def test_work_of_an_area_can_surge_too():
    area = query(demand={"kind": "area", "per_100k_year": 100.0})
    model = world(types={"scheme": area}, shocks=surge(11.0, ["*"])).model()
    added = model.cases.ordinal >= ADDED
    assert added.sum() == pytest.approx(14 * 100 * 10 * 2 / 12, abs=4 * 48), "1.4 million people"


def test_a_burst_is_due_after_its_clock():
    timed = query(clock_calendar_days=30)
    model = world(20, types={"query": timed}, shocks=surge(3.0)).model()
    added = model.cases.ordinal >= ADDED
    wait = (model.cases.due - model.cases.opens)[added]
    assert np.unique(wait) == pytest.approx([30 * DAY], abs=DAY)


# --- pauses ----------------------------------------------------------------------


def pause(waived=0.0, case_types=("*",), start=3, length=2):
    return {"stop": spell(start, length, case_types=[*case_types], waived_share=waived)}


def test_what_falls_due_in_a_pause_falls_due_at_its_end():
    """Annual reviews, evenly due over the year: two twelfths of them come together after it."""
    types = {"review": cycle()}
    before, after = world(1_200, types=types).model(), world(1_200, types=types, pauses=pause())
    model = after.model()
    usual, when = months(before), months(model)
    hit = (usual >= 3) & (usual < 5)
    assert np.isclose(when, 5, atol=1e-6).sum() == hit.sum()
    assert hit.sum() == pytest.approx(200, abs=4 * np.sqrt(200 * 5 / 6))
    assert not ((when >= 3) & (when < 5 - 1e-6)).any()
    assert len(when) == len(usual)
    assert sorted(when[when < 3]) == sorted(usual[usual < 3])
    assert sorted(when[when > 5 + 1e-6]) == sorted(usual[usual >= 5]), "later dates stay"
    assert np.array_equal(np.maximum(model.cases.due, 0), model.cases.opens)


def test_the_clock_of_an_application_starts_when_the_pause_is_over():
    timed = query(clock_calendar_days=30)
    model = world(20, types={"query": timed}, pauses=pause()).model()
    wait = model.cases.due - model.cases.opens
    assert np.unique(wait) == pytest.approx([30 * DAY], abs=DAY)
    assert np.isclose(months(model), 5, atol=1e-6).sum() > 100


def test_a_pause_leaves_other_work_and_the_first_day_alone():
    overdue = cycle(median_age_months=30, age_sigma=0)
    types = {"query": query(), "review": overdue}
    before = drawn(world(50, types=types).model(), WHAT)
    after = drawn(
        world(50, types=types, pauses=pause(1.0, ["review"], start=0, length=3)).model(), WHAT
    )
    queries = {key: row for key, row in before.items() if key[2] == "query"}
    assert queries == {key: row for key, row in after.items() if key[2] == "query"}
    owed = {key: row for key, row in before.items() if key[2] == "review" and row[1] < 0}
    assert len(owed) == 50
    assert owed.items() <= after.items(), "overdue on the first day: still owed"


def test_what_is_waived_never_comes_and_the_next_review_follows_the_one_before():
    """Monthly reviews, half of those of three months waived: the chain has no hole in it.

    A gap begins with the first of the three (1/2), or after one that is kept (1/4 each).
    """
    types = {"review": cycle(cycle_months=1)}
    whole, cut = (
        world(400, types=types, pauses=pause(waived, length=3)).model() for waived in (0.0, 0.5)
    )
    gone = drawn(whole, WHAT).keys() - drawn(cut, WHAT).keys()
    assert len(gone) == pytest.approx(600, abs=4 * np.sqrt(300))
    after, entity, ordinal = cut.cases.after, cut.cases.entity, cut.cases.ordinal
    chained = np.flatnonzero(after >= 0)
    assert np.array_equal(entity[chained], entity[after[chained]])
    assert (ordinal[chained] > ordinal[after[chained]]).all()
    assert (after < 0).sum() == 400, "one first review of each contract"
    assert len(np.unique(after[chained])) == len(chained)
    steps = np.bincount(ordinal[chained] - ordinal[after[chained]])
    assert steps[2:].sum() == pytest.approx(400 * (1 / 2 + 1 / 4 + 1 / 4), abs=50)


def test_a_review_that_stands_in_for_the_first_is_paused_with_its_own_type():
    first = {"case_type": "dusty", "age_over_months": 6}
    types = {
        "review": cycle(cycle_months=12, median_age_months=8, age_sigma=0, first=first),
        "dusty": query(group="review", demand={"kind": "follows"}),
    }
    model = world(10, years=0.5, types=types, pauses=pause(1.0, ["dusty"])).model()
    assert len(model.cases.entity) == 0, "all are eight months old and due in month 4"
    model = world(10, years=0.5, types=types, pauses=pause(1.0, ["review"])).model()
    assert len(model.cases.entity) == 10


# --- staff -----------------------------------------------------------------------


def staffed(years=1, **context):
    document = plain_document(officers=4.0, years=years)
    document["contexts"][CONTEXT] = context
    ours = document["arrangements"][NAME]
    ours["teams"]["place"] = {"tier": "place", "wte": 4.0, "mix": {"officer": 1.0}}
    ours["workforce"] |= {"leave_working_days": 30, "sickness_share": 0.03, "casework_share": 0.7}
    return plain(document).model()


def wte(model):
    return [float(model.staff.wte[model.staff.team == team].sum()) for team in (0, 1)]


def test_a_cut_by_tier_is_of_that_tier_and_on_top_of_the_others():
    assert wte(staffed()) == [4.0, 4.0]
    assert wte(staffed(wte_multiplier_by_tier={"place": 0.5})) == [4.0, 2.0]
    assert wte(staffed(wte_multiplier=0.5, wte_multiplier_by_tier={"place": 0.5})) == [2.0, 1.0]


def test_a_cut_by_tier_saves_money():
    whole, cut = staffed(), staffed(wte_multiplier_by_tier={"place": 0.5})
    assert cut.money.staff_by_role.sum() == 0.75 * whole.money.staff_by_role.sum()


def sessions(model):
    """Return the sessions of casework by person, shape (people, sessions)."""
    staff = model.staff
    table = np.zeros((len(staff.team), model.clock.horizon // SESSION), dtype=int)
    for person in range(len(staff.team)):
        for shift in range(*staff.first_shift[person : person + 2]):
            start, end = staff.shift_start[shift] // SESSION, staff.shift_end[shift] // SESSION
            table[person, start:end] += 1
    return table


def test_lent_staff_lose_their_share_of_casework_for_a_time_and_no_more():
    loan = {"wards": spell(3, 2, tiers=["place"], staff_share=0.25)}
    whole, lent = staffed(), staffed(redeployments=loan)
    before, after = sessions(whole), sessions(lent)
    month = whole.clock.horizon / 12 / SESSION
    away = slice(round(3 * month), round(5 * month))
    assert np.array_equal(before[:4], after[:4]), "the other tier lends nobody"
    assert (after <= before).all()
    there, left = before[4:, away].sum(axis=1), after[4:, away].sum(axis=1)
    assert left == pytest.approx(0.75 * there, abs=1)
    before[:, away] = after[:, away] = 0
    assert np.array_equal(before, after)
    assert np.array_equal(whole.money.staff_by_role, lent.money.staff_by_role), "still paid"
    assert np.array_equal(whole.staff.wte, lent.staff.wte)


def test_all_staff_lent_from_the_first_day_do_no_casework():
    model = staffed(redeployments={"all": spell(0, 12, staff_share=1.0)})
    assert len(model.staff.shift_start) == 0
    assert np.array_equal(model.staff.first_shift, np.zeros(9))


# --- any world --------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(grid=False))
def test_what_happens_to_one_type_leaves_all_others_as_they_were(world):
    """In any world: a burst and a pause of one kind of work move no draw of another.

    Except for the support that follows it, of which there is more or less.
    """
    happens = {
        "shocks": {"s": spell(0.1, 1, case_types=["random 0"], demand_multiplier=4.0)},
        "pauses": {"p": spell(0.2, 1, case_types=["random 0"], waived_share=0.5)},
    }

    def calm(document):
        for key in happens:
            document["contexts"][CONTEXT].pop(key, None)

    def shaken(document):
        calm(document)
        document["contexts"][CONTEXT] |= happens

    found = [drawn(world.changed(change).model(), WHAT, False) for change in (calm, shaken)]
    own = ("random 0", "support")
    others = [{k: row for k, row in one.items() if k[2] not in own} for one in found]
    assert others[0] == others[1]


def test_two_contexts_of_one_scenario_share_their_luck():
    document = plain_document(years=1)
    document["contexts"] = {"calm": {}, "burst": {"shocks": surge(3.0)}}
    both = plain(document, 20)
    before, after = (
        drawn(build(both.scenario, both.estate, NAME, context, 0), WHAT)
        for context in ("calm", "burst")
    )
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_months_are_those_of_the_calendar():
    """What a context calls month 3 begins within two days of the first of the fourth month."""
    calendar = Calendar.england(dt.date(2013, 4, 1), 1)
    begins = calendar.date_of(round(3 * calendar.horizon / 12))
    assert abs((begins - dt.date(2013, 7, 1)).days) <= 3
