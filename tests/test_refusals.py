"""Refusals: an arrangement may refuse more, or less, than the pathway says; the luck is common."""

import numpy as np
import pytest
from engines import engines
from plain import plain, plain_document, query, work
from sameness import same
from test_contexts import mine  # noqa: F401 - a fixture
from worlds import NAME, copied

from sim.engine.log import REFUSED_OUTCOME
from sim.model.arrays import BRANCH, REFUSED
from sim.model.build import build
from sim.scenario.differences import differences
from sim.scenario.errors import ScenarioError
from sim.scenario.files import load
from sim.scenario.pathway import MOST_JUMPS, CaseType

DECISION = {
    "kind": "decide",
    "name": "decision",
    "hours": 0.1,
    "paper_hours": 1.0,
    "by": {"officer": 1.0},
    "refuse_share": 0.3,
}


def world(**shares):
    """Return one officer, 40 contracts, and arrangements that refuse as they say."""
    document = plain_document(officers=8, years=0.5)
    stages = [DECISION, work("notify", 0.1)]
    document["pathways"]["case_types"] = {"application": query(stages=stages)}
    ours = document["arrangements"][NAME]
    for name, share in shares.items():
        refusing = {} if share is None else {"application": {"decision": share}}
        document["arrangements"][name] = {**copied(ours), "refuse_share": refusing}
    return plain(document, 40)


def refused(run, world, name):
    model = build(world.scenario, world.estate, name, "usual", 0)
    log = run(model)
    closed = log.cases.closed >= 0
    return log.cases.outcome == REFUSED_OUTCOME, closed


@engines
def test_who_refuses_more_refuses_the_same_cases_and_others(run):
    """2,000 applications: of those decided 20% and 30%, within four standard errors."""
    here = world(few=0.2, many=None)
    few, closed = refused(run, here, "few")
    many, _ = refused(run, here, "many")
    assert closed.sum() > 1_900
    assert few.sum() / closed.sum() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 1_900))
    assert many.sum() / closed.sum() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 1_900))
    assert (many | ~few).all(), "refused by the lenient: refused by the strict"


@engines
def test_all_and_none_are_refused(run):
    here = world(none=0.0, every=1.0)
    assert not refused(run, here, "none")[0].any()
    every, closed = refused(run, here, "every")
    assert np.array_equal(every, closed)


@engines
def test_saying_what_the_pathway_says_changes_nothing(run):
    here = world(silent=None, same=0.3)
    silent, said = (
        build(here.scenario, here.estate, name, "usual", 0) for name in ("silent", "same")
    )
    assert same(silent, said)
    assert same(run(silent), run(said))


def test_where_nobody_refuses_there_is_nothing_to_draw():
    model = build(*_parts(world(none=0.0)), "none", "usual", 0)
    assert not (model.steps.kind == BRANCH).any()
    model = build(*_parts(world(some=0.1)), "some", "usual", 0)
    [step] = np.flatnonzero(model.steps.kind == BRANCH)
    assert model.steps.target[step] == REFUSED
    assert model.steps.share[step] == 0.1


def _parts(world):
    return world.scenario, world.estate


REFUSAL = """
[arrangements.central.refuse_share.list_closure]
decision = 0.25
"""


@pytest.mark.parametrize(
    ("wrong", "found", "close"),
    [
        (("list_closure", "list_closur"), '"list_closur"', "list_closure"),
        (("decision", "decison"), '"decison"', "decision"),
        (("decision", "assess"), '"assess"', ""),
        (("list_closure", "practice_query"), '"decision"', ""),
    ],
)
def test_what_decides_nothing_cannot_refuse(mine, wrong, found, close):  # noqa: F811
    with pytest.raises(ScenarioError) as caught:
        mine(REFUSAL.replace(*wrong))
    [fault] = caught.value.faults
    assert fault.found == found
    assert fault.nearest == close or not close
    assert fault.key.startswith("arrangements.central.refuse_share")


def test_a_share_beyond_one_is_refused(mine):  # noqa: F811
    with pytest.raises(ScenarioError, match="between 0 and 1"):
        mine(REFUSAL.replace("0.25", "1.25"))


def test_the_difference_is_told_with_its_number(mine, tmp_path):  # noqa: F811
    plain_one, refusing = load("one-area-2013"), mine(REFUSAL)
    told = [line for line in differences(plain_one, refusing) if "refuse share" in line]
    [line] = told
    assert line.startswith("central: refuse share list closure is added")
    assert "0.25" in line
    other = load(
        tmp_path / "mine.toml", ["arrangements.central.refuse_share.list_closure.decision=0.4"]
    )
    [line] = [one for one in differences(refusing, other) if "refuse share" in one]
    assert "goes from 0.25 to 0.4" in line


def test_decisions_count_among_the_stages_that_may_jump():
    """An arrangement may refuse at any of them, and an engine counts only so many."""
    stages = [{**DECISION, "name": f"d{n}", "refuse_share": 0} for n in range(MOST_JUMPS)]
    CaseType.model_validate(query(stages=stages))
    with pytest.raises(ValueError, match="17 stages that branch or decide"):
        CaseType.model_validate(query(stages=[*stages, DECISION]))
