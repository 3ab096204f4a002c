"""A transition: at a date one arrangement becomes another, and open cases go on in it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from engines import engines
from hypothesis import HealthCheck, given, settings
from plain import becoming, plain, plain_document, query, with_cases, with_shifts, work
from sameness import same
from worlds import BEFORE, NAME, worlds

from sim.engine.log import OPEN, UNSET
from sim.model.arrays import NEVER
from sim.outcomes.measures import measure
from sim.scenario.units import DAY, HOUR, SESSION

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ELSEWHERE = {"teams": {"desk": {"tier": "area", "wte": 1.0, "mix": {"officer": 1.0}}}}
"""The later teams belong to other bodies, so that every open case is handed over."""

AT = 3.0
"""The hour at which the arrangement changes in the tests below."""


def world(later=ELSEWHERE, opens=(0, 0), stages=None, hours=1.0, handover=0.0, **transition):
    """Return a model in which one officer is there until the change, and one from then on."""
    document = plain_document()
    document["pathways"]["packet_hours"] = 2.0
    document["pathways"]["case_types"]["query"] = query(stages=stages or [work(hours=hours)])
    handover = {"handover_working_days": handover * HOUR / DAY}
    model = plain(becoming(document, later, **handover, **transition)).model()
    model = with_cases(model, [opening * HOUR for opening in opens])
    model = replace(model, change=replace(model.change, at=round(AT * HOUR)))
    return with_shifts(model, (0, AT), (AT, 40))


def starts(log):
    """Return (person, case, start, end) of every packet, in hours."""
    rows = zip(
        log.work.staff, log.work.case, log.work.start / HOUR, log.work.end / HOUR, strict=True
    )
    return sorted((int(who), int(case), float(a), float(b)) for who, case, a, b in rows)


def spent(log, state):
    """Return the hours that each case spent in a state."""
    return (getattr(log.cases, state) / HOUR).tolist()


@engines
def test_open_cases_are_handed_over(run):
    """Two cases of 5 hours; the change is at 3, and files take 2 hours to arrive.

    The first is in hand from 2 to 4, has an hour left then, and arrives at 5, as does
    the second, which has waited from 0 to 3.
    """
    log = run(world(hours=5.0, handover=2.0))
    old = [(0, 0, 0.0, 2.0), (0, 0, 2.0, 4.0)]
    new = [(1, 0, 5.0, 6.0), (1, 1, 6.0, 8.0), (1, 1, 8.0, 10.0), (1, 1, 10.0, 11.0)]
    assert starts(log) == old + new
    assert log.cases.crossings.tolist() == [1, 1]
    assert spent(log, "handoff") == [1.0, 2.0]
    assert spent(log, "queue") == [0.0, 3.0 + 1.0]
    assert spent(log, "work") == [5.0, 5.0]


@engines
def test_within_a_body_nothing_is_handed_over(run):
    """The second case is there at once; first come, first served, so it stays ahead."""
    log = run(world(later={}, hours=5.0, handover=2.0))
    second = [(1, 1, 3.0, 5.0), (1, 1, 5.0, 7.0), (1, 1, 7.0, 8.0)]
    assert starts(log)[2:] == [(1, 0, 8.0, 9.0), *second]
    assert log.cases.crossings.tolist() == [0, 0]
    assert spent(log, "handoff") == [0.0, 0.0]


@engines
def test_a_crossing_with_the_change_burdens_what_follows(run):
    """Of the later arrangement: half as much again on the hour that is left of five."""
    later = {**ELSEWHERE, "handoffs": {"delay_working_days": 9.0, "effort_share": 0.5}}
    log = run(world(later, opens=(0,), hours=5.0))
    assert starts(log)[2:] == [(1, 0, 4.0, 5.5)]
    assert spent(log, "handoff") == [0.0]


@engines
def test_the_first_work_on_an_incomplete_file_takes_longer(run):
    """The file of the one contract is put in order by whoever first takes up work on it."""
    files = {"incomplete_file_share": 1.0, "incomplete_file_effort_share": 0.5}
    log = run(world(opens=(0, 4, 9), hours=2.0, **files))
    assert starts(log) == [(0, 0, 0.0, 2.0), (1, 1, 4.0, 6.0), (1, 1, 6.0, 7.0), (1, 2, 9.0, 11.0)]


@engines
def test_knowledge_is_what_later_teams_have_on_the_day(run):
    """Nothing is known to them: work takes twice as long, the first time."""
    knowledge = {"unknown_effort_multiplier": 2.0, "retained_share": 0.0, "team_memory_share": 1.0}
    model = world({**ELSEWHERE, "knowledge": knowledge}, opens=(0, 4))
    assert (model.teams.known_at[1] == NEVER).all()
    assert starts(run(model)) == [(0, 0, 0.0, 1.0), (1, 1, 4.0, 6.0)]
    known = world({**ELSEWHERE, "knowledge": {**knowledge, "retained_share": 1.0}})
    date = known.teams.known_at[1] - known.teams.known_at[0]
    assert (date == 2 * DAY).all()  # as long ago on the third day as on the first


@engines
def test_an_outside_wait_goes_on_and_the_case_is_there_when_it_ends(run):
    """It ends on the next day, long after the files have arrived."""
    wait = {"kind": "wait", "name": "notice", "calendar_days": 1}
    log = run(world(opens=(0,), stages=[work(), wait, work("then")], handover=2.0))
    one = 1.0 + DAY / HOUR
    assert starts(log) == [(0, 0, 0.0, 1.0), (1, 0, one, one + 1.0)]
    assert spent(log, "outside") == [DAY / HOUR]
    assert spent(log, "handoff") == [0.0]
    assert log.cases.crossings.tolist() == [1]


PANEL = {
    "tier": "nation",
    "meetings_per_year": 365,
    "agenda_items": 1000,
    "members": {"executive": 2},
}
DECIDE = {
    "kind": "decide",
    "name": "decide",
    "hours": 2.0,
    "paper_hours": 1.0,
    "by": {"officer": 1},
}
BY_PANEL = {"committees": {"panel": PANEL}, "authority": [{"team": "desk", "decides": "panel"}]}
BY_OFFICERS = {"committees": {}, "authority": [{"team": "desk", "decides": "officer"}]}


def deciding(before, later, opens=(0,)):
    """Return a model in which who decides changes; panels meet at noon, at 3.75 hours."""
    document = plain_document()
    document["pathways"]["packet_hours"] = 1.0
    document["pathways"]["case_types"]["query"] = query(stages=[DECIDE])
    document["arrangements"][NAME] |= before
    model = plain(becoming(document, later)).model()
    model = with_cases(model, [opening * HOUR for opening in opens])
    model = replace(model, change=replace(model.change, at=round(AT * HOUR)))
    return with_shifts(model, (0, AT), (AT, 40))


@engines
def test_who_waits_for_a_committee_waits_for_an_officer(run):
    """The paper took an hour; the officer's own decision takes two, from the change on."""
    log = run(deciding(BY_PANEL, BY_OFFICERS))
    assert starts(log) == [(0, 0, 0.0, 1.0), (1, 0, 3.0, 4.0), (1, 0, 4.0, 5.0)]
    assert spent(log, "committee") == [2.0]
    assert log.cases.meetings.tolist() == [0]


