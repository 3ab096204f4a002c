"""Parts that hand cases on to others: the same results as in one calendar."""

from dataclasses import replace

import numpy as np
import pytest
import toy
from hypothesis import HealthCheck, assume, given, settings
from rivers import river
from sameness import differences, same
from worlds import NAME, worlds

from sim.engine import compiled, partition, reference
from sim.engine.kernel import layout as at
from sim.engine.kernel import post
from sim.engine.stream import Keep

FOUND_OUT = (54, 168, 256, 450, 455, 622)
"""Seeds of rivers that found out how cascades must be put in order."""


def upwards(document):
    """Let cases go up the tiers only, from places to areas to the nation, and to their committees.

    Cycles belong to the nation, but for first reviews, which places do.
    """
    ours = document["arrangements"][NAME]
    ours.pop("referral", None)
    team = next(iter(ours["teams"].values()))
    ours["teams"] = {tier: {**team, "tier": tier} for tier in ("place", "area", "nation")}
    panels = {"nation": "officer", "area": "officer"}
    for tier, panel in zip(panels, ours["committees"], strict=False):
        ours["committees"][panel]["tier"] = tier
        panels[tier] = panel
    nation = {"team": "nation", "decides": panels["nation"]}
    ours["authority"] = [
        {"team": "place", "decides": "officer"},
        {"team": "area", "decides": panels["area"], "stages": ["stage 1", "stage 2"]},
        {**nation, "stages": ["stage 3", "stage 4", "stage 5"]},
    ]
    for name, case_type in document["pathways"]["case_types"].items():
        kind = case_type["demand"]["kind"]
        if kind in ("cycle", "follows"):
            who = nation if kind == "cycle" else {"team": "place", "decides": "officer"}
            ours["authority"].append({**who, "cases": [name]})
        for stage, lowest in zip(case_type["stages"], (0, 1, 1, 3, 3, 3), strict=False):
            if stage["kind"] == "branch" and stage["to"] != "end":
                stage["to"] = f"stage {max(lowest, int(stage['to'].split()[1]))}"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(upwards))
def test_in_random_worlds_where_cases_go_up_the_tiers(world):
    model = world.model()
    assume(len(partition.partition(model).flows))
    log = reference.run(model)
    same(log, compiled.run(model))
    same(log, compiled.run(model, apart=False))


@pytest.mark.parametrize("seeds", [range(start, start + 40) for start in range(0, 200, 40)])
def test_on_a_coarse_grid_where_much_takes_no_time(seeds):
    for seed in seeds:
        model = river(seed)
        assert len(partition.partition(model).flows) > 1
        same(compiled.run(model, apart=False), compiled.run(model))


@pytest.mark.parametrize("seed", [*range(5), *FOUND_OUT])
def test_as_the_reference_does(seed):
    model = river(seed)
    same(reference.run(model), compiled.run(model))


def test_where_tie_marks_tie_as_well():
    for seed in range(40):
        model = river(seed)
        model = replace(model, cases=replace(model.cases, mark=model.cases.mark % 2))
        same(compiled.run(model, apart=False), compiled.run(model))


def test_with_little_room_for_what_is_sent():
    for seed in (*range(5), *FOUND_OUT):
        model = river(seed)
        log = Keep(model)
        compiled.simulate(compiled.prepare(model), log, piece=2)
        same(compiled.run(model, apart=False), log.log())


def test_successors_and_cases_are_handed_on(monkeypatch):
    meanings = []
    order = post.in_order

    def spy(rows):
        meanings.extend(rows[:, at.MEANING])
        return order(rows)

    monkeypatch.setattr(post, "in_order", spy)
    for seed in range(30):
        compiled.run(river(seed))
    assert at.A_CASE in meanings
    assert at.A_CAUSE in meanings  # a cascade
    assert max(meanings) >= 0  # a successor


# The tests above can fail


def by_sending(rows):
    """Of the events of an instant, that which was sent first comes first."""
    rows = rows[rows[:, at.MEANING] != at.A_CAUSE]
    return rows[np.argsort(rows[:, at.TIME], kind="stable")]


def without_cascades(rows):
    """Every event comes at its own rank, although others may have set it off."""
    rows = rows[rows[:, at.MEANING] != at.A_CAUSE]
    return rows[np.lexsort((rows[:, at.KEY_OF], rows[:, at.CLASS], rows[:, at.TIME]))]


@pytest.mark.parametrize("wrong", [by_sending, without_cascades])
def test_a_wrong_order_is_found_out(monkeypatch, wrong):
    monkeypatch.setattr(post, "in_order", wrong)
    models = map(river, range(60))
    assert any([*differences(compiled.run(m, apart=False), compiled.run(m))] for m in models)


@pytest.mark.parametrize("missing", [(0, 1), (1, 0)])
def test_a_missing_coupling_is_found_out(monkeypatch, missing):
    """Two teams send cases to and fro, and the partition does not know one of the ways."""
    edges = partition.Ways.edges

    def fewer(ways):
        pairs = np.column_stack(edges(ways))
        return tuple(pairs[(pairs != missing).any(axis=1)].T)

    steps = tuple(toy.Step(actor=team) for team in (0, 1, 0))
    people = [toy.Person(0), toy.Person(1)]
    model = toy.model(
        types=[toy.Type(steps=steps)], people=people, kinds=("a", "b"), team_kinds=(0, 1)
    )
    same(compiled.run(model, apart=False), compiled.run(model))
    monkeypatch.setattr(partition.Ways, "edges", fewer)
    with pytest.raises(RuntimeError, match="no flow leads"):
        compiled.run(model)


# The order of what is sent


def sending(time, *events, part=1):
    """Return the rows of one sending: an instant, and the class and key of each event."""
    rows = np.zeros((len(events), at.SENT_COLUMNS), np.int64)
    rows[:, at.TIME], rows[:, at.MEANING], rows[:, at.S_PART] = time, at.A_CAUSE, part
    rows[:, [at.CLASS, at.KEY_OF]] = events
    rows[-1, at.MEANING] = at.A_CASE
    return rows


def ordered(*sendings):
    """Return instant, class and key of what is received; class -1 for what comes at once."""
    rows = post.in_order(np.concatenate(sendings))
    rows[rows[:, at.CLASS] < 0, at.CLASS] = -1
    return rows[:, [at.TIME, at.CLASS, at.KEY_OF]].tolist()


def test_sendings_come_by_instant_class_and_key():
    rows = ordered(sending(9, (1, 1)), sending(5, (3, 2)), sending(5, (2, 8)), sending(5, (2, 4)))
    assert rows == [[5, 2, 4], [5, 2, 8], [5, 3, 2], [9, 1, 1]]


def test_a_cascade_comes_at_the_place_of_its_first_event():
    rows = ordered(sending(5, (4, 1), (2, 9)), sending(5, (3, 1)))
    assert rows == [[5, 3, 1], [5, 4, 1], [5, 2, 9]]


def test_events_of_one_cascade_come_by_rank_and_once():
    rows = ordered(sending(5, (4, 1), (2, 9)), sending(5, (4, 1), (2, 3)), sending(5, (4, 1)))
    assert rows == [[5, 4, 1], [5, 2, 3], [5, 2, 9]]


def test_further_effects_of_one_event_come_at_once():
    rows = ordered(sending(5, (4, 1)), sending(5, (4, 2)), sending(5, (4, 1)))
    assert rows == [[5, 4, 1], [5, -1, 1], [5, 4, 2]]


def test_the_same_event_at_another_instant_is_another():
    assert ordered(sending(6, (4, 1)), sending(5, (4, 1))) == [[5, 4, 1], [6, 4, 1]]
