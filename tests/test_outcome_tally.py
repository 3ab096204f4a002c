"""The tally: any order and any pieces give the same table; sums are what the log says."""

import functools
import itertools
import sys

import numpy as np
import pytest
import toy
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import reference
from sim.engine.log import OPEN, UNSET
from sim.engine.stream import feed
from sim.model.build import build
from sim.outcomes import timesheet
from sim.outcomes.casebook import ANY, COHORT, OPENED, SINCE_WARM_UP, SUMMED
from sim.outcomes.dates import Windows
from sim.outcomes.jit import fast
from sim.outcomes.measures import measure, measured
from sim.outcomes.tally import Tally, tallied
from sim.outcomes.timesheet import book, period_edges, share
from sim.outcomes.view import View
from sim.scenario import estates
from sim.scenario.files import load

SHORT = ("run.years=0.7", "run.warm_up_months=1.3")


@pytest.fixture(scope="module")
def run():
    """Some months of one area after a warm-up, with its measures."""
    scenario = load("one-area-2013", SHORT).scenario
    estate = estates.build(scenario.estate)
    model = build(scenario, estate, "central", next(iter(scenario.contexts)), 0)
    log = reference.run(model)
    return model, log, measure(model, log)


class Shuffled:
    """A sink in front of another: hands rows on in any order and pieces, in one buffer."""

    def __init__(self, sink, seed):
        self.sink, self.random = sink, np.random.default_rng(seed)

    def hand_on(self, rows, take):
        rows = rows[self.random.permutation(len(rows))]
        while len(rows):
            size = int(self.random.integers(1, 2000))
            buffer = rows[:size].copy()
            take(buffer)
            buffer[:] = -77  # an engine uses its rows again
            rows = rows[size:]

    def cases(self, rows):
        self.hand_on(rows, self.sink.cases)

    def work(self, rows):
        self.hand_on(rows, self.sink.work)

    def meetings(self, rows):
        self.hand_on(rows, self.sink.meetings)


class Held:
    """A sink that holds rows back."""

    def __init__(self):
        self.rows = {}
        self.cases, self.work, self.meetings = (
            functools.partial(self.rows.__setitem__, name) for name in ("cases", "work", "meetings")
        )


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_order_and_pieces_do_not_change_a_bit(run, seed):
    model, log, table = run
    tally = Tally(model)
    feed(log, Shuffled(tally, seed))
    assert measured(tally).equals(table)


def test_packets_may_come_before_the_cases(run):
    model, log, table = run
    tally, held = Tally(model), Held()
    feed(log, held)
    for name in ("meetings", "work", "cases"):
        getattr(tally, name)(held.rows[name])
    assert measured(tally).equals(table)


@pytest.mark.parametrize("column", SUMMED)
def test_sums_by_case_type_are_those_of_the_log(run, column):
    model, log, _ = run
    tally = tallied(model, log)
    view = View(tally)
    late = log.cases.opened >= model.warm_up
    assert 0 < (view.is_opened & ~late).sum() < view.is_opened.sum()
    opened = view.counted & view.is_opened
    levels = {
        OPENED: opened,
        SINCE_WARM_UP: opened & late,
        COHORT: view.cohort & view.is_opened,
        ANY: np.ones(len(late), dtype=bool),
    }
    values = getattr(log.cases, column)
    for level, mask in levels.items():
        by_type = [
            values[mask & (model.cases.case_type == t)].sum() for t in range(len(model.types.names))
        ]
        assert tally.total(column, level).tolist() == [*by_type, values[mask].sum()]


def test_what_is_kept_of_open_cases_is_what_the_log_says(run):
    model, log, _ = run
    number, step, left = tallied(model, log).still_open().T
    assert number.tolist() == np.flatnonzero(log.cases.outcome == OPEN).tolist()
    assert (step == log.cases.step[number]).all()
    assert (left == log.cases.left[number]).all()
    assert len(number) > 0


def test_little_is_kept_of_a_case(run):
    model, log, _ = run
    tally = tallied(model, log)
    held = vars(tally).values()
    per_case = [array for array in held if isinstance(array, np.ndarray) and len(array) > 999]
    assert sum(array.nbytes for array in per_case) / len(log.cases.opened) < 50


# The timesheet, against a count of every millisecond


PIECES = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), max_size=6)


