"""What takes cases out of their way, on plain worlds, with answers worked out by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from engines import engines
from hypothesis import HealthCheck, given, settings
from plain import plain, plain_document, query, with_cases, with_shifts, work
from sameness import same
from test_common_luck import drawn
from test_mechanics import DECIDE, PANEL
from worlds import NAME, worlds

from sim.engine.log import CLOSED, REFUSED_OUTCOME
from sim.model import acting
from sim.model.arrays import BRANCH
from sim.model.routes import ENTITY_KINDS
from sim.scenario.differences import differences
from sim.scenario.estate import TierMap
from sim.scenario.files import load
from sim.scenario.pathway import Pathways, lead, longest
from sim.scenario.units import HOUR

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BY = {"officer": 1.0}
LATER = work("later", hours=2.0)


def document(stages, blocks=(), **case):
    """Return a plain scenario in which the desk of an area works, with some blocks."""
    found = plain_document(officers=4, years=0.2)
    ours = found["arrangements"][NAME]
    ours["teams"]["desk"]["tier"] = "area"
    ours["teams"]["region"] = {**ours["teams"]["desk"], "tier": "nation"}
    ours |= dict(blocks)
    found["pathways"]["case_types"]["query"] = query(stages=stages, **case)
    return found


def alone(world):
    """Return a model of one case, on the way that all cases go."""
    model = world.model()
    ways = np.unique(model.cases.route)
    assert len(ways) == 1
    model = with_cases(model, [0])
    model.cases.route[:] = ways
    return with_shifts(model, *[(0, 500)] * len(model.staff.team))


def hours(run, stages, blocks=(), **case):
    """Return effort, hand-off and elapsed hours of a case, and how it ended."""
    facts = run(alone(plain(document(stages, blocks, **case)))).cases
    times = [facts.effort, facts.handoff, facts.closed]
    return [float(time[0]) / HOUR for time in times], int(facts.outcome[0])


def referral(**changes):
    return {"team": "region", "share": 1.0, "hours": 3.0, "by": BY, **changes}


HANDOFFS = {"delay_working_days": 1.0, "effort_share": 0.5}


@engines
def test_a_decision_is_referred_and_comes_back(run):
    """1 h, then 1 h to decide, 7.5 h away, 3 x 1.5 h at the region, 7.5 h back, 2 x 1.5 h."""
    blocks = {"referral": referral(), "handoffs": HANDOFFS}
    (effort, handoff, closed), _ = hours(run, [work(), DECIDE, LATER], blocks)
    assert (effort, handoff, closed) == (1 + 1 + 4.5 + 3, 15, 1 + 1 + 7.5 + 4.5 + 7.5 + 3)


@engines
def test_what_is_refused_was_referred_first(run):
    blocks = {"referral": referral()}
    (effort, *_), outcome = hours(run, [work(), {**DECIDE, "refuse_share": 1.0}, LATER], blocks)
    assert (effort, outcome) == (1 + 1 + 3, REFUSED_OUTCOME)


@engines
@pytest.mark.parametrize(("after", "effort"), [(["officer"], 2), (["officer", "panel"], 5)])
def test_only_decisions_of_those_named_are_referred(run, after, effort):
    """A paper of no hours, a decision of the panel, and 2 h that follow."""
    blocks = {
        "referral": referral(after=after),
        "committees": {"panel": {**PANEL, "tier": "area"}},
        "authority": [{"team": "desk", "decides": "panel"}],
    }
    (found, *_), _ = hours(run, [DECIDE, LATER], blocks)
    assert found == effort


@engines
def test_nobody_refers_to_themselves(run):
    blocks = {"referral": referral(), "authority": [{"team": "region", "decides": "officer"}]}
    (effort, *_), _ = hours(run, [DECIDE], blocks)
    assert effort == 1


@pytest.mark.parametrize(("risk", "share"), [(0.0, 0.0), (1.0, 0.3), (2.0, 0.6), (9.0, 1.0)])
def test_what_is_risky_is_referred_more_often(risk, share):
    """0.3 x the risk, at most 1; about 20 cases on each of 100 contracts."""
    world = plain(document([DECIDE], {"referral": referral(share=0.3)}, risk_factor=risk), 100)
    route = world.model().cases.route
    found = (route >= len(ENTITY_KINDS)).mean()
    assert abs(found - share) <= 4 * np.sqrt(share * (1 - share) / len(route))


@engines
def test_procedures_that_do_not_fit_have_the_longest_work_done_again(run):
    """1 + 2 h and a decision of 1 h; the 2 h again. Who comes back does so to the second time."""
    stages = [work(), LATER, DECIDE]
    assert hours(run, stages, {"procedures": {"misfit_share": 1.0}})[0][0] == 1 + 2 + 2 + 1
    again = {"kind": "branch", "name": "again", "share": 1.0, "to": "later"}
    (effort, *_), _ = hours(run, [*stages, again], {"procedures": {"misfit_share": 1.0}})
    assert effort == 1 + 2 + 2 + 1 + (2 + 1)


@engines
def test_missing_information_is_waited_for_and_work_done_again(run):
    """1 h, seven days of 7.5 h, 1 h again, and 2 h that follow."""
    blocks = {"data": {"rework_share": 1.0, "wait_calendar_days": 7.0}}
    (effort, _, closed), _ = hours(run, [work(), LATER], blocks)
    assert (effort, closed) == (1 + 1 + 2, 1 + 7 * 7.5 + 1 + 2)


@engines
def test_all_partners_are_brought_together(run):
    """3 bodies x a factor of 2: six times half an hour and six times a day."""
    partners = {"bodies": 3, "coordination_hours": 0.5, "coordination_calendar_days": 1, "by": BY}
    blocks = {"partners": partners}
    (effort, _, closed), _ = hours(run, [work(), LATER], blocks, partner_factor=2)
    assert (effort, closed) == (1 + 3 + 2, 1 + 3 + 6 * 7.5 + 2)
    assert hours(run, [work(), LATER], blocks)[0][0] == 1 + 2


@engines
def test_two_bodies_with_one_responsibility_rub(run):
    """All work on such a case takes a quarter more."""
    partners = {"shared_cases": ["query"], "friction_effort_multiplier": 1.25}
    (effort, *_), _ = hours(run, [work(), DECIDE, LATER], {"partners": partners})
    assert effort == 4 * 1.25


@engines
def test_peers_settle_what_they_may(run):
    """1 h of work, then half an hour of a clinician's, and nothing else; others go on."""
    leaders = {"engaged_share": 1, "settled_share": 1, "settling_hours": 0.5, "by": BY}
    blocks = {"clinical_leadership": leaders}
    past = {"kind": "branch", "name": "past", "share": 1.0, "to": "later"}
    (effort, *_), outcome = hours(run, [work(), DECIDE, LATER], blocks, peers=True)
    assert (effort, outcome) == (1.5, CLOSED)
    assert hours(run, [past, work(), LATER], blocks, peers=True)[0][0] == 0
    assert hours(run, [work(), DECIDE, LATER], blocks)[0][0] == 1 + 1 + 2


