"""Staff: where time goes, load and utilisation, days with nobody in."""

import numpy as np
import pytest
import toy
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import MEETING, Case, Entity, Person, Step, Type, measured

from sim.model.arrays import BRANCH, DONE, IF_VISIT, REFUSED, WAIT
from sim.outcomes.hours import cut, days_without_anybody, hours
from sim.outcomes.measures import measure
from sim.outcomes.owed import expected_passes, owed_at_end, owed_at_start
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario.units import DAY

HOURS_A_DAY = 7.5


def run(model, closed=(None,), **rest):
    return measure(model, toy.log(model, list(closed), **rest))


def test_stretches_are_cut_at_the_edges_of_years():
    pieces = cut(np.array([-5, 5, 40]), np.array([3, 25, 50]), np.array([0, 10, 20, 30]))
    found = zip(pieces.row, pieces.period, pieces.start, pieces.end, strict=True)
    assert list(found) == [(0, 0, 0, 3), (1, 0, 5, 10), (1, 1, 10, 20), (1, 2, 20, 25)]


def test_a_stretch_that_ends_on_an_edge_is_not_cut():
    pieces = cut(np.array([0, 10]), np.array([10, 20]), np.array([0, 10, 20]))
    assert list(pieces.period) == [0, 1]


@given(
    st.lists(st.tuples(st.integers(-20, 120), st.integers(0, 60)), max_size=20),
    st.sets(st.integers(0, 100), min_size=2, max_size=6),
)
def test_pieces_add_up_to_what_lies_within_the_edges(stretches, edges):
    start = np.array([a for a, _ in stretches], dtype=np.int64)
    end = start + np.array([b for _, b in stretches], dtype=np.int64)
    bounds = np.array(sorted(edges))
    pieces = cut(start, end, bounds)
    inside = np.minimum(end, bounds[-1]) - np.maximum(start, bounds[0])
    assert (pieces.end - pieces.start).sum() == np.maximum(inside, 0).sum()
    assert (bounds[pieces.period] <= pieces.start).all()
    assert (pieces.end <= bounds[pieces.period + 1]).all()


def test_utilisation_is_busy_time_over_shifts():
    """There on days 0 to 100; works on days 10 to 35."""
    model = toy.model(people=[Person(shifts=((0.0, 100.0),))])
    table = run(model, packets=[(0, 0, 10.0, 35.0)])
    assert measured(table, "utilisation") == 0.25
    assert measured(table, "utilisation", role="officer", body="area") == 0.25
    assert measured(table, "utilisation", period="year 1") == 0.25


def test_work_after_a_shift_and_the_time_taken_back_for_it():
    """Of 20 days in shifts one is taken back for one worked late: 20 available, 5 busy."""
    model = toy.model(people=[Person(shifts=((0.0, 10.0), (20.0, 30.0)))])
    table = run(model, packets=[(0, 0, 6.0, 11.0), (0, -1, 20.0, 21.0)])
    assert measured(table, "utilisation") == 0.25
    assert measured(table, "hours_overrun") == HOURS_A_DAY


def test_somebody_who_works_every_minute_is_fully_used():
    model = toy.model(people=[Person(shifts=((0.0, 10.0), (20.0, 30.0)))])
    packets = [(0, 0, 0.0, 11.0), (0, -1, 20.0, 21.0), (0, 0, 21.0, 30.0)]
    assert measured(run(model, packets=packets), "utilisation") == 1.0


def test_utilisation_is_split_at_the_year_end():
    model = toy.model(years=2)
    table = run(model, packets=[(0, 0, 300.0, 438.0)])
    assert measured(table, "utilisation", period="year 1") == 65 / 365
    assert measured(table, "utilisation", period="year 2") == 73 / 365
    assert measured(table, "utilisation") == 138 / 730


def test_utilisation_after_the_warm_up_only():
    model = toy.model(warm_up=265)
    table = run(model, packets=[(0, 0, 0.0, 315.0)])
    assert measured(table, "utilisation") == 0.5
    assert measured(table, "load") == pytest.approx(316 / 365), "of the whole run, and 1 day owed"


def test_utilisation_counts_all_work_and_hours_only_that_of_the_area():
    cases = [Case(), Case(background=True)]
    model = toy.model(cases=cases)
    table = run(model, [300.0, 300.0], packets=[(0, 0, 0.0, 73.0), (0, 1, 73.0, 146.0)])
    assert measured(table, "utilisation") == 0.4
    assert measured(table, "hours_casework") == 73 * HOURS_A_DAY


