"""Where the order of two arrangements turns round along a parameter.

The paired difference of every two arrangements is measured at a few sizes of a parameter.
Where its sign changes between two of them the gap is halved some times (bisection), and
the size at which the difference is zero is read off the straight line across what is left.
Between the nearest sizes at which the intervals leave out zero, on either side, the flip
lies with 95% confidence at each of the two; where there is none on a side, the replications
do not show that the order is another one there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiment.simultaneous import Interval, differences, level, t_interval

Float = NDArray[np.float64]
Spot = tuple[float, str]
"""A size of the parameter and an arrangement."""

Measure = Callable[[Sequence[Spot]], Mapping[Spot, Float]]
"""Measures the primary measure at some spots, by replication in the same order for all."""

POINTS = 5
"""Sizes at which every arrangement is measured, from low to high."""

HALVINGS = 2
"""How often the gap that holds a flip is halved."""

COLUMNS = ["key", "first", "second", "at", "after", "before", "shown"]


@dataclass
class Line:
    """Values along one parameter, measured as they are asked for."""

    measure: Measure
    values: dict[Spot, Float] = field(default_factory=dict)

    def ask(self, spots: Iterable[Spot]) -> None:
        """Measure what is not known yet, all at once."""
        fresh = [spot for spot in dict.fromkeys(spots) if spot not in self.values]
        if fresh:
            self.values.update(self.measure(fresh))

    def sizes(self, *names: str) -> list[float]:
        """Return the sizes at which all of these arrangements are known, in order."""
        found = sorted({size for size, _ in self.values})
        return [size for size in found if all((size, name) in self.values for name in names)]

    def difference(self, size: float, pair: tuple[str, str]) -> Interval:
        """Return the first less the second of a pair at a size."""
        one, other = (self.values[size, name] for name in pair)
        return t_interval(differences(one, other), level(1))


def along(
    measure: Measure, names: Sequence[str], low: float, high: float, key: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every flip between two arrangements, and the means that were measured.

    The flips have the columns ``COLUMNS``: ``first`` has the larger mean below the size
    ``at``, ``second`` above it; the flip lies between ``after`` and ``before``;
    ``shown`` says whether the intervals on both sides leave out zero. The means have
    ``key, size, arrangement, mean``.
    """
    line, pairs = Line(measure), list(itertools.combinations(names, 2))
    line.ask((float(size), name) for size in np.linspace(low, high, POINTS) for name in names)
    for _ in range(HALVINGS):
        gaps = [(pair, gap) for pair in pairs for gap in changes(line, pair)]
        line.ask(
            (middle, name)
            for pair, gap in gaps
            for middle in halves(line, pair, gap)
            for name in pair
        )
    found = [
        {"key": key, **_flip(line, pair, gap)} for pair in pairs for gap in changes(line, pair)
    ]
    means = [
        {"key": key, "size": size, "arrangement": name, "mean": float(value.mean())}
        for (size, name), value in sorted(line.values.items())
    ]
    columns = ["key", "size", "arrangement", "mean"]
    return pd.DataFrame(found, columns=COLUMNS), pd.DataFrame(means, columns=columns)


def changes(line: Line, pair: tuple[str, str]) -> Iterator[tuple[float, float]]:
    """Yield the gaps between known sizes across which the mean difference changes sign.

    A difference of exactly zero has no sign: the gap goes on to the next size that has one.
    """
    signed = [(size, line.difference(size, pair).mean) for size in line.sizes(*pair)]
    known = [(size, mean) for size, mean in signed if np.isfinite(mean) and mean != 0.0]
    for (low, below), (high, above) in itertools.pairwise(known):
        if (below > 0.0) != (above > 0.0):
            yield low, high


def halves(line: Line, pair: tuple[str, str], gap: tuple[float, float]) -> list[float]:
    """Return the middle of a gap; beside sizes where the two are equal, one on either side."""
    low, high = gap
    equal = _equal(line, pair, gap)
    return [(low + equal[0]) / 2.0, (equal[-1] + high) / 2.0] if equal else [(low + high) / 2.0]


def _equal(line: Line, pair: tuple[str, str], gap: tuple[float, float]) -> list[float]:
    """Return the sizes inside a gap at which the mean difference is exactly zero."""
    inside = [size for size in line.sizes(*pair) if gap[0] < size < gap[1]]
    return [size for size in inside if line.difference(size, pair).mean == 0.0]


def _flip(line: Line, pair: tuple[str, str], gap: tuple[float, float]) -> dict[str, object]:
    low, high = gap
    below, above = (line.difference(size, pair) for size in gap)
    at = low + (high - low) * below.mean / (below.mean - above.mean)
    if equal := _equal(line, pair, gap):
        at = (equal[0] + equal[-1]) / 2.0
    sizes = line.sizes(*pair)
    left = [size for size in sizes if size <= low and _surely(line, size, pair, below.mean)]
    right = [size for size in sizes if size >= high and _surely(line, size, pair, above.mean)]
    first, second = pair if below.mean > 0.0 else pair[::-1]
    return {
        "first": first,
        "second": second,
        "at": at,
        "after": max(left, default=sizes[0]),
        "before": min(right, default=sizes[-1]),
        "shown": bool(left and right),
    }


def _surely(line: Line, size: float, pair: tuple[str, str], sign: float) -> bool:
    """Whether the interval at a size leaves out zero, on the side of ``sign``."""
    found = line.difference(size, pair)
    return found.clear and (found.mean > 0.0) == (sign > 0.0)
