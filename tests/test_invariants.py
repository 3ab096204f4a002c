"""What must hold in every run, on random small worlds with every mechanism."""

from operator import itemgetter

import numpy as np
import pytest
from audit import Audit
from audit_condition import Arising
from audit_records import COUNTS
from dispatch import Dispatch
from engines import RUNS
from hypothesis import HealthCheck, given, settings
from sameness import same
from worlds import worlds

from sim.engine.log import CLOSED, NOT_OPENED, OPEN, REFUSED_OUTCOME, UNSET

STATES = ("queue", "work", "committee", "outside", "handoff")

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def runs(test):
    """Run a test on many worlds; it is given a model and the log that every engine gives.

    What holds for a log holds for those that are the same to the bit.
    """

    # A parameter lets each test have worlds of its own where they are the same in every run.
    @pytest.mark.parametrize("engines", [[*RUNS.values()]], ids=[" and ".join(RUNS)])
    @examples
    @given(world=worlds())
    def wrapped(engines, world):
        model = world.model()
        log, *others = (run(model) for run in engines)
        assert all(same(log, other) for other in others)
        test(model, log)

    wrapped.__name__, wrapped.__doc__ = test.__name__, test.__doc__
    return wrapped


# The story of each case


@runs
def test_the_log_tells_the_story_that_its_packets_tell(model, log):
    audit = Audit(model, log)
    told = {name: [story.count[name] for story in audit.story] for name in COUNTS}
    told |= {
        name: [getattr(story, name) for story in audit.story]
        for name in ("closed", "outcome", "responded", "step")
    }
    for name, values in told.items():
        found = getattr(log.cases, name).tolist()
        wrong = [case for case, value in enumerate(values) if value != found[case]]
        assert not wrong, (name, wrong[0], values[wrong[0]], found[wrong[0]])
    sittings = sorted(audit.meetings.sittings, key=itemgetter(0, 1))
    expected = np.array(sittings, dtype=np.int64).reshape(-1, 8)
    found = np.stack(list(vars(log.meetings).values()), axis=1)
    assert found.tolist() == expected.tolist()


@runs
def test_elapsed_time_is_the_sum_of_its_parts(model, log):
    cases = log.cases
    end = np.where(cases.closed == UNSET, model.clock.horizon, cases.closed)
    elapsed = np.where(cases.opened == UNSET, 0, end - cases.opened)
    assert np.array_equal(sum(getattr(cases, state) for state in STATES), elapsed)
    assert all((getattr(cases, state) >= 0).all() for state in STATES)
    worked = log.work.case != UNSET
    packets = (log.work.end - log.work.start)[worked]
    total = np.zeros(len(cases.work), np.int64)
    np.add.at(total, log.work.case[worked], packets)
    assert np.array_equal(cases.work, total)


@runs
def test_every_case_is_closed_open_or_not_opened(model, log):
    cases = log.cases
    opened, closed = cases.opened != UNSET, cases.closed != UNSET
    assert np.array_equal(~opened, cases.outcome == NOT_OPENED)
    assert np.array_equal(closed, np.isin(cases.outcome, (CLOSED, REFUSED_OUTCOME)))
    assert np.array_equal(opened & ~closed, cases.outcome == OPEN)
    assert np.array_equal(cases.step != UNSET, cases.outcome == OPEN)
    assert (cases.closed[closed] >= cases.opened[closed]).all()
    assert (cases.closed < model.clock.horizon).all()
    assert (cases.opened < model.clock.horizon).all()


@runs
def test_a_case_opens_when_its_time_has_come_and_the_one_before_is_closed(model, log):
    cases, facts = model.cases, log.cases
    never, arising = model.clock.horizon, Arising(model, log)
    gone = arising.passed_over
    ends = np.where(gone, arising.turn, np.where(facts.closed == UNSET, never, facts.closed))
    before = ends[cases.after]
    turn = np.where(cases.gap >= 0, before + cases.gap, np.maximum(cases.opens, before))
    opens = np.where(cases.after < 0, cases.opens, np.where(before == never, never, turn))
    assert np.array_equal(facts.opened, np.where((opens < never) & ~gone, opens, UNSET))


@runs
def test_a_case_is_passed_over_only_if_its_contract_is_in_too_good_a_condition(model, log):
    arising = Arising(model, log)
    arising.check()
    needs = 0 * model.cases.case_type
    if model.condition is not None and model.condition.feedback:
        needs = model.condition.needs[model.cases.case_type]
    assert (needs[arising.passed_over] > 0).all()


@runs
def test_overload_loses_no_review(model, log):
    """Reviews due are done, open or still owed: an entity's cycle has no holes.

    A pause may put some off until after the horizon.
    """
    cases, facts = model.cases, log.cases
    due = cases.opens < model.clock.horizon
    after = np.flatnonzero((cases.after >= 0) & (cases.gap < 0) & due)
    owed = facts.outcome[after] == NOT_OPENED
    ended = (facts.closed != UNSET) | Arising(model, log).passed_over
    assert np.array_equal(owed, ~ended[cases.after[after]])
    assert (facts.opened[after][~owed] >= cases.due[after][~owed]).all()