@engines
def test_who_waits_for_a_committee_waits_for_the_later_one(run):
    """The paper is written; it is on the agenda of the first meeting after the change."""
    model = deciding(BY_PANEL, BY_PANEL)
    first = int(model.committees.meeting[model.committees.first_meeting[1]])
    log = run(model)
    assert starts(log) == [(0, 0, 0.0, 1.0)]
    assert log.cases.closed.tolist() == [first]
    assert spent(log, "committee") == [(first - HOUR) / HOUR]


@engines
def test_a_decision_begun_is_no_paper_for_a_committee(run):
    """Half of an officer's decision is made when a committee takes over, which needs a paper."""
    log = run(deciding(BY_OFFICERS, BY_PANEL, opens=(2,)))
    assert starts(log) == [(0, 0, 2.0, 3.0), (1, 0, 3.0, 4.0)]
    assert log.cases.meetings.tolist() == [1]


@engines
def test_a_case_that_opens_at_the_change_is_the_later_ones(run):
    assert starts(run(world(opens=(AT, 2.5)))) == [(0, 1, 2.5, 3.5), (1, 0, 3.0, 4.0)]


@engines
def test_the_last_packet_may_run_to_the_end_of_the_run(run):
    """A packet of ten hours, in hand at the change: at the horizon five hours of it are left."""
    model = world(opens=(1,), hours=10.0)
    model = replace(model, clock=replace(model.clock, horizon=6 * HOUR, packet=20 * HOUR))
    log = run(model)
    assert starts(log) == [(0, 0, 1.0, 6.0)]
    assert log.cases.outcome.tolist() == [OPEN]
    assert (log.cases.left / HOUR).tolist() == [5.0]
    assert log.cases.responded.tolist() == [UNSET]


# What comes with a change besides


def staffed(**changes):
    """Return a model that changes on the third day, with people as the scenario has them."""
    document = plain_document()
    return plain(becoming(document, {**ELSEWHERE, **changes.pop("later", {})}, **changes)).model()