def in_a_row(pieces):
    """Turn (gap, length) into stretches one after the other."""
    ends = np.cumsum([gap + length for gap, length in pieces], dtype=np.int64)
    return [(int(end) - length, int(end)) for end, (_, length) in zip(ends, pieces, strict=True)]


@st.composite
def sheets(draw):
    """The arguments of ``book`` for three people in two pools and six cases."""
    shifts = [in_a_row(draw(PIECES)) for _ in range(3)]
    work = [
        (person, draw(st.integers(UNSET, 5)), 0, start, end, draw(st.integers(0, end - start)))
        for person in range(3)
        for start, end in in_a_row(draw(PIECES))
    ]
    edges = sorted({0, *draw(st.sets(st.integers(1, 40), min_size=1, max_size=3))})
    flat = np.array([shift for mine in shifts for shift in mine], np.int64).reshape(-1, 2)
    first = np.cumsum([0, *(len(mine) for mine in shifts)])
    return {
        "rows": np.array(draw(st.permutations(work)), np.int64).reshape(-1, 6),
        "counted": np.array(draw(st.lists(st.booleans(), min_size=6, max_size=6))),
        "pool": np.array([0, 1, 1]),
        "first": first,
        "begins": flat[:, 0].copy(),
        "ends": flat[:, 1].copy(),
        "place": first[:-1].copy(),
        "edges": np.array(edges),
    }


def booked(sheet, by):
    total = np.zeros((len(sheet["edges"]) - 1, 2, len(timesheet.USES)), np.int64)
    by(*(part.copy() for part in sheet.values()), total)
    return total


def counted_one_by_one(sheet):
    """Every use but travel, looked up for each millisecond of each packet."""
    total = np.zeros((len(sheet["edges"]) - 1, 2, len(timesheet.USES)), np.int64)
    for person, case, _, start, end, _ in sheet["rows"]:
        mine = slice(*sheet["first"][person : person + 2])
        for now in range(start, min(end, sheet["edges"][-1])):
            inside = ((sheet["begins"][mine] <= now) & (now < sheet["ends"][mine])).any()
            period = np.searchsorted(sheet["edges"], now, side="right") - 1
            sums = total[period, sheet["pool"][person]]
            area = case != UNSET and sheet["counted"][case]
            sums[timesheet.BACK] += case == UNSET and inside
            sums[timesheet.BUSY] += case != UNSET
            sums[timesheet.LATE] += case != UNSET and not inside
            sums[timesheet.INSIDE] += area
            sums[timesheet.INSIDE_LATE] += area and not inside
    return total


@settings(deadline=None)
@given(sheets())
def test_hours_are_those_of_every_millisecond(sheet):
    found, expected = booked(sheet, book), counted_one_by_one(sheet)
    travel = found[:, :, timesheet.INSIDE_TRAVEL].copy()
    found[:, :, timesheet.INSIDE_TRAVEL] = 0
    assert (found == expected).all()
    assert (travel <= found[:, :, timesheet.INSIDE]).all()


@settings(deadline=None)
@given(sheets())
def test_compiled_and_plain_give_the_same_hours(sheet):
    assert (booked(sheet, fast(book, timesheet.SIGNATURE)) == booked(sheet, book)).all()


def test_without_a_compiler_the_same_function_runs_as_it_stands(monkeypatch):
    monkeypatch.setitem(sys.modules, "sim.engine.kernel.jit", None)
    assert fast.__wrapped__(book, timesheet.SIGNATURE) is book


@given(st.integers(0, 10**8), st.sets(st.integers(0, 10**8), min_size=2, max_size=6))
def test_shares_of_travel_add_up(travel, instants):
    at = sorted(instants)
    parts = [share(travel, at[0], at[-1], a, b) for a, b in itertools.pairwise(at)]
    assert sum(parts) == travel
    assert all(part >= 0 for part in parts)


def test_periods_begin_with_the_run():
    assert period_edges(Windows(("year 1",), np.array([0, 9]))).tolist() == [0, 9]
    assert period_edges(Windows(("year 2",), np.array([4, 9]))).tolist() == [0, 4, 9]


def test_the_whole_run_is_more_than_what_is_after_the_warm_up():
    model = toy.model(warm_up=265)
    sheet = tallied(model, toy.log(model, [None], packets=[(0, 0, 200.0, 300.0)])).timesheet
    assert sheet.total[:, 0, timesheet.BUSY].tolist() == [toy.ms(65.0), toy.ms(35.0)]
