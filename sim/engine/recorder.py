"""The recorder: writes down what happens and turns it into the log."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.engine.log import (
    CLOSED,
    NOT_OPENED,
    OPEN,
    REFUSED_OUTCOME,
    UNSET,
    CaseLog,
    Log,
    MeetingLog,
    WorkLog,
)
from sim.model.arrays import Model

STATES = ("queue", "work", "committee", "outside", "handoff")
"""Where the time of an open case goes."""


class Recorder:
    """The record of one run: plain lists, one entry per case."""

    def __init__(self, model: Model) -> None:
        cases = len(model.cases.entity)
        self.horizon = model.clock.horizon
        self.opened = [UNSET] * cases
        self.responded = [UNSET] * cases
        self.closed = [UNSET] * cases
        self.outcome = [NOT_OPENED] * cases
        self.spent = {state: [0] * cases for state in STATES}
        self.state: list[str | None] = [None] * cases
        self.since = [0] * cases
        self.travel = [0] * cases
        self.relearn = [0] * cases
        self.crossings = [0] * cases
        self.meetings = [0] * cases
        self.deferrals = [0] * cases
        self.recusals = [0] * cases
        self.jumps = [0] * cases
        self.step = [UNSET] * cases
        self.left = [0] * cases
        self.packets: list[tuple[int, int, int, int, int, int]] = []
        self.sittings: list[tuple[int, int, int, int, int, int, int, int]] = []

    def open(self, case: int, now: int) -> None:
        """Open a case."""
        self.opened[case] = now
        self.outcome[case] = OPEN

    def shut(self, case: int, now: int, *, refused: bool) -> None:
        """Close a case."""
        self.closed[case] = now
        self.outcome[case] = REFUSED_OUTCOME if refused else CLOSED
        self.step[case] = UNSET

    def still_open(self) -> list[int]:
        """Return the cases that are open."""
        return [case for case, outcome in enumerate(self.outcome) if outcome == OPEN]

    def respond(self, case: int, now: int) -> None:
        """Note the end of the first packet of work."""
        if self.responded[case] == UNSET:
            self.responded[case] = now

    def enter(self, case: int, state: str, now: int) -> None:
        """Begin to count a case's time under one heading."""
        self.state[case] = state
        self.since[case] = now

    def leave(self, case: int, now: int) -> None:
        """Stop counting a case's time under its present heading."""
        state = self.state[case]
        assert state is not None
        self.spent[state][case] += now - self.since[case]
        self.state[case] = None

    def packet(self, officer: int, case: int, step: int, start: int, end: int, travel: int) -> None:
        """Book a packet of work; travel comes first if the clock cuts it short."""
        travel = min(travel, end - start)
        self.packets.append((officer, case, step, start, end, travel))
        self.travel[case] += travel

    def time_owed(self, officer: int, start: int, end: int) -> None:
        """Book time that a person takes back for work after the end of a shift."""
        self.packets.append((officer, UNSET, UNSET, start, min(end, self.horizon), 0))

    def meeting(
        self,
        committee: int,
        now: int,
        waiting: int,
        considered: int,
        counts: list[int],
        recusals: int,
        quorate: bool,
    ) -> None:
        """Note a meeting; ``counts`` are items decided, without quorum and sent back."""
        self.sittings.append(
            (committee, now, waiting, considered, counts[0], counts[1], recusals, int(quorate))
        )

    def close(self) -> Log:
        """Stop every count at the horizon and return the log."""
        for case, state in enumerate(self.state):
            if state is not None:
                self.leave(case, self.horizon)
        columns = {name: np.array(times, dtype=np.int64) for name, times in self.spent.items()}
        names = [field.name for field in fields(CaseLog) if field.name not in columns]
        columns |= {name: np.array(getattr(self, name), dtype=np.int64) for name in names}
        work = np.array(sorted(self.packets, key=lambda row: (row[0], row[3], row[1])), np.int64)
        sittings = np.array(sorted(self.sittings, key=lambda row: row[:2]), np.int64)
        return Log(
            cases=CaseLog(**columns),
            work=WorkLog(*work.reshape(-1, 6).T.copy()),
            meetings=MeetingLog(*sittings.reshape(-1, 8).T.copy()),
        )
