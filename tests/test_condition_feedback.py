"""The feedback of the condition of contracts on demand: which cases arise, and which do not."""

from dataclasses import replace

import numpy as np
import pytest
import toy
from crowds import crowd
from declining import declining, with_condition
from engines import engines
from hypothesis import HealthCheck, assume, given, settings
from plain import plain, plain_document, query, work
from rivers import river
from sameness import same
from toy import Case, Entity, Person, Step, Type, measured
from worlds import worlds

from sim.engine import compiled, reference
from sim.engine.log import CLOSED, NOT_OPENED, UNSET
from sim.engine.partition import partition
from sim.model import rules
from sim.model.arrays import MEET
from sim.model.condition import FAILING, STRUGGLING
from sim.model.demand import IN_FLIGHT
from sim.model.shocks import ADDED
from sim.model.thinned import AFTER
from sim.outcomes.measures import measure
from sim.outcomes.spells import GONE, spells
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario import library
from sim.scenario.authority import contracts_of
from sim.scenario.condition import SupportDemand
from sim.scenario.context import MOST_SHOCKS
from sim.scenario.files import load
from sim.scenario.pathway import Pathways
from sim.scenario.units import DAY

SUPPORT, TROUBLE, CLOSING = range(3)
TYPES = [
    Type("support", steps=(Step(effort=3.0),)),
    Type("trouble", steps=(Step(effort=0.0),)),
    Type("closing", steps=(Step(effort=0.0),)),
]


def failing(cases, **given):
    """Contracts that fail from the first day; once sound, they stay so. Support takes 3 days."""
    model = toy.model(types=TYPES, cases=cases, years=0.2)
    settled = {
        "failing": 1.0,
        "feedback": True,
        "repairs": [1.0, 0.0, 0.0],
        "needs": [0, FAILING, FAILING],
        "closes": [False, False, True],
    }
    return with_condition(model, **{**settled, **given})


def opened(log):
    return [None if time == UNSET else time / DAY for time in log.cases.opened.tolist()]


# Worked out by hand


@engines
def test_what_needs_a_failing_contract_arises_until_it_is_repaired(run):
    """Support ends at 3.0, before any case that opens then: work ends first."""
    times = [1.0, 2.9, 3.0, 5.0]
    log = run(failing([Case(0), *(Case(time, TROUBLE) for time in times)]))
    assert opened(log) == [0, 1.0, 2.9, None, None]
    assert log.cases.outcome.tolist() == [CLOSED] * 3 + [NOT_OPENED] * 2


@engines
def test_without_repair_it_goes_on(run):
    log = run(failing([Case(0), Case(5, TROUBLE)], repairs=[0.0, 0.0, 0.0]))
    assert opened(log) == [0, 5]


@engines
def test_without_feedback_all_arises(run):
    log = run(failing([Case(0), Case(5, TROUBLE)], feedback=False))
    assert opened(log) == [0, 5]


@engines
def test_a_contract_fails_at_a_known_instant(run):
    """From the drawn instant on, and not a millisecond before; repaired in time, not at all."""
    model = failing([Case(60)] + [Case(0, TROUBLE)] * 2, failing=0.0, to_struggling=9, to_failing=8)
    uid = model.entities.uid[0].tolist()
    key = model.condition.key.tolist()
    struggles, fails = rules.decline(0, 0, 9.0 * DAY, 8.0 * DAY, 0.0, 0.0, *uid, *key)
    assert 0 < struggles < fails < model.clock.horizon
    opens = np.array([60 * DAY, fails - 1, fails])
    model = toy.changed(model, cases={"opens": opens, "due": opens})
    assert (run(model).cases.opened[1:] == [UNSET, fails]).all()
    earlier = opens - [60 * DAY - struggles, 0, 0]  # support ends 3 days after it struggles
    repaired = run(toy.changed(model, cases={"opens": earlier})).cases
    assert repaired.closed[0] == struggles + 3 * DAY < fails
    _, again = rules.decline(struggles + 3 * DAY, 1, 9.0 * DAY, 8.0 * DAY, 0, 0, *uid, *key)
    assert again > fails
    assert (repaired.opened[1:] == [UNSET, UNSET]).all()


