"""Which mechanisms really occurred in a run: random worlds are only worth what they reach."""

import numpy as np
from audit_condition import Arising

from sim.engine.log import CLOSED, OPEN, REFUSED_OUTCOME, UNSET, Log
from sim.model.arrays import DESK, IF_VISIT, NEVER, NO_TRAVEL, VIRTUAL, WORK, Model
from sim.model.routes import ENTITY_KINDS
from sim.model.shocks import ADDED
from sim.model.thinned import AFTER
from sim.model.writer import AGREEMENT, COORDINATION, INFORMATION, PEERS, REFERRAL
from sim.scenario.units import DAY


def occurred(model: Model, log: Log) -> dict[str, bool]:
    """Say of each mechanism whether this run shows it at work."""
    parts = (_cases, _work, _meetings, _detours)
    found = {name: seen for part in parts for name, seen in part(model, log).items()}
    return {name: bool(np.any(seen)) for name, seen in found.items()}


def _cases(model: Model, log: Log) -> dict[str, object]:
    cases, facts, steps = model.cases, log.cases, model.steps
    opened = facts.opened != UNSET
    chained = opened & (cases.after >= 0)
    closed_late = facts.closed[cases.after] > cases.opens
    names = np.array(model.types.names)[cases.case_type]
    visits = np.append(0, np.cumsum(steps.visit == IF_VISIT))
    seen_there = np.diff(visits[steps.first]) > 0
    return {
        "background work": cases.background & opened,
        "initial backlog": cases.initial & opened,
        "area work": opened & (model.entities.kind[cases.entity] == 4),
        "next of a cycle": chained & (cases.gap < 0),
        "review owed while one is open": chained & (cases.gap < 0) & closed_late,
        "gap after closing": chained & (cases.gap >= 0),
        "stock-take": opened & model.types.is_once[cases.case_type],
        "first review": opened & np.char.startswith(names, "dust-off"),
        "rework or short cut": facts.jumps,
        "refused": facts.outcome == REFUSED_OUTCOME,
        "open at the horizon": facts.outcome == OPEN,
        "stopped during a packet": facts.left * (log.cases.outcome == OPEN) * facts.effort,
        "hand-off": facts.crossings,
        "hand-off delay": facts.handoff,
        "outside wait": facts.outside,
        "relearning": facts.relearn,
        "travel": facts.travel,
        "virtual visit": (cases.visit == VIRTUAL) & opened,
        "desk review": seen_there[cases.route] & (cases.visit == DESK) & opened,
        "added by a shock": (cases.ordinal >= ADDED) & (cases.ordinal < 1 << AFTER) & opened,
        "needs no work": (cases.factor == 0) & opened,
        **_condition(model, log),
        "wanes in knowledge": model.rules.unknown_extra * (model.teams.known_at != NEVER),
    }


def _condition(model: Model, log: Log) -> dict[str, object]:
    given, cases, opened = model.condition, model.cases, log.cases.opened != UNSET
    names = ("closing", "support", "struggling", "failing")
    kind = np.array(model.types.names)[cases.case_type]
    found: dict[str, object] = {name: (kind == name) & opened for name in names}
    arising = Arising(model, log)
    repaired = given is not None and given.feedback and any(arising.repairs.values())
    waiting = (cases.after >= 0) & (kind[cases.after] == "support")
    return {
        **found,
        "condition without feedback": given is not None and not given.feedback,
        "passed over": arising.passed_over,
        "next after support": waiting & opened & opened[cases.after],
        "next after support that did not arise": waiting & opened & ~opened[cases.after],
        "repaired": repaired,
    }


