"""Single mechanisms on plain worlds, where the right answer can be worked out by hand."""

from dataclasses import replace

import numpy as np
from engines import engines
from plain import plain, plain_document, query, with_cases, with_shifts, work
from worlds import NAME

from sim.engine.log import CLOSED
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.units import HOUR

PANEL = {
    "tier": "nation",
    "meetings_per_year": 365,
    "agenda_items": 1000,
    "members": {"gp": 1, "executive": 2},
}

DECIDE = {
    "kind": "decide",
    "name": "decide",
    "hours": 1.0,
    "paper_hours": 0.0,
    "by": {"officer": 1.0},
}

AGAIN = {"kind": "branch", "name": "again", "share": 1.0, "to": "decide", "most_times": 1}


def starts(log):
    """Return (person, case, start in hours) of every packet."""
    work = log.work
    return [
        *zip(work.staff.tolist(), work.case.tolist(), (work.start / HOUR).tolist(), strict=True)
    ]


@engines
def test_work_laid_aside_is_taken_up_by_whoever_is_free(run):
    """A manager covers for an absent officer, then turns to a manager's own work."""
    document = plain_document(officers=2)
    ours = document["arrangements"][NAME]
    ours["workforce"]["roles"]["manager"] = {"annual_cost_gbp": 60_000}
    ours["substitution"] = {"officer": {"manager": 1.0}}
    ours["teams"]["desk"]["mix"] = {"officer": 0.5, "manager": 0.5}
    types = document["pathways"]["case_types"]
    types["query"] = query(stages=[work(hours=4.0)])
    types["decision"] = query(stages=[work(by={"manager": 1.0})])
    document["pathways"]["packet_hours"] = 2.0
    model = with_cases(plain(document).model(), [0, 1.5 * HOUR], case_type=[0, 1])
    log = run(with_shifts(model, (1, 7), (0, 7)))
    assert starts(log) == [(0, 0, 2.0), (1, 0, 0.0), (1, 1, 2.0)]


@engines
def test_portfolio_work_that_fell_to_all_is_taken_up_by_whoever_is_free(run):
    """The named officer turns to an older case; the other officer is free for the younger."""
    document = plain_document(officers=2, ranking="priority_due")
    document["arrangements"][NAME]["dispatch"] = {"mode": "portfolio", "fallback_working_days": 0.2}
    document["pathways"]["case_types"]["query"] = query(stages=[work(hours=4.0)])
    document["pathways"]["packet_hours"] = 2.0
    model = with_cases(plain(document).model(), [0, 1 * HOUR])
    model.cases.due[:] = [9, 8]
    model.teams.named[:] = 0
    log = run(with_shifts(model, (0, 7), (0, 7)))
    assert starts(log) == [(0, 0, 0.0), (0, 1, 2.0), (0, 1, 4.0), (1, 0, 2.0)]


@engines
def test_who_leaves_a_portfolio_takes_nobody_along(run):
    """The first case falls to the other officer; the named one takes both that came later."""
    document = plain_document(officers=2, ranking="priority_due")
    document["arrangements"][NAME]["dispatch"] = {"mode": "portfolio", "fallback_working_days": 0.4}
    document["pathways"]["case_types"]["query"] = query(stages=[work(hours=0.25)])
    model = with_cases(plain(document).model(), [0, 1 * HOUR, 1.5 * HOUR])
    model.cases.due[:] = [2, 3, 1]
    model.teams.named[:] = 0
    log = run(with_shifts(model, (3.25, 7), (0, 7)))
    assert starts(log) == [(0, 2, 3.25), (0, 1, 3.5), (1, 0, 3.0)]


def panel_world(stages, contracts=1, **panel):
    document = plain_document(officers=1, years=0.5)
    document["pathways"]["case_types"]["query"] = query(stages=stages)
    ours = document["arrangements"][NAME]
    ours["committees"] = {"panel": {**PANEL, **panel}}
    ours["authority"][0]["decides"] = "panel"
    return plain(document, contracts).model()


@engines
def test_members_are_co_opted_for_each_decision_afresh(run):
    """A case that comes back to the committee is a new item, which may lose its quorum again."""
    model = panel_world(
        [DECIDE, AGAIN], conflict_share={"single_practice": 1.0}, quorum_gp=1, co_opt_after=2
    )
    log = run(with_cases(model, [0]))
    assert log.cases.outcome.tolist() == [CLOSED]
    assert log.cases.meetings.tolist() == [6]
    assert log.cases.deferrals.tolist() == [4]


