"""The meetings of a run, held again: agendas, deadlines, conflicts of interest and quorums."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from audit_records import Story

from sim.engine.log import UNSET
from sim.model import rules
from sim.model.arrays import Model
from sim.model.rules import FOREVER


def comes_up(share: float, address: list[int], key: list[int]) -> bool:
    """Say whether a chance comes up at an address of a stream."""
    return rules.happens(share, *map(int, address), *map(int, key))


@dataclass
class Docketed:
    """An item that waits for a committee."""

    tabled: int
    ready: int
    mark: int
    case: int
    lost_quorum: int = 0

    @property
    def place(self) -> tuple[int, int, int]:
        """Return the place on the docket."""
        return self.ready, self.mark, self.case


class Meetings:
    """Every committee's docket, and its meetings in the order of events."""

    def __init__(self, model: Model, story: list[Story], changes_at: int) -> None:
        self.model = model
        self.story = story
        self.changes_at = changes_at
        """When the committees of an earlier arrangement end."""
        self.dockets: dict[int, list[Docketed]] = defaultdict(list)
        self.sittings: list[tuple[int, ...]] = []

    def table(self, case: int, number: int, time: int) -> None:
        """Put a case on a committee's docket."""
        mark = int(self.model.cases.mark[case])
        self.dockets[number].append(Docketed(time, time, mark, case))

    def hold(self) -> Iterator[tuple[int, int]]:
        """Hold every meeting; yield (case, time) of each decision before going on."""
        every, horizon = self.model.committees, self.model.clock.horizon
        planned = [
            (int(every.meeting[m]), int(every.mark[c]), c, m - int(every.first_meeting[c]))
            for c in range(len(every.kind))
            for m in range(every.first_meeting[c], every.first_meeting[c + 1])
        ]
        for time, _, number, meeting in sorted(planned):
            if time >= self.changes_at:
                yield from self._dissolve()
            if time < horizon:
                for item in self._sit(number, time, meeting):
                    self.story[item.case].count["committee"] += time - item.tabled
                    yield item.case, time
        yield from self._dissolve()
        for item in (item for docket in self.dockets.values() for item in docket):
            self.story[item.case].count["committee"] += horizon - item.tabled

    def _dissolve(self) -> Iterator[tuple[int, int]]:
        """Let go of what was tabled before the arrangement became another."""
        for number, docket in list(self.dockets.items()):
            old = [item for item in docket if item.tabled < self.changes_at < FOREVER]
            self.dockets[number] = [item for item in docket if item not in old]
            for item in old:
                self.story[item.case].count["committee"] += self.changes_at - item.tabled
                yield item.case, self.changes_at

    def _sit(self, number: int, time: int, meeting: int) -> list[Docketed]:
        """Hold one meeting; return the items decided, in agenda order."""
        every, docket = self.model.committees, self.dockets[number]
        kind = int(every.kind[number])
        gps, others = self._present(number, kind, meeting)
        quorate = len(gps) + others >= every.quorum[kind]
        in_time = [item for item in docket if item.ready <= time - every.deadline[kind]]
        agenda = sorted(in_time, key=lambda item: item.place)[: every.agenda[number] * quorate]
        counts = dict.fromkeys(("decided", "no quorum", "sent back", "recusals"), 0)
        for item in agenda:
            free = [gp for gp in gps if not self._chance("conflict", kind, item.case, gp)]
            self.story[item.case].count["meetings"] += 1
            self.story[item.case].count["recusals"] += len(gps) - len(free)
            counts["recusals"] += len(gps) - len(free)
            counts[self._decide(kind, item, len(free), others, time)] += 1
        decided = [item for item in agenda if item.ready == UNSET]
        self.dockets[number] = [item for item in docket if item.ready != UNSET]
        row = (counts["decided"], counts["no quorum"], counts["recusals"])
        self.sittings.append((number, time, len(in_time), len(agenda), *row, int(quorate)))
        return decided

    def _present(self, number: int, kind: int, meeting: int) -> tuple[list[int], int]:
        """Return the GP members who attend, and how many others do."""
        every = self.model.committees
        gps, everyone = int(every.gps[kind]), int(every.gps[kind] + every.others[kind])
        share, key = float(every.attendance[kind]), every.attendance_key[kind]
        here = [
            member
            for member in range(everyone)
            if comes_up(share, [*every.uid[number], meeting, member], key)
        ]
        return [m for m in here if m < gps], sum(m >= gps for m in here)

    def _chance(self, what: str, kind: int, case: int, k: int) -> bool:
        every, cases = self.model.committees, self.model.cases
        conflict = every.conflict[kind, cases.case_type[case]]
        share = float(conflict if what == "conflict" else every.deferral[kind])
        key = every.conflict_key[kind] if what == "conflict" else every.deferral_key[kind]
        address = [*self.model.entities.uid[cases.entity[case]], cases.ordinal[case], k]
        return comes_up(share, address, key)

    def _decide(self, kind: int, item: Docketed, gps_free: int, others: int, time: int) -> str:
        """Decide an item (its ready time becomes UNSET) or leave it on the docket."""
        every = self.model.committees
        enough = gps_free + others >= every.quorum[kind] and gps_free >= every.quorum_gp[kind]
        if not enough and item.lost_quorum < every.co_opt_after[kind]:
            item.lost_quorum += 1
            self.story[item.case].count["deferrals"] += 1
            return "no quorum"
        if self._chance("deferral", kind, item.case, self.story[item.case].count["meetings"]):
            item.ready = time
            self.story[item.case].count["deferrals"] += 1
            return "sent back"
        item.ready = UNSET
        return "decided"