@engines
def test_engaged_clinicians_speed_redesign(run):
    leaders = {"engaged_share": 1, "redesign_effort_multiplier": 0.75}
    blocks = {"clinical_leadership": leaders}
    assert hours(run, [work(), LATER], blocks, group="redesign")[0][0] == 3 * 0.75
    assert hours(run, [work(), LATER], blocks)[0][0] == 3


@engines
def test_what_has_no_process_is_improvised_by_those_who_lead(run):
    """The desk's 1 h and 2 h take half as long again; the region's hour does not."""
    blocks = {
        "coverage": {"process_share": 0.0, "improvised_effort_multiplier": 1.5},
        "authority": [
            {"team": "desk", "decides": "officer"},
            {"stages": ["decide"], "team": "region"},
        ],
    }
    assert hours(run, [work(), DECIDE, LATER], blocks)[0][0] == 1.5 + 1 + 3


@engines
def test_a_team_has_its_own_procedures(run):
    """The arrangement's 0.5 for the desk, 0.75 for the region."""
    found = document([work(), DECIDE, LATER], {"procedures": {"effort_multiplier": 0.5}})
    ours = found["arrangements"][NAME]
    ours["authority"].append({"stages": ["later"], "team": "region"})
    ours["teams"]["region"]["procedures"] = {"effort_multiplier": 0.75}
    assert run(alone(plain(found))).cases.effort[0] / HOUR == 0.5 + 0.5 + 1.5