@engines
def test_a_contract_closes_once_and_troubles_nobody_then(run):
    cases = [Case(time, CLOSING) for time in (2, 4)] + [Case(time, TROUBLE) for time in (1, 3)]
    model = failing(cases)
    log = run(model)
    assert opened(log) == [2, None, 1, None]
    table = measure(model, log)
    assert measured(table, "closures_unplanned") == 1
    assert measured(table, "contracts_failing_share") == 0


@engines
def test_a_case_that_does_not_arise_lets_its_successor_go(run):
    chain = [Case(3.5, TROUBLE), Case(1, SUPPORT, after=1), Case(1, SUPPORT, after=2, gap=2.0)]
    log = run(failing([Case(0), *chain]))
    assert opened(log) == [0, None, 3.5, 8.5]  # 3.5 and 3 of work, then a gap of 2


@engines
def test_what_does_not_arise_is_no_demand(run):
    model = failing([Case(0), Case(5, TROUBLE), Case(1, TROUBLE)])
    table = measure(model, run(model))
    assert measured(table, "activity_opened") == measured(table, "cases_opened") == 2
    assert measured(table, "cases_open") == 0
    backlog = table[(table["measure"] == "backlog_cases") & (table["period"] != "all")]
    assert backlog["value"].max() == 0


# From the scenario to the arrays


def with_support(**given):
    """A review each month of a contract that fails, with support after it; all take an hour."""
    document = plain_document(years=1.0)
    cycle = {"kind": "cycle", "contracts": ["gp"], "cycle_months": 1.0}
    document["pathways"] |= {
        "condition": {
            "struggling_per_year": 0.0,
            "failing_per_year": 0.0,
            "closing_per_year": 0.0,
            "failing_share": 1.0,
            "feedback": True,
            **given,
        },
        "case_types": {
            "review": query(demand=cycle, detect_share=1.0),
            "support": query(
                demand={"kind": "support", "after": ["review"]},
                repair_share=1.0,
                stages=[work(hours=75.0)],
            ),
        },
    }
    return document


def test_support_follows_what_is_found_and_the_next_review_waits_for_it():
    model = plain(with_support()).model()
    log = reference.run(model)
    names = np.array(model.types.names)[model.cases.case_type]
    order = np.lexsort((names, model.cases.ordinal))
    review, support = order[0:2:2][0], order[1]
    assert log.cases.opened[support] == log.cases.closed[review]
    following = np.flatnonzero(model.cases.after == support)
    assert names[following] == ["review"]
    assert log.cases.opened[following] == max(
        model.cases.opens[following], log.cases.closed[support]
    )
    arose = (names == "support") & (log.cases.outcome == CLOSED)
    assert arose.sum() == 1  # then the contract is sound, and nothing more is found
    assert (log.cases.outcome[names == "review"] == CLOSED).sum() >= 11
    table = measure(model, log)
    assert measured(table, "contracts_noticed") == measured(table, "contracts_repaired") == 1


def test_without_feedback_nothing_is_drawn_that_depends_on_the_condition():
    model = plain(with_support(feedback=False)).model()
    assert set(model.cases.case_type.tolist()) == {0}
    without = with_support()["pathways"]
    del without["condition"]
    without["case_types"]["review"].pop("detect_share")
    without["case_types"]["support"] |= {"demand": {"kind": "follows"}, "repair_share": 0.0}
    other = plain(plain_document(years=1.0) | {"pathways": without}).model()
    assert same(model.cases, other.cases)


def test_a_chain_keeps_its_order_whatever_is_found():
    document = with_support()
    document["pathways"]["case_types"]["review"]["detect_share"] = 0.5
    model = plain(document, contracts=20).model()
    cases = model.cases
    rows = np.flatnonzero(cases.after >= 0)
    assert (cases.after[rows] < rows).all()
    assert (cases.entity[cases.after[rows]] == cases.entity[rows]).all()
    support = np.flatnonzero(cases.case_type == 1)
    found = model.condition.detects.strikes(
        np.zeros(len(cases.entity), np.int16), model.entities.uid[cases.entity], cases.ordinal
    )
    assert sorted(cases.after[support]) == np.flatnonzero(found & (cases.case_type == 0)).tolist()
    assert 80 < len(support) < 160


