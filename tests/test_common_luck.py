"""Common random numbers: what is drawn follows from its address, and nothing else moves it."""

import numpy as np
from drawn_arrangements import arrangements
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain import query
from worlds import NAME, copied, from_the_first_day, worlds

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NEVER_DEPENDS = ("opens", "due", "gap", "initial", "mark")
"""What a case brings with it in every arrangement."""


def drawn(model, columns, only_inside=True):
    """Return what was drawn for each case, by contract, case type and ordinal."""
    cases = model.cases
    rows = np.flatnonzero(~cases.background) if only_inside else np.arange(len(cases.entity))
    names = np.array(model.types.names, dtype=object)[cases.case_type]
    uid = model.entities.uid[cases.entity]
    found = {}
    for row in rows:
        key = (*uid[row].tolist(), names[row], int(cases.ordinal[row]))
        assert key not in found
        found[key] = [getattr(cases, column)[row].item() for column in columns]
    return found


@examples
@given(world=worlds())
def test_another_case_type_moves_no_other_draw(world):
    def added(document):
        types = document["pathways"]["case_types"]
        extra = query(stages=[{"kind": "wait", "name": "wait", "calendar_days": 1}])
        document["pathways"]["case_types"] = {"extra": extra, **types}

    columns = (*NEVER_DEPENDS, "factor", "visit", "priority")
    before = drawn(world.model(), columns, only_inside=False)
    after = drawn(world.changed(added).model(), columns, only_inside=False)
    assert {key: row for key, row in after.items() if key[2] != "extra"} == before


@examples
@given(world=worlds(grid=False))
def test_another_mechanism_moves_no_other_draw(world):
    """People keep their shifts and tie marks, and cases their effort, when rules are added."""

    def added(document):
        ours = document["arrangements"][NAME]
        ours["knowledge"] = {"unknown_effort_multiplier": 1.5, "retained_share": 0.5}
        ours["dispatch"] = {"mode": "portfolio"}
        ours["handoffs"] = {"delay_working_days": 1.0}

    before, after = world.model(), world.changed(added).model()
    for part in ("cases", "staff", "committees", "steps"):
        for name, column in vars(getattr(before, part)).items():
            assert np.array_equal(column, getattr(getattr(after, part), name)), (part, name)


@examples
@given(world=worlds(grid=False), data=st.data())
def test_demand_never_depends_on_the_arrangement(world, data):
    """Any other arrangement meets the same cases inside the area, at the same times."""
    document = copied(world.document)
    types = document["pathways"]["case_types"]
    roles = tuple(document["arrangements"][NAME]["workforce"]["roles"])
    other = data.draw(arrangements(roles, [*types]))

    def replaced(changing):
        changing["arrangements"][NAME] = other

    ours, theirs = world.model(), world.changed(replaced).model()
    assert drawn(ours, NEVER_DEPENDS) == drawn(theirs, NEVER_DEPENDS)


@examples
@given(world=worlds(grid=False))
def test_more_staff_leave_those_who_are_there_alone(world):
    """A person keeps name, tie mark and shifts when colleagues join.

    Unless they share the work of keeping the body going: then each has more time for cases.
    """

    def whole(document):
        from_the_first_day(document)
        document["arrangements"][NAME].pop("governance", None)
        for team in document["arrangements"][NAME]["teams"].values():
            team["sized_by"] = "equal"
            team["mix"] = {next(iter(team["mix"])): 1.0}
            team["wte"] = 2.0
        document["contexts"]["usual"] = {}

    def more(document):
        whole(document)
        for team in document["arrangements"][NAME]["teams"].values():
            team["wte"] = 4.0

    def shifts(model):
        staff = model.staff
        edges = zip(staff.first_shift[:-1], staff.first_shift[1:], strict=True)
        return {
            mark: [*zip(staff.shift_start[a:b], staff.shift_end[a:b], strict=True)]
            for mark, (a, b) in zip(staff.mark.tolist(), edges, strict=True)
        }

    few, many = shifts(world.changed(whole).model()), shifts(world.changed(more).model())
    assert len(many) == 2 * len(few)
    assert few == {mark: many[mark] for mark in few}