@runs
def test_littles_law(model, log):
    """Time in the system, summed over cases, is the number in the system over time."""
    cases, horizon = log.cases, model.clock.horizon
    arrived = np.sort(cases.opened[cases.opened != UNSET])
    left = np.sort(cases.closed[cases.closed != UNSET])
    moments = np.unique(np.concatenate([arrived, left, [0, horizon]]))
    present = np.searchsorted(arrived, moments, "right") - np.searchsorted(left, moments, "right")
    assert (present >= 0).all()
    held = int((present[:-1] * np.diff(moments)).sum())
    assert held == sum(int(getattr(cases, state).sum()) for state in STATES)


# People


@runs
def test_nobody_works_two_things_and_nothing_is_worked_twice(model, log):
    for column in (log.work.staff, log.work.case):
        rows = np.flatnonzero(column != UNSET)
        order = rows[np.lexsort((log.work.start[rows], column[rows]))]
        same = np.diff(column[order]) == 0
        assert (log.work.start[order][1:] >= log.work.end[order][:-1])[same].all()
    assert (log.work.end > log.work.start).all()
    assert (log.work.end <= model.clock.horizon).all()


@runs
def test_work_begins_in_a_shift_after_time_owed_is_taken_back(model, log):
    dispatch = Dispatch(Audit(model, log))
    for person in range(len(model.staff.team)):
        duty = dispatch.duty(person)
        for start, _ in dispatch.busy(person):
            assert any(since <= start < until for since, until in duty)


@runs
def test_busy_time_is_accounted_for(model, log):
    """Work in shifts fits beside time taken back; the rest is overrun, owed until taken back."""
    work, staff = log.work, model.staff
    for person in range(len(staff.team)):
        first, last = staff.first_shift[person : person + 2]
        shifts = np.stack([staff.shift_start[first:last], staff.shift_end[first:last]], axis=1)
        rows = work.staff == person
        packets = rows & (work.case != UNSET)
        inside = within(work.start[packets], work.end[packets], shifts)
        busy = int((work.end - work.start)[packets].sum())
        owed = int((work.end - work.start)[rows & ~packets].sum())
        assert inside + owed <= (shifts[:, 1] - shifts[:, 0]).sum()
        assert owed <= busy - inside


def within(start, end, shifts):
    """Return how much of some intervals lies in shifts."""
    since = np.maximum(start[:, None], shifts[None, :, 0])
    until = np.minimum(end[:, None], shifts[None, :, 1])
    return int(np.maximum(until - since, 0).sum())


@runs
def test_overrun_is_taken_back_at_the_next_shifts(model, log):
    """Replay each person's debt: a shift that finds them free starts with what they owe.

    A successor owes nothing.
    """
    dispatch = Dispatch(Audit(model, log))
    work, staff = log.work, model.staff
    for person in range(len(staff.team)):
        rows = np.flatnonzero((work.staff == person) & (work.case == UNSET))
        taken = {int(work.start[row]): int(work.end[row] - work.start[row]) for row in rows}
        busy, debt, left = dispatch.busy(person), 0, None
        first, last = staff.first_shift[person : person + 2]
        for shift in range(first, last):
            start, end = int(staff.shift_start[shift]), int(staff.shift_end[shift])
            if left is not None:
                debt += sum(min(e, start) - max(s, left) for s, e in busy if e > left and s < start)
            working = any(s < start <= e for s, e in busy)
            same = shift == first or staff.shift_since[shift] == staff.shift_since[shift - 1]
            debt = debt if same else 0
            expected = 0 if working else min(debt, end - start)
            assert taken.pop(start, 0) == expected
            debt, left = debt - expected, end
        assert not taken


# Dispatch


@runs
def test_nobody_is_idle_who_may_do_work_that_waits(model, log):
    assert Dispatch(Audit(model, log)).idle_beside_work() == []


@runs
def test_the_first_in_the_queue_is_taken_first(model, log):
    assert Dispatch(Audit(model, log)).out_of_turn() == []


# Committees


@runs
def test_meetings_keep_to_agenda_and_quorum(model, log):
    met, every = log.meetings, model.committees
    assert (met.considered <= every.agenda[met.committee]).all()
    assert (met.considered <= met.waiting).all()
    assert (met.considered[met.quorate == 0] == 0).all()
    full = np.minimum(met.waiting, every.agenda[met.committee])
    assert np.array_equal(met.considered, np.where(met.quorate == 1, full, 0))
    assert (met.decided + met.no_quorum <= met.considered).all()
    deferred = int((met.considered - met.decided).sum())
    assert deferred == log.cases.deferrals.sum()
    assert int(met.considered.sum()) == log.cases.meetings.sum()
    assert int(met.recusals.sum()) == log.cases.recusals.sum()
    held = [
        np.arange(first, last)[every.meeting[first:last] < model.clock.horizon]
        for first, last in zip(every.first_meeting[:-1], every.first_meeting[1:], strict=True)
    ]
    assert np.array_equal(met.time, every.meeting[np.concatenate([[], *held]).astype(int)])