def test_closing_cases_are_drawn_where_contracts_may_close():
    document = plain_document(years=10.0)
    document["pathways"]["case_types"]["closing"] = query(demand={"kind": "closing"})
    given = {"struggling_per_year": 1.0, "failing_per_year": 1.0, "closing_per_year": 2.0}
    document["pathways"]["condition"] = {**given, "feedback": True}
    model = plain(document, contracts=5).model()
    closing = model.cases.case_type == 1
    assert sorted(model.cases.opens[closing]) == sorted(model.condition.closing)
    log = reference.run(model)
    gone = int((log.cases.opened[closing] != UNSET).sum())
    assert 0 < gone == measured(measure(model, log), "closures_unplanned")


# Both engines, apart and together


def test_in_crowds():
    for seed in range(60):
        model = declining(crowd(seed), seed)
        log = reference.run(model)
        same(log, compiled.run(model))
        same(log, compiled.run(model, apart=False))


@pytest.mark.parametrize("seeds", [range(start, start + 20) for start in range(0, 60, 20)])
def test_down_rivers(seeds):
    for seed in seeds:
        model = declining(river(seed), seed, effects=seed % 3)
        log = reference.run(model)
        same(log, compiled.run(model, apart=False))
        same(log, compiled.run(model))


def test_what_down_rivers_does_not_arise_is_handed_on():
    """The test above is worth something: parts stay apart, and send on what does not arise."""
    parts, passed = 0, 0
    for seed in range(60):
        model = declining(river(seed), seed, effects=seed % 3)
        found, log = partition(model), compiled.run(model)
        after = model.cases.after
        here = (after >= 0) & (found.of_case != found.of_case[after])
        parts += len(found.flows) > 0
        passed += int((here & (log.cases.outcome[after] == NOT_OPENED)).sum())
    assert parts > 10
    assert passed > 5


def team(actor):
    return Step(actor=actor)


def teams(routes, needs, repairs, feedback=True, **parts):
    """Return who is in which part where each route belongs to a case type."""
    model = toy.model(
        types=[Type(steps=route) for route in routes],
        cases=[Case(type=number) for number in range(len(routes))],
        people=[Person(number) for number in range(3)],
        kinds=("a", "b", "c"),
        team_kinds=(0, 1, 2),
        **parts,
    )
    return partition(with_condition(model, needs=needs, repairs=repairs, feedback=feedback))


A, B, C = map(team, range(3))


def test_who_repairs_is_coupled_with_whom_it_spares_work():
    found = teams([(A,), (B,), (C,)], [0, STRUGGLING, 0], [1.0, 0.0, 0.0])
    assert found.of_team[0] == found.of_team[1] != found.of_team[2]


@pytest.mark.parametrize(
    ("needs", "repairs", "feedback"),
    [
        ([0, STRUGGLING, 0], [1.0, 0.0, 0.0], False),
        ([0, 0, 0], [1.0, 0.0, 0.0], True),
        ([0, STRUGGLING, 0], [0.0, 0.0, 0.0], True),
    ],
)
def test_otherwise_nobody_is(needs, repairs, feedback):
    assert teams([(A,), (B,), (C,)], needs, repairs, feedback).parts == 3


def test_whoever_may_end_a_repairing_case_is_coupled():
    found = teams([(A, B), (C,)], [0, FAILING], [1.0, 0.0])
    assert found.parts == 1


def test_contracts_of_other_teams_couple_nothing():
    apart = {"team_of": ((0, 0), (1, 1), (2, 2)), "entities": [Entity(), Entity()]}
    found = teams([(A,), (B,), (C,)], [0, STRUGGLING, 0], [1.0, 0.0, 0.0], **apart)
    assert found.of_team[0] == found.of_team[1] != found.of_team[2]


