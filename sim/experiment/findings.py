"""What a comparison supports, in sentences to quote."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.experiment import wording
from sim.experiment.comparison import Comparison, hidden, mean_words
from sim.experiment.design import NOTES
from sim.experiment.headlines import primary, rows_of
from sim.experiment.keeping_up import Capacity, consequence
from sim.experiment.simultaneous import level, paired_differences, t_interval
from sim.experiment.staffing import AS_STAFFED, REBALANCED, SCALED
from sim.outcomes.catalogue import CATALOGUE, direction
from sim.scenario.arrangement import Arrangement

OPENINGS: dict[str, str] = {
    AS_STAFFED: "As staffed",
    SCALED: "For the same money",
    REBALANCED: "For the same money, with staff by load",
}


def sentences(comparison: Comparison) -> list[str]:
    """Say who does best, what differs from base in the primary measure, and who is behind."""
    others = [name for name in comparison.of if name != comparison.base]
    full = {name: who for name, who in comparison.capacity.items() if who.overloaded}
    found = (
        best(comparison) if len(others) > 1 else "",
        *(_difference(comparison, name) for name in others),
        *(behind(comparison, name, who) for name, who in full.items()),
    )
    return list(filter(None, found))


def best(comparison: Comparison) -> str:
    """Say which arrangement has the best primary measure, and who cannot be told from it.

    The best is chosen by the same runs, so intervals hold for all pairs of arrangements at once.
    Empty where neither way is better, a value was not reached, or overload would flatter.
    """
    headline = primary(comparison.scenario.compare)
    sign = direction(headline.measure)
    frames = {name: rows_of(frame, headline) for name, frame in comparison.of.items()}
    means = {name: sign * frame["value"].mean(skipna=False) for name, frame in frames.items()}
    if not all(map(math.isfinite, means.values())) or flatters(comparison, [*frames]):
        return ""
    first = max(means, key=means.__getitem__)
    values = {name: frame.set_index("replication")["value"] for name, frame in frames.items()}
    gaps = {name: paired_differences(value, values[first]) for name, value in values.items()}
    confidence = level(math.comb(len(values), 2))
    close = {name for name, gap in gaps.items() if not t_interval(gap, confidence).clear} - {first}
    value = mean_words(comparison, first, frames[first])
    measure = CATALOGUE[headline.measure].title
    return (
        f"{OPENINGS[comparison.staffing]}, the primary measure is best with "
        f"{comparison.title(first)} ({measure.lower()}: {value}). {_rest(comparison, close)}"
    )


def undone(comparison: Comparison) -> Iterator[str]:
    """Say of which arrangements the same money takes away what they differ from base in."""
    if comparison.staffing == AS_STAFFED:
        return
    every, base = comparison.scenario.arrangements, comparison.base
    for name in comparison.of:
        other_staff = every[name].teams != every[base].teams
        if other_staff and _but_for_staff(every[name]) == _but_for_staff(every[base]):
            yield (
                f"{comparison.title(name)} differs from {comparison.title(base)} in how many staff "
                "it has and in nothing else, which the same money takes away: see it as staffed."
            )


def _but_for_staff(who: Arrangement) -> dict[str, Any]:
    """Return all of an arrangement that matters to the model, but the sizes of its teams."""
    plain = who.model_dump(exclude={"like", *NOTES})
    for team in plain["teams"].values():
        del team["wte"]
    return plain


def _rest(comparison: Comparison, close: set[str]) -> str:
    if not close:
        return (
            "The others are behind: no interval of a difference includes zero, with 95% confidence "
            "for all pairs at once."
        )
    names = " and ".join(comparison.title(name) for name in comparison.of if name in close)
    return (
        f"These runs cannot tell it from {names}: the interval, with 95% confidence for "
        "all pairs at once, includes zero."
    )


def behind(comparison: Comparison, name: str, who: Capacity) -> str:
    """Say that an arrangement is behind with its work, where most, and what comes of it."""
    arrangement = comparison.scenario.arrangements[name]
    (team, role), load = max(who.overloaded.items(), key=lambda item: item[1])
    team = arrangement.teams[team].title or team
    role = arrangement.workforce.roles[role].title or role
    count = len(who.overloaded)
    groups = "one group of staff has" if count == 1 else f"{count} groups of staff have"
    return (
        f"{comparison.title(name)} {who.verdict}: {groups} at least as much work as time. "
        f"The highest load is {wording.load(load)}: {role}, in: {team}. "
        f"{consequence(who, comparison.scenario.run)}"
    )


def _difference(comparison: Comparison, name: str) -> str:
    headline = primary(comparison.scenario.compare)
    values = {who: rows_of(comparison.of[who], headline) for who in (name, comparison.base)}
    found = comparison.difference(headline, name)
    if found.empty or flatters(comparison, [*values]):
        return ""
    row = found.iloc[0]
    own, other = (
        f"{mean_words(comparison, who, frame)} with {comparison.title(who)}"
        for who, frame in values.items()
    )
    sign, least = direction(headline.measure), comparison.scenario.compare.smallest_difference
    return (
        f"{CATALOGUE[headline.measure].title}: {own}, against {other}. {_interval(row)} "
        f"{verdict(row, sign, least)}"
    ).strip()


def flatters(comparison: Comparison, names: list[str], measure: str = "") -> bool:
    """Whether a measure (by default the primary one) is a time that overload would flatter."""
    about = CATALOGUE.get(measure or comparison.scenario.compare.primary)
    unit = about.unit if about else ""
    return any(hidden(comparison, name, unit) for name in names)


def _interval(row: Any) -> str:  # noqa: ANN401 - a row of a table
    """Say a difference with its unit and interval."""
    if not math.isfinite(row["difference"]):
        return ""
    unit = row["unit"]
    text = wording.change(row["difference"], row["low"], row["high"], unit)
    middle, _, ends = text.partition(" (")
    ends = f", 95% interval {ends.removesuffix(')')}" if " to " in ends else f" ({ends}"
    return f"The difference is {middle} {wording.unit_words(unit)}{ends}."


def verdict(row: Any, sign: float, least: float) -> str:  # noqa: ANN401 - a row of a table
    """Say what an interval supports, and nothing more.

    ``sign`` is 1 where more is better and -1 where less is; ``least`` the smallest
    difference that matters, or 0.
    """
    low, high = row["low"], row["high"]
    if math.isnan(low):
        return "No interval can be given, so it is open which does better."
    if low <= 0 <= high:
        small = least and max(-low, high) < least
        ending = "; either way the difference is too small to matter" if small else ""
        return f"The runs do not show which does better{ending}."
    if math.isnan(sign):
        return ""
    side = "better" if sign * low > 0 else "worse"
    return f"That is {side}{size_words(min(abs(low), abs(high)), max(abs(low), abs(high)), least)}."


def size_words(nearest: float, farthest: float, least: float) -> str:
    """Say whether a difference matters; its interval goes from ``nearest`` zero to ``farthest``."""
    if not least:
        return ""
    if nearest >= least:
        return ", and enough to matter"
    return ", but too little to matter" if farthest < least else ", and may be enough to matter"