def test_utilisation_by_team_kind_and_role():
    people = [Person(0, 0), Person(0, 1), Person(1, 0)]
    model = toy.model(
        people=people, kinds=("area", "place"), roles=("officer", "manager"), team_kinds=(0, 1)
    )
    table = run(model, packets=[(0, 0, 0.0, 73.0), (2, 0, 100.0, 246.0)])
    assert measured(table, "utilisation", body="area", role="officer") == 0.2
    assert measured(table, "utilisation", body="area", role="manager") == 0.0
    assert measured(table, "utilisation", body="area") == 0.1
    assert measured(table, "utilisation", role="officer") == pytest.approx(0.3)
    nobody = table.query("body == 'place' and role == 'manager' and measure == 'utilisation'")
    assert nobody.empty


def test_governance_is_the_rest_of_presence():
    """Three quarters of the time is casework, so 60 days of it go with 20 of governance."""
    people = [Person(shifts=((0.0, 60.0),))]
    money = {"wte_by_role": np.array([0.5])}
    model = toy.model(people=people, casework_share=0.75, money=money)
    assert measured(run(model), "hours_governance", role="officer") == 10 * HOURS_A_DAY


def test_travel_is_part_of_a_packet():
    model = toy.model(years=2)
    log = toy.log(model, [None], packets=[(0, 0, 364.0, 366.0)])
    log.work.travel[:] = DAY // 2
    table = measure(model, log)
    assert measured(table, "hours_travel") == HOURS_A_DAY / 2
    assert measured(table, "hours_casework") == 1.5 * HOURS_A_DAY
    assert measured(table, "hours_travel", period="year 1") == HOURS_A_DAY / 4


def test_relearning_is_given_by_case_type():
    model = toy.model(types=[Type("query"), Type("visit")], cases=[Case(), Case(type=1)])
    table = run(model, [5.0, 5.0], relearn=[0.0, 2.0])
    assert measured(table, "hours_relearning", case_type="visit") == 2 * HOURS_A_DAY
    assert measured(table, "hours_relearning") == 2 * HOURS_A_DAY


def test_wte_is_what_serves_the_area():
    model = toy.model(people=[Person(wte=3.0)], money={"wte_by_role": np.array([0.3])})
    assert measured(run(model), "wte") == 0.3
    assert measured(run(model), "wte", role="officer") == 0.3


def test_days_with_nobody_in():
    """Two people: both away on days 4 and 5; half a day by one of them is enough on day 3."""
    people = [Person(shifts=((0.0, 3.5), (6.0, 365.0))), Person(shifts=((0.0, 2.0),))]
    table = run(toy.model(people=people))
    assert measured(table, "days_nobody", body="area", role="officer") == 2.0


def test_days_with_nobody_in_are_a_mean_over_pools_with_staff():
    people = [Person(0, shifts=((0.0, 355.0),)), Person(1, shifts=((5.0, 365.0),))]
    model = toy.model(people=people, team_kinds=(0, 0, 0), roles=("officer", "manager"))
    days = days_without_anybody(View(tallied(model, toy.log(model, [None]))))
    assert days.tolist() == [[10, -1], [5, -1], [-1, -1]]
    table = run(model)
    assert measured(table, "days_nobody", body="area", role="officer") == 7.5
    assert table.query("measure == 'days_nobody' and role == 'manager'").empty


def test_somebody_without_shifts_is_never_in():
    table = run(toy.model(people=[Person(shifts=())]))
    assert measured(table, "days_nobody", body="area", role="officer") == 365
    assert table.query("measure == 'utilisation'").empty


# Work owed


def passes(*steps):
    model = toy.model(types=[Type(steps=steps)])
    return expected_passes(model.steps, slice(0, len(steps)))


def test_a_straight_route_passes_each_step_once():
    assert passes(Step(), Step(kind=WAIT), Step()).tolist() == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]


def test_an_ending_branch_spares_what_follows():
    ends = Step(kind=BRANCH, share=0.25, target=REFUSED)
    assert passes(Step(), ends, Step())[0].tolist() == [1, 1, 0.75]
    done = Step(kind=BRANCH, share=1.0, target=DONE)
    assert passes(Step(), done, Step())[0].tolist() == [1, 1, 0]


def test_a_short_cut_spares_what_it_jumps_over():
    skip = Step(kind=BRANCH, share=0.5, target=3)
    assert passes(skip, Step(), Step(), Step())[0].tolist() == [1, 0.5, 0.5, 1]