def _work(model: Model, log: Log) -> dict[str, object]:
    work, staff, steps = log.work, model.staff, model.steps
    rows = work.case != UNSET
    who, case, step = work.staff[rows], work.case[rows], work.step[rows]
    start, end = work.start[rows], work.end[rows]
    role, team = steps.role[step], staff.team[who]
    named = model.teams.named[model.teams.kind[team], role, model.cases.entity[case]]
    again = (case[1:] == case[:-1]) & (step[1:] == step[:-1]) & (who[1:] == who[:-1])
    order = np.lexsort((start, case))
    back = (np.diff(case[order]) == 0) & (np.diff(step[order]) < 0)
    return {
        "time owed": ~rows,
        "overrun": _overruns(model, who, end),
        "several packets": again,
        "several packets in a row": again & (start[1:] == end[:-1]),
        "long visit": (steps.visit[step] != NO_TRAVEL) & (end - start > model.clock.packet),
        "work through a night": end - start > DAY,
        "named officer": model.rules.portfolio & (named == who),
        "fallback": model.rules.portfolio & (named >= 0) & (named != who),
        "substitution": staff.role[who] != role,
        "work sent back": back,
        "vacancy": model.staff.vacant_end - model.staff.vacant_start,
        "work of a joiner": _since(model, who, start) != NEVER,
        "slow joiner": _since(model, who, start, "shift_effort") > 1.0,
        "packet of a leaver that a joiner ends": _since(model, who, start)
        != _since(model, who, end - 1),
        "ties": len(np.unique(start)) < 0.9 * len(start),
        "waiting": log.cases.queue,
        "closed": log.cases.outcome == CLOSED,
    }


def _since(model: Model, who: np.ndarray, time: np.ndarray, column: str = "shift_since"):
    """Return a column of the latest shift of each person at a time."""
    staff = model.staff
    edges = zip(staff.first_shift[who], staff.first_shift[who + 1], time, strict=True)
    shift = [
        first + np.searchsorted(staff.shift_start[first:last], at, side="right") - 1
        for first, last, at in edges
    ]
    return getattr(staff, column)[np.array(shift, dtype=np.int64)]


def _overruns(model: Model, who: np.ndarray, end: np.ndarray) -> list[bool]:
    """Say of each packet whether it ended after the shift in which it began."""
    staff = model.staff

    def overran(person: int, time: int) -> bool:
        first, last = staff.first_shift[person : person + 2]
        place = np.searchsorted(staff.shift_start[first:last], time, side="left") - 1
        return bool(place < 0 or staff.shift_end[first + place] < time)

    return [overran(person, time) for person, time in zip(who, end, strict=True)]


def _meetings(model: Model, log: Log) -> dict[str, object]:
    met, every = log.meetings, model.committees
    kind = every.kind[met.committee]
    sent_back = met.considered - met.decided - met.no_quorum
    conflicted = every.conflict[:, model.cases.case_type] == 1.0
    hopeless = conflicted & (every.quorum_gp > 0)[:, None]
    return {
        "decision": met.decided,
        "recusal": met.recusals,
        "item without quorum": met.no_quorum,
        "meeting without quorum": met.quorate == 0,
        "item sent back": sent_back,
        "full agenda": (met.waiting > met.considered) & (met.quorate == 1),
        "deadline": every.deadline[kind] * met.decided,
        "co-opted": hopeless.all(axis=0) & (log.cases.meetings > 0) & (log.cases.closed != UNSET)
        if len(every.kinds)
        else False,
    }


def _detours(model: Model, log: Log) -> dict[str, object]:
    cases, steps, work = model.cases, model.steps, log.work
    opened = log.cases.opened != UNSET
    variant = cases.route >= len(model.types.names) * len(ENTITY_KINDS)
    rows = work.case != UNSET
    stages = zip(cases.case_type[work.case[rows]], steps.stage[work.step[rows]], strict=True)
    worked = {model.types.stages[kind][stage] for kind, stage in stages}
    routes = zip(steps.first[:-1], steps.first[1:], strict=True)
    works = [np.arange(first, end)[steps.kind[first:end] == WORK] for first, end in routes]
    again = np.array([_again(steps.stage[some], steps.role[some]) for some in works])
    waits = {name for names in model.types.stages for name in names}
    return {
        "another route": variant & opened,
        "work done again": again[cases.route] & opened,
        "referred upward": REFERRAL in worked,
        "coordination": COORDINATION in worked,
        "settled among peers": PEERS in worked,
        "wait for information": INFORMATION in waits,
        "wait for partners": AGREEMENT in waits,
    }


def _again(stage: np.ndarray, role: np.ndarray) -> bool:
    """Say whether some work of a route is written twice."""
    return len({*zip(stage.tolist(), role.tolist(), strict=True)}) < len(stage)
