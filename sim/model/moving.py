"""Where a case goes on when its route becomes another of the same case type.

It goes on at the same stage, as far along in it as it had come. Pure functions of
routes, which both engines call.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.model.arrays import BRANCH, MEET, WORK, Steps


def goes_on_at(steps: Steps, step: int, route: int, other: int) -> int:
    """Return the step of ``other`` at which a case goes on that stands at a step of ``route``.

    That is the step of the same kind, as many of which come before it at the same
    stage, or the last such. Who waits for a committee where officers decide waits for
    them. What the other route lacks counts as done: the case goes on behind the last step
    before it that both have. The end of a route is that of the other.
    """
    start, over = int(steps.first[route]), int(steps.first[route + 1])
    first, end = int(steps.first[other]), int(steps.first[other + 1])
    if step == over:
        return end
    officers = _alike(steps, first, end, WORK, int(steps.stage[step]))
    for here in range(step, start - 1, -1):
        kind, stage = int(steps.kind[here]), int(steps.stage[here])
        alike = _alike(steps, first, end, kind, stage)
        if alike:
            before = len(_alike(steps, start, here, kind, stage))
            return alike[min(before, len(alike) - 1)] + (here < step)
        if here == step and kind == MEET and officers:
            return officers[0]
    return first


def stands_at(steps: Steps, step: int, route: int, other: int) -> int:
    """Return the step of ``other`` at which a case is said to stand until it goes on."""
    return min(goes_on_at(steps, step, route, other), int(steps.first[other + 1]) - 1)


def _alike(steps: Steps, first: int, end: int, kind: int, stage: int) -> list[int]:
    """Return the steps of some kind at some stage, from one to before another."""
    found = range(first, end)
    return [s for s in found if steps.kind[s] == kind and steps.stage[s] == stage]


def same_work(steps: Steps, step: int, route: int, then: int, other: int) -> bool:
    """Say whether work done at a step counts at the one where the case goes on.

    It does unless an officer's decision has become a committee's or the other way round:
    to decide is not to write the paper for a decision.
    """
    if step == steps.first[route + 1] or then == steps.first[other + 1]:
        return False
    stage = int(steps.stage[step])
    if not steps.kind[step] == steps.kind[then] == WORK or steps.stage[then] != stage:
        return False
    by_committee = [
        bool(_alike(steps, int(steps.first[one]), int(steps.first[one + 1]), MEET, stage))
        for one in (route, other)
    ]
    return by_committee[0] == by_committee[1]


def branches_taken(
    steps: Steps, taken: Mapping[int, int], route: int, other: int
) -> dict[int, int]:
    """Return how often branches of the other route count as taken, as those of this one were."""
    found: dict[int, int] = {}
    for branch, often in taken.items():
        then = goes_on_at(steps, branch, route, other)
        if then < steps.first[other + 1] and steps.kind[then] == BRANCH:
            found[then] = found.get(then, 0) + often
    return found
