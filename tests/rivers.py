"""Models in which cases only go down a river: from two springs to a confluence to the sea.

Times are multiples of an hour, so ties are everywhere, and much takes no time at
all: waits of no days, work of no effort, cases that open when another closes.
"""

from dataclasses import dataclass, replace

import numpy as np
import toy

from sim.model.arrays import BRANCH, DONE, MEET, REFUSED, WAIT, WORK, Model
from sim.scenario.units import DAY, HOUR

TEAM_OF = ((0, 0, 1, 1), (2, 2, 2, 2), (3, 3, 3, 3))
"""Team by kind and entity: two springs, one confluence, one sea; so are the committees."""


@dataclass(frozen=True)
class River:
    """Draws routes, cases and meetings by a seed."""

    rng: np.random.Generator
    types: int = 5
    cases: int = 150

    def model(self) -> Model:
        """Build the arrays."""
        through = toy.Type(steps=tuple(toy.Step(actor=level, effort=0.1) for level in range(3)))
        kinds = [(through, (0, 2)), *(self.case_type() for _ in range(self.types - 1))]
        cases = [self.case() for _ in range(self.cases)]
        people = [team for team in range(4) for _ in range(self.rng.integers(1, 3))]
        model = toy.model(
            types=[kind for kind, _ in kinds],
            cases=self.linked(cases, [level for _, level in kinds]),
            entities=[toy.Entity()] * 4,
            people=[toy.Person(team) for team in people],
            kinds=("spring", "confluence", "sea"),
            team_kinds=(0, 0, 1, 2),
            team_of=TEAM_OF,
            committee_kinds=("spring", "confluence", "sea"),
            committees=(0, 0, 1, 2),
            years=0.02,
        )
        return self.with_meetings(self.with_marks(model))

    def pick(self, *values):
        """Draw one of the values."""
        return values[self.rng.integers(len(values))]

    def case_type(self) -> tuple[toy.Type, tuple[int, int]]:
        """Draw a route down the river, and from which level to which it may lead."""
        levels = np.sort(self.rng.integers(0, 3, self.rng.integers(2, 6))).tolist()
        steps = [self.step(number, levels) for number in range(len(levels))]
        return toy.Type(steps=tuple(steps)), (levels[0], levels[-1])

    def step(self, number: int, levels: list[int]) -> toy.Step:
        """Draw a step; a jump leads to no higher level, perhaps back on the same one."""
        match self.pick(WORK, WORK, MEET, MEET, WAIT, BRANCH):
            case kind if kind == WORK:
                return toy.Step(actor=levels[number], effort=self.pick(0.0, 1.0, 2.0) * HOUR / DAY)
            case kind if kind == MEET:
                return replace(toy.MEETING, actor=levels[number])
            case kind if kind == WAIT:
                return toy.Step(kind=WAIT, actor=-1, days=self.pick(0, 0, 1))
            case _:
                below = [place for place, level in enumerate(levels) if level >= levels[number]]
                target = self.pick(DONE, REFUSED, *below)
                return toy.Step(kind=BRANCH, actor=-1, share=0.5, target=target, most=2)

    def case(self) -> toy.Case:
        """Draw a case."""
        return toy.Case(
            opens=self.rng.integers(0, 30) * HOUR / DAY,
            type=int(self.rng.integers(self.types)),
            entity=int(self.rng.integers(4)),
            factor=self.pick(0.0, 1.0, 1.0),
        )

    def linked(self, cases: list[toy.Case], levels: list[tuple[int, int]]) -> list[toy.Case]:
        """Let some cases wait for one of the same entity that does not lead further down."""
        free = {*range(len(cases))}
        for number, case in enumerate(cases):
            before = [
                other
                for other in sorted(free)
                if other < number
                and cases[other].entity == case.entity
                and levels[cases[other].type][1] <= levels[case.type][0]
            ]
            if before and self.pick(True, True, False):
                after = self.pick(*before)
                free.remove(after)
                gap = self.pick(None, None, 0.0, HOUR / DAY)
                cases[number] = replace(case, after=after, gap=gap)
        return cases

    def with_marks(self, model: Model) -> Model:
        """Draw tie marks, of which some tie."""
        few = self.pick(3, 1000)
        marks = {
            name: {"mark": self.rng.integers(0, few, len(getattr(model, name).mark))}
            for name in ("cases", "staff", "committees")
        }
        return toy.changed(model, **marks)

    def with_meetings(self, model: Model) -> Model:
        """Let every committee meet at some full hours."""
        hours = [np.flatnonzero(self.rng.random(150) < self.pick(0.2, 0.7)) for _ in range(4)]
        return toy.changed(
            model,
            committees={
                "of": np.array(TEAM_OF),
                "body": model.teams.body,
                "meeting": np.concatenate(hours) * HOUR,
                "first_meeting": np.cumsum([0, *map(len, hours)]),
                "agenda": self.rng.integers(1, 9, 4),
                "uid": np.zeros((4, 2), np.int64),
            },
            rules={"handoff_delay": self.pick(0, 0, 0, HOUR)},
        )


def river(seed: int) -> Model:
    """Return a model by its seed."""
    return River(np.random.default_rng(seed)).model()