def test_the_team_that_does_the_longest_work_has_the_misfit():
    found = document([work(), LATER], {"procedures": {"misfit_share": 1.0}})
    found["arrangements"][NAME]["teams"]["desk"]["procedures"] = {"misfit_share": 0.0}
    assert (plain(found).model().cases.route == 0).all()
    found["arrangements"][NAME]["authority"].append({"stages": ["later"], "team": "region"})
    assert (plain(found).model().cases.route > 0).all()


# ---- Where, and who is next to whom


def spread(world, tier, bodies):
    """Put the contracts of a world into several bodies of a tier, one after the other."""
    names = tuple(f"body {number}" for number in range(bodies))
    of = (np.arange(len(world.estate.ids)) % bodies).astype(np.int32)
    tiers = world.estate.tiers | {tier: TierMap(names, of, synthetic=True, source="rule")}
    people = np.full(bodies, 7_000) if tier == "ccg" else world.estate.population
    return replace(world, estate=replace(world.estate, tiers=tiers, population=people))


def varied(world, bodies=20):
    """Return by (case type, body) whether cases leave the standard route; they all agree."""
    cases = world.model().cases
    route = cases.route.reshape(-1)
    found = {}
    for kind, entity, left in zip(cases.case_type, cases.entity, route, strict=True):
        key, other = (int(kind), int(entity) % bodies), bool(left >= 2 * len(ENTITY_KINDS))
        assert found.setdefault(key, other) == other
    return found


def two_types(blocks, **case):
    found = document([work()], blocks, **case)
    types = found["pathways"]["case_types"]
    types["other"] = {**types["query"]}
    return found


def test_a_process_exists_at_some_bodies_for_some_cases():
    def with_share(share):
        block = {"process_share": share, "improvised_effort_multiplier": 2.0}
        return varied(spread(plain(two_types({"coverage": block}), 40), "area", 20))

    half, most = with_share(0.5), with_share(0.8)
    assert 8 <= sum(half.values()) <= 32
    assert {half[0, body] == half[1, body] for body in range(20)} == {True, False}
    assert {key for key, other in most.items() if other} < {k for k, other in half.items() if other}


def test_the_same_cells_are_engaged_whatever_the_arrangement():
    def with_share(share, tier="area"):
        block = {"engaged_share": share, "redesign_effort_multiplier": 0.5}
        found = two_types({"clinical_leadership": block}, group="redesign")
        found["arrangements"][NAME]["teams"]["desk"]["tier"] = tier
        return varied(spread(plain(found, 40), "ccg", 20))

    half, more = with_share(0.5), with_share(0.8, tier="nation")
    assert 4 <= sum(half[0, cell] for cell in range(20)) <= 16
    assert all(half[0, cell] == half[1, cell] for cell in range(20))
    assert {key for key, other in half.items() if other} < {k for k, other in more.items() if other}


def test_a_referred_case_stays_one_where_more_are_referred():
    def referred(share):
        found = document([DECIDE], {"referral": referral(share=share)})
        cases = plain(found, 20).model().cases
        return cases.route > 0

    few, many = referred(0.1), referred(0.3)
    assert 0 < few.sum() < many.sum()
    assert (many | ~few).all()


# ---- In any world


def add_detours(found):
    """Switch on whatever takes cases out of their way."""
    ours = found["arrangements"][NAME]
    for case_type in found["pathways"]["case_types"].values():
        case_type |= {"peers": True, "partner_factor": 1.0, "risk_factor": 1.0}
    ours["procedures"] = {**ours.get("procedures", {}), "misfit_share": 0.3}
    ours["referral"] = {"team": "team 0", "share": 0.3, "hours": 1.0, "by": BY}
    ours["data"] = {"rework_share": 0.3, "wait_calendar_days": 1.0}
    ours["coverage"] = {"process_share": 0.5, "improvised_effort_multiplier": 1.5}
    ours["partners"] = {"bodies": 2.0, "coordination_hours": 0.5, "by": BY}
    ours["clinical_leadership"] = {
        "engaged_share": 0.5,
        "redesign_effort_multiplier": 0.7,
        "settled_share": 0.5,
        "settling_hours": 0.5,
        "by": BY,
    }


def drop_detours(found):
    ours = found["arrangements"][NAME]
    for name in ("referral", "data", "coverage", "partners", "clinical_leadership"):
        ours.pop(name, None)
    ours.setdefault("procedures", {}).pop("misfit_share", None)
    for team in ours["teams"].values():
        team["procedures"] = {}