def test_a_committee_that_may_repair_is_coupled():
    decide = Step(kind=MEET, actor=0, role=-1, effort=0.0)
    found = teams(
        [(A, decide), (B,)],
        [0, STRUGGLING],
        [1.0, 0.0],
        committee_kinds=("panel",),
        committees=(0,),
    )
    assert found.of_team[0] == found.of_team[1] == found.of_committee[0]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(grid=False))
def test_measures_tell_of_as_many_closures_as_cases(world):
    model = world.model()
    given_ = model.condition
    assume(given_ is not None and given_.feedback and given_.closes.any())
    log = compiled.run(model)
    view = View(tallied(model, log))
    mine = (view.contracts & given_.applies)[model.cases.entity]
    arose = given_.closes[model.cases.case_type] & mine & (log.cases.opened != UNSET)
    assert int((spells(view, given_).ending == GONE).sum()) == int(arose.sum())


# What is refused


def refused(change):
    document = with_support()["pathways"]
    document["case_types"]["trouble"] = query()
    change(document)
    with pytest.raises(ValueError, match="found") as caught:
        Pathways.model_validate(document)
    return caught.value.errors()[0]["ctx"]


def trouble(**demand):
    return lambda d: d["case_types"]["trouble"]["demand"].update(demand)


def other_support(*after):
    return lambda d: d["case_types"]["trouble"].update(demand={"kind": "support", "after": after})


def both_close(document):
    for name in ("support", "trouble"):
        document["case_types"][name]["demand"] = {"kind": "closing"}


@pytest.mark.parametrize(
    ("change", "at", "expected"),
    [
        (
            trouble(needs="failing", per_contract_year={"dental": 1}),
            ("trouble", "demand", "per_contract_year", "dental"),
            "a type in condition.contracts: gp",
        ),
        (
            trouble(needs="failing", in_flight_months=1),
            ("trouble", "demand", "in_flight_months"),
            "0 for work that needs a condition",
        ),
        (other_support("nothing"), ("trouble", "demand", "after", 0), "detect_share: review"),
        (other_support("trouble"), ("trouble", "demand", "after", 0), "detect_share: review"),
        (other_support("review"), ("trouble", "demand", "after", 0), "support does not follow"),
        (both_close, ("trouble", "demand", "kind"), "one case type"),
    ],
)
def test_work_that_does_not_fit_the_condition_is_refused(change, at, expected):
    error = refused(change)
    assert error["at"] == ("case_types", *at)
    assert expected in error["expected"]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (trouble(needs="failing"), ("demand", "needs")),
        (
            lambda d: d["case_types"]["trouble"].update(demand={"kind": "closing"}),
            ("demand", "kind"),
        ),
    ],
)
def test_work_that_depends_on_the_condition_needs_one(change, at):
    def without(document):
        del document["condition"]
        document["case_types"] = {"trouble": document["case_types"]["trouble"]}
        change(document)

    assert refused(without)["at"] == ("case_types", "trouble", *at)


def test_contract_types_of_work_that_depends_on_the_condition():
    document = with_support(contracts=["dental", "gp"])["pathways"]
    document["case_types"]["trouble"] = query(demand={"kind": "closing"})
    pathways = Pathways.model_validate(document)
    assert contracts_of(pathways, "support") == ("gp",)
    assert contracts_of(pathways, "trouble") == ("dental", "gp")


def test_headline_scenarios_are_without_feedback():
    given = {name: load(name).scenario.pathways.condition for name in library.names()}
    assert [name for name, one in given.items() if one and one.feedback] == ["firefighting-2013"]


def test_a_model_without_condition_is_as_one_without_feedback():
    model = crowd(3)
    same(compiled.run(model), compiled.run(replace(declining(model, 3), condition=None)))


def test_there_is_room_for_the_numbers_of_support():
    most = ADDED + MOST_SHOCKS * IN_FLIGHT
    after = SupportDemand.model_fields["after"].metadata[1].max_length
    assert most <= 1 << AFTER
    assert (after << AFTER) <= 1 << 31