def sessions(model, team):
    """Return how many people of a team are there in each half-day session."""
    staff = model.staff
    there = np.zeros(model.clock.horizon // SESSION, dtype=int)
    for person in np.flatnonzero(staff.team == team):
        for shift in range(staff.first_shift[person], staff.first_shift[person + 1]):
            there[staff.shift_start[shift] // SESSION : staff.shift_end[shift] // SESSION] += 1
    return there


def test_the_change_takes_time_from_those_who_take_over_for_a_while():
    """Half of it for some days; before the change and after the dip nobody loses any."""
    whole, less = staffed(), staffed(dip_share=0.5, dip_months=0.2)
    assert sessions(less, 0).tolist() == sessions(whole, 0).tolist()
    begins = whole.change.at // SESSION
    spell = round(0.2 * whole.clock.horizon / whole.years / 12 / SESSION)
    before, after = (sessions(one, 1)[begins : begins + spell].sum() for one in (whole, less))
    assert before == spell
    assert after == pytest.approx(before / 2, abs=1.5)
    ends = begins + spell + 2
    assert sessions(less, 1)[ends:].tolist() == sessions(whole, 1)[ends:].tolist()


@engines
def test_posts_are_counted_while_they_exist(run):
    """Nobody is in the later posts: of the time of posts that follow each other, the rest."""
    force = {**plain_document()["arrangements"][NAME]["workforce"]}
    force |= {"vacant_at_start_share": 1.0, "recruitment_weeks": 1e6}
    model = staffed(later={"workforce": force})
    table = measure(model, run(model))
    share = table[(table["measure"] == "vacant_share") & (table["period"] == "all")]
    share = share[(share["body"] == "all") & (share["role"] == "all")]["value"].item()
    assert share == pytest.approx(1.0 - model.change.at / model.clock.horizon)


def test_what_holds_for_no_time_is_left_out():
    """On the first day the files come over, and the staff is cut, and that is all."""
    document = plain_document()
    files = {"incomplete_file_share": 1.0, "incomplete_file_effort_share": 0.5}
    first = {"date": document["run"]["start"], "wte_multiplier": 0.5}
    model = plain(becoming(document, ELSEWHERE, **first, **files)).model()
    assert model.change is None
    assert model.teams.kinds == ("desk",)
    contracts = model.entities.kind < 4
    assert (model.teams.incomplete[:, contracts] == 0.5).all()
    assert not model.teams.incomplete[:, ~contracts].any()
    alone = plain(becoming(document, ELSEWHERE, date=document["run"]["start"])).model()
    assert model.money.wte_by_role.sum() == pytest.approx(alone.money.wte_by_role.sum() / 2)


@engines
def test_what_is_in_flight_on_the_first_day_is_handed_over(run):
    """Files take two hours; of the later arrangement: half as much again on the first work.

    The second case opens an instant later and has come from nobody.
    """
    document = plain_document()
    document["pathways"]["case_types"]["query"] = query(stages=[work(hours=2.0)])
    later = {**ELSEWHERE, "handoffs": {"delay_working_days": 9.0, "effort_share": 0.5}}
    first = {"date": document["run"]["start"], "handover_working_days": 2 * HOUR / DAY}
    model = plain(becoming(document, later, **first)).model()
    log = run(with_shifts(with_cases(model, [0, 1 * HOUR]), (0, 40)))
    assert starts(log) == [(0, 0, 3.0, 6.0), (0, 1, 1.0, 3.0)]
    assert log.cases.crossings.tolist() == [1, 0]
    assert spent(log, "handoff") == [2.0, 0.0]
    assert spent(log, "queue") == [1.0, 0.0]


# Limits


def whole(estate):
    """Ask for all of an estate, so that every arrangement meets the same contracts."""
    return replace(estate, inside=np.ones(len(estate.ids), bool))


def without(world, *names):
    """Return a world whose later arrangement lacks some keys of its transition."""

    def change(document):
        for name in names:
            document["arrangements"][NAME].get("transition", {}).pop(name, None)

    return replace(world.changed(change), estate=whole(world.estate), two_factors=False)


@engines
@examples
@given(world=worlds())
def test_a_change_after_the_end_changes_nothing(run, world):
    if "transition" not in world.document["arrangements"][NAME]:
        return

    def late(document):
        document["arrangements"][NAME]["transition"]["date"] += dt.timedelta(days=1000)

    world = without(world.changed(late))
    assert same(run(world.model()).cases, run(world.model_of(BEFORE)).cases)


@engines
@examples
@given(world=worlds())
def test_a_change_on_the_first_day_is_the_later_arrangement(run, world):
    world = without(world, "wte_multiplier", "incomplete_file_share", "dip_share")

    def at_once(document):
        transition = document["arrangements"][NAME].get("transition", {})
        transition["date"] = document["run"]["start"]

    def alone(document):
        document["arrangements"][NAME].pop("transition", None)

    if "transition" not in world.document["arrangements"][NAME]:
        return
    both, ours = world.changed(at_once).model(), world.changed(alone).model()
    assert both.rules.inherited == round(
        DAY * world.document["arrangements"][NAME]["transition"]["handover_working_days"]
    )
    both = replace(both, rules=replace(both.rules, inherited=-1))  # as if nothing came over
    assert same(run(both).cases, run(ours).cases)