@engines
def test_a_second_decision_has_its_own_luck(run):
    """Half the items are sent back each time: also those that were not sent back at first."""
    model = panel_world([DECIDE, AGAIN], contracts=200, deferral_share=0.5)
    log = run(with_cases(model, np.zeros(200, np.int64), entity=np.arange(200)))
    assert (log.cases.outcome == CLOSED).all()
    assert log.cases.deferrals.mean() > 1.5
    once = (log.cases.deferrals == 0).mean()
    assert abs(once - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 200)


@engines
def test_every_pass_of_a_branch_has_its_own_luck(run):
    """Each of three passes ends a case with probability one half."""
    document = plain_document(years=0.5)
    stages = [
        work(hours=0.01),
        {"kind": "branch", "name": "enough", "share": 0.5, "to": "end"},
        {"kind": "branch", "name": "again", "share": 1.0, "to": "work", "most_times": 2},
        work("last", hours=1.0),
    ]
    document["pathways"]["case_types"]["query"] = query(stages=stages)
    model = plain(document, 400).model()
    log = run(with_cases(model, np.zeros(400, np.int64), entity=np.arange(400)))
    assert (log.cases.outcome == CLOSED).all()
    last = (log.cases.effort > 0.5 * HOUR).mean()
    assert abs(last - 0.125) < 4 * np.sqrt(0.125 * 0.875 / 400)


@engines
def test_two_meetings_on_one_day_keep_their_order_in_the_log(run):
    model = panel_world([DECIDE], meetings_per_year=730, agenda_items=2)
    log = run(with_cases(model, [0, 0, 0]))
    assert log.meetings.waiting[:3].tolist() == [3, 1, 0]
    assert log.meetings.decided[:3].tolist() == [2, 1, 0]


@engines
def test_meetings_without_items_are_in_the_log(run):
    model = panel_world([DECIDE])
    log = run(with_cases(model, []))
    assert len(log.meetings.time) > 100
    assert (np.diff(log.meetings.time) > 0).all()


def test_luck_before_a_committee_does_not_hang_on_its_name():
    """A case is sent back, or is a member's own affair, in every arrangement alike."""
    models = []
    for name in ("panel", "board"):
        document = plain_document()
        ours = document["arrangements"][NAME]
        ours["committees"] = {name: PANEL}
        ours["authority"] = [{"team": "desk", "decides": name}]
        document["pathways"]["case_types"]["query"] = query(stages=[DECIDE])
        models.append(plain(document).model())
    one, other = (model.committees for model in models)
    assert one.conflict_key.tolist() == other.conflict_key.tolist()
    assert one.deferral_key.tolist() == other.deferral_key.tolist()
    assert one.conflict_key.tolist() != one.deferral_key.tolist()


def test_an_estate_without_gps_is_staffed_by_the_patients_of_its_contracts():
    world = plain(plain_document(officers=3), contracts=2)
    dental = np.full(2, CONTRACT_TYPES.index("dental"), dtype=np.int8)
    model = replace(world, estate=replace(world.estate, contract_type=dental)).model()
    assert model.staff.wte.tolist() == [1.0, 1.0, 1.0]


@engines
def test_work_that_comes_from_a_body_elsewhere_was_handed_over(run):
    """Another area's contract brings its region the same effort and delay as one of here."""
    document = plain_document(officers=2)
    ours = document["arrangements"][NAME]
    ours["teams"]["region"] = {**ours["teams"]["desk"], "tier": "area"}
    ours["authority"].append({"stages": ["advise"], "team": "region"})
    ours["handoffs"] = {"delay_working_days": 1.0, "effort_share": 0.5}
    stages = [work("check"), work("advise", hours=2.0)]
    document["pathways"]["case_types"]["query"] = query(stages=stages)
    model = with_cases(plain(document, 2).model(), [0, 0], entity=[0, 1])
    model.teams.of[0, 1] = -1
    log = run(with_shifts(model, *[(0, 30)] * len(model.staff.team)))
    assert (log.cases.effort / HOUR).tolist() == [1 + 2 * 1.5, 2 * 1.5]
    assert (log.cases.handoff / HOUR).tolist() == [7.5, 7.5]
    assert log.cases.crossings.tolist() == [1, 1]