@pytest.mark.parametrize(("share", "most", "jumps"), [(1.0, 1, 1), (1.0, 3, 3), (0.5, 2, 0.75)])
def test_rework_passes_again_at_most_so_often(share, most, jumps):
    back = Step(kind=BRANCH, share=share, target=0, most=most)
    assert passes(Step(), back)[0] == pytest.approx([1 + jumps, 1 + jumps])


def owed(steps, case, columns=None, **parts):
    """Days owed at the end on one case, by role."""
    model = toy.model(types=[Type(steps=steps)], cases=[case], **parts)
    log = toy.log(model, [None], **(columns or {}))
    return (owed_at_end(View(tallied(model, log))) / DAY).tolist()


def test_a_case_not_started_owes_everything():
    steps = (Step(effort=2.0), Step(kind=WAIT), MEETING, Step(effort=0.5))
    assert owed(steps, Case(factor=2.0)) == [[5.0]]


def test_a_case_in_hand_owes_what_is_left_and_what_follows():
    steps = (Step(effort=2.0), Step(effort=0.5))
    assert owed(steps, Case(), {"step": [0], "left": [1.25]}) == [[1.75]]
    assert owed(steps, Case(), {"step": [1], "left": [0.2]}) == [[0.2]]
    assert owed(steps, Case(), {"step": [1], "left": [0.0]}) == [[0.5]]


def test_the_last_step_in_hand_does_not_owe_the_next_route():
    types = [Type("query"), Type("heavy", steps=(Step(effort=99.0),))]
    model = toy.model(types=types)
    log = toy.log(model, [None], step=[0], left=[0.5])
    assert owed_at_end(View(tallied(model, log))) == 0.5 * DAY
    heavy = toy.model(types=types, cases=[Case(type=1)])
    log = toy.log(heavy, [None], step=[0], left=[0.5])
    assert owed_at_end(View(tallied(heavy, log))) == 0.5 * DAY


def test_work_is_owed_by_the_role_and_team_in_charge():
    steps = (Step(effort=1.0, role=1), Step(effort=2.0, actor=1, role=0))
    parts = {"roles": ("officer", "manager"), "kinds": ("area", "place"), "team_kinds": (0, 1, 1)}
    of = ((0, 0), (1, 2))
    entities = (Entity(), Entity())
    found = owed(steps, Case(entity=1), team_of=of, entities=entities, **parts)
    assert found == [[0, 1], [0, 0], [2, 0]]


def test_work_that_no_team_here_does_is_not_owed():
    steps = (Step(effort=1.0), Step(effort=2.0, actor=1))
    of = ((0,), (-1,))
    found = owed(steps, Case(), team_of=of, kinds=("area", "place"), team_kinds=(0, 1))
    assert found == [[1], [0]]


@pytest.mark.parametrize(("visit", "days"), [(0, 1.0), (1, 3.25), (2, 3.0)])
def test_visits_are_owed_by_cases_that_are_visits_and_travel_by_those_in_person(visit, days):
    steps = (Step(effort=1.0), Step(effort=2.0, visit=IF_VISIT))
    assert owed(steps, Case(visit=visit), travel=0.25) == [[days]]


def test_a_review_that_waits_for_the_one_before_is_owed():
    model = toy.model(cases=[Case(), Case(20, after=0), Case(700, after=1)])
    log = toy.log(model, [None, None, None], opened=[0.0, None, None])
    assert owed_at_end(View(tallied(model, log))) == 2 * DAY


def test_work_ahead_needs_as_much_relearning_as_the_run_did():
    model = toy.model(cases=[Case(), Case(0)])
    log = toy.log(model, [5.0, None], work=[1.5, 0.0], relearn=[0.5, 0.0])
    assert owed_at_end(View(tallied(model, log))) == pytest.approx(1.5 * DAY)


def test_the_work_of_the_first_day_is_what_its_cases_need():
    model = toy.model(cases=[Case(initial=True), Case(initial=True, factor=3.0), Case(5)])
    assert owed_at_start(View(tallied(model, toy.log(model, [None] * 3)))) == 4 * DAY


# Load


def test_load_is_work_done_and_owed_over_time_available():
    model = toy.model(cases=[Case(), Case()], types=[Type(steps=(Step(effort=73.0),))])
    table = run(model, [73.0, None], packets=[(0, 0, 0.0, 73.0)])
    assert measured(table, "load") == 0.4
    assert measured(table, "load", role="officer", body="area") == 0.4
    assert measured(table, "pools_overloaded_share") == 0.0