@examples
@given(world=worlds(grid=False))
def test_detours_move_no_draw(world):
    """Cases keep their luck and their branches theirs: what differs is the route."""
    before, after = world.changed(drop_detours).model(), world.changed(add_detours).model()
    columns = ("opens", "due", "gap", "initial", "mark", "factor", "visit", "priority")
    assert drawn(before, columns) == drawn(after, columns)
    assert same(before.staff, after.staff)
    keys = {tuple(key) for key in before.steps.key[before.steps.kind == BRANCH].tolist()}
    assert {tuple(k) for k in after.steps.key[after.steps.kind == BRANCH].tolist()} <= keys


@examples
@given(world=worlds())
def test_no_detour_adds_a_branch(world):
    """An engine counts the jumps of at most 16 branches for a case."""

    def most(model):
        steps = model.steps
        ends = zip(steps.first[:-1], steps.first[1:], strict=True)
        return max(int((steps.kind[first:end] == BRANCH).sum()) for first, end in ends)

    assert most(world.changed(add_detours).model()) <= most(world.changed(drop_detours).model())


@engines
@examples
@given(world=worlds(grid=False))
def test_cases_from_elsewhere_that_nobody_here_acts_on_may_be_left_out(run, world):
    world = replace(world.changed(add_detours), two_factors=False)
    ours = world.model()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acting.Line, "ours", lambda _, every: every)
        everything = world.model()
    logs = run(ours), run(everything)
    columns = [
        drawn(replace(model, cases=merged(model, log)), [*vars(log.cases)])
        for model, log in zip((ours, everything), logs, strict=True)
    ]
    assert columns[0] == columns[1]
    assert len(ours.cases.entity) <= len(everything.cases.entity)


def merged(model, log):
    """Return what a log says of cases beside their addresses."""

    class Both:
        pass

    both = Both()
    both.__dict__ |= vars(log.cases)
    for name in ("entity", "case_type", "ordinal", "background"):
        setattr(both, name, getattr(model.cases, name))
    return both


def test_reports_name_the_stages_of_detours():
    found = document([DECIDE, work("later")], {"referral": referral()})
    stages = plain(found).model().types.stages
    assert stages == (("decide", "later", "referred upward"),)
    assert plain(document([DECIDE])).model().types.stages == (("decide",),)


def test_a_stage_that_is_called_like_a_detour_is_told_apart():
    found = document([{**DECIDE, "name": "referred upward"}], {"referral": referral()})
    model = plain(found).model()
    assert model.types.stages == (("referred upward", "referred upward"),)
    assert model.steps.stage.tolist() == [0, 0, 1]


def test_the_leading_stage_and_the_longest():
    wait = {"kind": "wait", "name": "wait", "calendar_days": 1}
    visit = work("visit", hours=9.0, visit="by_share")
    stages = [wait, DECIDE, work(), visit, LATER, work("last", hours=2.0)]
    types = {"some": query(stages=stages), "none": query(stages=[wait])}
    some, none = Pathways.model_validate({"case_types": types}).case_types.values()
    assert (lead(some), longest(some)) == (1, 4)
    assert (lead(none), longest(none)) == (None, None)


CHANGES = {
    "arrangements.central.referral.team": ('"nation"', "referral team is added: nation"),
    "arrangements.central.referral.after": (
        '["panel"]',
        "referral after changes from officer to panel",
    ),
    "arrangements.central.partners.by": (
        "{ officer = 1 }",
        "partners by changes from none to officer 1",
    ),
    "arrangements.central.teams.nation.procedures.misfit_share": (
        "0.2",
        "nation team misfit share is added: 0.2",
    ),
    "arrangements.central.clinical_leadership.settling_hours": (
        "2",
        "clinical leadership settling goes from 0 to 2 hours (neutral → command line)",
    ),
    "pathways.case_types.review.peers": ("true", "peers changes from false to true"),
}


def test_a_difference_in_detours_is_told_in_words():
    sound = Path(__file__).parent / "broken" / "sound.toml"
    changed = [f"{key}={value}" for key, (value, _) in CHANGES.items()]
    told = differences(load(sound), load(sound, changed))
    assert {line.split(": ", 1)[1] for line in told} == {text for _, text in CHANGES.values()}
