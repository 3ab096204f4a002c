"""The least number that suffices, by bisection, where more need not always be better.

Staff come in whole posts and half days, so service may fall a little where staff grow. What
is found is therefore the least number from which on every number tried suffices, with its
neighbours tried; numbers below it that happen to suffice too are told.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

NEIGHBOURS = 2
"""So many numbers on either side of the least are tried as well."""

Outcomes = dict[int, bool]
"""Whether each number tried suffices."""

Search = Generator[list[int], Mapping[int, bool], "Found"]
"""Asks for numbers to be tried, is sent whether they suffice, and returns what it found."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Found:
    """The least number that suffices, None where none does, and smaller ones that do too."""

    least: int | None
    below: tuple[int, ...] = ()
    tried: int = 0


def search(start: Iterable[int], lowest: int, highest: int) -> Search:
    """Bisect between ``lowest`` and ``highest``; ``start`` are tried first.

    A number suffices here only if all that were tried above it do; ``highest`` is tried where
    nothing else suffices.
    """
    known: Outcomes = dict((yield sorted(set(start))))
    while (wanted := _next(known, lowest, highest)) is not None and wanted:
        known |= yield wanted
    least = _least(known)
    below = tuple(n for n in sorted(known) if least is not None and n < least and known[n])
    return Found(least, below, len(known))


def _least(known: Outcomes) -> int | None:
    """Return the least number at which, and at all above it, it was enough."""
    least = None
    for number in sorted(known, reverse=True):
        if not known[number]:
            break
        least = number
    return least


def _next(known: Outcomes, lowest: int, highest: int) -> list[int] | None:
    """Return what to try next: the middle of the gap, then the neighbours; nothing at the end."""
    least = _least(known)
    if least is None:
        return None if highest in known else [highest]
    below = max((number for number in known if number < least), default=lowest - 1)
    if least - below > 1:
        return [(least + below) // 2]
    near = (step for away in range(1, NEIGHBOURS + 1) for step in (least + away, below + 1 - away))
    return [n for n in near if lowest <= n <= highest and n not in known]


def together(
    searches: Mapping[Key, Search],
    attempt: Callable[[list[tuple[Key, int]]], list[bool]],
) -> dict[Key, Found]:
    """Run searches side by side: each round's numbers are tried at once, by ``attempt``."""
    asked = {key: next(each) for key, each in searches.items()}
    found: dict[Key, Found] = {}
    while asked:
        pairs = [(key, number) for key, numbers in asked.items() for number in numbers]
        outcomes = dict(zip(pairs, attempt(pairs), strict=True))
        following: dict[Key, list[int]] = {}
        for key, numbers in asked.items():
            try:
                following[key] = searches[key].send({n: outcomes[key, n] for n in numbers})
            except StopIteration as end:
                found[key] = end.value
        asked = following
    return {key: found[key] for key in searches}