def test_work_without_anybody_is_an_infinite_load_that_is_never_cleared():
    model = toy.model(people=[Person(shifts=())], types=[Type(steps=(Step(effort=1.0),))])
    table = run(model)
    for where in ({}, {"body": "area"}, {"body": "area", "role": "officer"}):
        assert measured(table, "load", **where) == np.inf
    assert measured(table, "clearance") == np.inf


def test_clearance_takes_what_is_owed_at_the_spare_capacity():
    """146 days of new work in 365 leave 219 spare; 73 owed take a third of a year."""
    model = toy.model(cases=[Case(), Case()], types=[Type(steps=(Step(effort=73.0),))])
    table = run(model, [73.0, None], packets=[(0, 0, 0.0, 73.0)])
    assert measured(table, "clearance") == pytest.approx(73 / 219 * 12, rel=1e-3)


def test_a_backlog_of_the_first_day_does_not_take_the_capacity_to_clear_it():
    """400 days of work on the first day, nothing new: the load is over 1, but it clears."""
    case = Case(initial=True, due=-1)
    model = toy.model(cases=[case], types=[Type(steps=(Step(effort=400.0),))])
    table = run(model, packets=[(0, 0, 0.0, 365.0)], step=[0], left=[35.0])
    assert measured(table, "load") == pytest.approx(400 / 365)
    assert measured(table, "pools_overloaded_share") == 1.0
    assert measured(table, "clearance") == pytest.approx(35 / 365 * 12, rel=1e-3)


def test_new_work_that_takes_all_the_time_never_clears():
    cases = [Case(float(day)) for day in range(0, 360, 10)]
    model = toy.model(cases=cases, types=[Type(steps=(Step(effort=20.0),))])
    table = measure(model, toy.fifo(model, 1, 20.0))
    assert measured(table, "load") == pytest.approx(720 / 365)
    assert measured(table, "clearance") == np.inf
    assert measured(table, "clearance", body="area", role="officer") == np.inf


def test_nothing_owed_is_clear_at_once():
    model = toy.model(cases=[Case()])
    assert measured(run(model, [1.0], packets=[(0, 0, 0.0, 1.0)]), "clearance") == 0.0


STRETCHES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), min_size=1, max_size=12)


def one_after_the_other(gaps_and_lengths):
    """Turn (gap, length) into stretches that do not overlap."""
    found, at = [], 0
    for gap, length in gaps_and_lengths:
        found.append((at + gap, at + gap + length))
        at += gap + length + 1
    return found


@settings(max_examples=60, deadline=None)
@given(STRETCHES, STRETCHES, st.data())
def test_nobody_is_ever_used_more_than_fully(shifts, work, data):
    """Any shifts, any work within or outside them; time owed lies within shifts."""
    people = [Person(shifts=tuple((a / 1.0, b / 1.0) for a, b in one_after_the_other(shifts)))]
    model = toy.model(people=people, years=2, warm_up=data.draw(st.integers(0, 300)))
    packets = [(0, 0, float(a), float(b)) for a, b in one_after_the_other(work)]
    log = toy.log(model, [None], packets=packets)
    back = np.array(data.draw(st.lists(st.booleans(), min_size=len(work), max_size=len(work))))
    log.work.case[back] = -1
    view = View(tallied(model, log))
    time = hours(view)
    assert (time.busy <= time.available).all()
    assert (time.available >= 0).all()
    table = measure(model, log)
    assert (table.loc[table["measure"] == "utilisation", "value"] <= 1.0).all()


def test_a_shared_team_counts_in_totals_as_far_as_it_serves_the_area():
    """The region serves four contracts, of which one is of the area: a quarter of its two."""
    model = toy.model(
        entities=[Entity(), *[Entity(inside=False)] * 3],
        people=[Person(0), Person(1), Person(1)],
        kinds=("area", "region"),
        team_kinds=(0, 1),
        team_of=((0, -1, -1, -1), (1, 1, 1, 1)),
    )
    table = run(model, [365.0], packets=[(0, 0, 0.0, 365.0)])
    assert measured(table, "load", body="area") == 1.0
    assert measured(table, "load", body="region") == 0.0
    assert measured(table, "load") == pytest.approx(1 / 1.5)
    assert measured(table, "utilisation") == pytest.approx(1 / 1.5)
    assert measured(table, "utilisation", period="year 1") == pytest.approx(1 / 1.5)
