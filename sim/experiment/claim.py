"""Headline sentences from one template, which claims what an interval supports and no more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim.experiment import wording
from sim.experiment.comparison import ROUNDING, Comparison
from sim.experiment.findings import OPENINGS, flatters, size_words
from sim.experiment.headlines import ALL, Headline, primary
from sim.experiment.paired import CONFIDENCE
from sim.experiment.staffing import AS_STAFFED
from sim.experiment.uncertain import ROBUST, held
from sim.outcomes.catalogue import CATALOGUE

SOONER = {
    "response_days_median": "first responds to half of",
    "resolution_days_median": "resolves half of",
    "resolution_days_p10": "resolves a tenth of",
    "resolution_days_p25": "resolves a quarter of",
    "resolution_days_p75": "resolves three quarters of",
    "resolution_days_p90": "resolves nine tenths of",
}
"""Measures of which less is sooner, and what is done sooner."""

EXPLORATORY = (
    "exploratory: not the measure that decides, not corrected for looking at several, and not "
    "tried with other plausible values"
)

NOT_LOOKED_AT = (
    "whether that holds for other plausible values has not been looked at "
    '("sim compare" and "sim uncertainty" do)'
)


@dataclass(frozen=True)
class Claim:
    """A difference from base in one measure, and all that decides what may be said of it.

    ``opening`` says with how many staff. ``difference``, ``low`` and ``high`` (a 95%
    interval of simulation error) are in ``unit``; ``least`` is the smallest difference that
    matters, 0 where none is stated. ``holds`` is the share of plausible parameter sets in which
    the difference has the same sign, None where that was not looked at.
    """

    opening: str
    who: str
    base: str
    measure: str
    unit: str
    difference: float
    low: float
    high: float
    case_type: str = ""
    """Title of the case type; empty for all of them."""
    period: str = ""
    """Such as "year 5"; empty for the whole run."""
    exploratory: bool = False
    """Whether this is another measure than the one that decides."""
    least: float = 0.0
    holds: float | None = None
    sets: int = 0
    """Of how many sets ``holds`` is a share; 0 where that is not known."""
    replications: int = 0
    """On how many it rests; 0 where that is not known."""
    together: bool = False
    """Whether the intervals of all arrangements hold at once."""

    @property
    def supported(self) -> bool:
        """Whether the interval supports a direction: it is there, and all on one side of zero."""
        ends = (self.low, self.difference, self.high)
        return all(map(math.isfinite, ends)) and (min(ends) > 0 or max(ends) < 0)

    @property
    def robust(self) -> bool:
        """Whether the sign holds in enough plausible parameter sets."""
        return self.holds is not None and self.holds >= ROBUST


def sentence(claim: Claim) -> str:
    """Say what may be claimed, or that nothing may."""
    if not claim.supported:
        return _no_claim(claim)
    nearest, farthest = sorted((abs(claim.low), abs(claim.high)))
    places = _places(claim)
    spread = "the same in every replication"
    if nearest != farthest:
        interval = " to ".join(_number(end, claim.unit, places) for end in (nearest, farthest))
        spread = f"95% simulation interval{_at_once(claim)}{',' * claim.together} {interval}"
    return (
        f"{claim.opening}, {_difference(claim, places)} ({spread})"
        f"{size_words(nearest, farthest, claim.least)}; {_robustness(claim)}."
    )


def _no_claim(claim: Claim) -> str:
    about = f"{claim.who} against {claim.base} in {_measure(claim)}"
    if not math.isfinite(claim.difference):
        why = "it was not reached in every replication"
        return f"{claim.opening}, nothing can be claimed of {about}: {why}."
    if not (math.isfinite(claim.low) and math.isfinite(claim.high)):
        return f"{claim.opening}, nothing can be claimed of {about}: no interval can be given."
    if claim.low == claim.high == 0:
        return f"{claim.opening}, no difference of {about} was seen{_how_often(claim)}."
    low, high = (_signed(end, claim) for end in (claim.low, claim.high))
    interval = f"{low} to {high} {wording.unit_words(claim.unit)}"
    return (
        f"{claim.opening}, the runs do not show a difference of {about}: the 95% simulation "
        f"interval{_at_once(claim)}, {interval}, includes zero."
    )


def _at_once(claim: Claim) -> str:
    return " for all arrangements at once" if claim.together else ""


def _how_often(claim: Claim) -> str:
    """Say in how many replications nothing differed, and how often it still may.

    Where none of n differs, fewer than 1 - 0.05^(1/n) of all do, with 95% confidence
    (Hanley and Lippman-Hand 1983, JAMA 249(13), 1743-1745).
    """
    if not claim.replications:
        return " in any replication"
    most = wording.share(1.0 - (1.0 - CONFIDENCE) ** (1.0 / claim.replications))
    return (
        f" in any of {claim.replications:,} replications: with 95% confidence there is one in less "
        f"than {most} of them"
    )


def _difference(claim: Claim, places: int) -> str:
    size = _sized(abs(claim.difference), claim.unit, places)
    if claim.measure in SOONER:
        way = "sooner" if claim.difference < 0 else "later"
        cases = f"its cases of “{claim.case_type}”" if claim.case_type else "its cases"
        return f"{claim.who}: {SOONER[claim.measure]} {cases} {size} {way} than {claim.base}"
    way = "higher" if claim.difference > 0 else "lower"
    return (
        f"{_measure(claim)} is {size} {way} with {claim.who} than with {claim.base}{_side(claim)}"
    )


def _measure(claim: Claim) -> str:
    title = CATALOGUE[claim.measure].title.lower()
    period = f" in {claim.period}" if claim.period else ""
    return f"“{title}”{period}" + (f" for “{claim.case_type}”" if claim.case_type else "")


def _side(claim: Claim) -> str:
    better = CATALOGUE[claim.measure].better
    if better is None:
        return ""
    return ", which is " + ("better" if (claim.difference > 0) == (better == "higher") else "worse")


def _robustness(claim: Claim) -> str:
    if claim.exploratory:
        return EXPLORATORY
    if claim.holds is None:
        return NOT_LOOKED_AT
    share = f"{wording.share_at_least(claim.holds)} of{f' {claim.sets:,}' if claim.sets else ''}"
    if claim.robust:
        return f"the sign holds in {share} plausible parameter sets"
    return f"not robust: the sign holds in only {share} plausible parameter sets"


def _places(claim: Claim) -> int:
    half, size = (claim.high - claim.low) / 2, abs(claim.difference)
    return wording.decimals(*(wording.scaled(each, claim.unit) for each in (half, size)))


def _number(value: float, unit: str, places: int) -> str:
    return f"{wording.scaled(value, unit):,.{places}f}"


def _signed(value: float, claim: Claim) -> str:
    return f"{wording.scaled(value, claim.unit):+,.{_places(claim)}f}".replace("-", "−")


def _sized(value: float, unit: str, places: int) -> str:
    """Say a number with its unit: ``12 calendar days``, ``£1,200 per year``."""
    number = _number(value, unit, places)
    if unit.startswith("GBP"):
        return f"£{number}{unit[3:]}"
    words = wording.unit_words(unit)
    return f"{number} {words.removesuffix('s') if number == '1' else words}"


def claims(
    comparison: Comparison,
    robustness: pd.DataFrame | None,
    context: str,
    headline: Headline | None = None,
) -> list[Claim]:
    """Return a claim for each arrangement's difference from base in a measure.

    By default in the primary one; any other is exploratory. ``robustness`` has the columns of
    ``comparing.Compared.robustness``. Left out are arrangements of which nothing was measured,
    whose times overload would flatter, or whose cost was made the same.
    """
    decides = primary(comparison.scenario.compare)
    found = _claims(comparison, robustness, context, headline or decides)
    if headline in (None, decides):
        return list(found)
    # What matters, and whether signs hold, is known of the primary measure alone.
    return [replace(claim, exploratory=True, least=0.0, holds=None) for claim in found]


def _claims(
    comparison: Comparison, robustness: pd.DataFrame | None, context: str, headline: Headline
) -> Iterator[Claim]:
    compare = comparison.scenario.compare
    kinds = comparison.scenario.pathways.case_types
    for name in comparison.of:
        found = comparison.difference(headline, name)
        if found.empty or flatters(comparison, [name, comparison.base], headline.measure):
            continue
        row = found.iloc[0]
        if str(row["unit"]).startswith("GBP") and comparison.staffing != AS_STAFFED:
            continue  # staff were scaled until costs were the same
        difference, low, high = _ends(row)
        holds = held(robustness, (context, comparison.staffing, name), difference)
        yield Claim(
            opening=OPENINGS[comparison.staffing],
            who=comparison.title(name),
            base=comparison.title(comparison.base),
            measure=headline.measure,
            unit=str(row["unit"]),
            difference=difference,
            low=low,
            high=high,
            case_type="" if headline.case_type == ALL else kinds[headline.case_type].title,
            period="" if row["period"] == ALL else str(row["period"]),
            least=compare.smallest_difference,
            holds=None if math.isnan(holds) else holds,
            sets=0 if robustness is None else int(robustness["sets"].min()),
            replications=int(row["replications"]),
            together=comparison.together and headline == primary(compare),
        )


def _ends(row: Any) -> tuple[float, float, float]:  # noqa: ANN401 - a row of a table
    """Return a difference with its interval; one that is only rounding is none."""
    same = row["low"] == row["high"]
    if same and abs(row["difference"]) <= ROUNDING * abs(row["base_mean"]):
        return 0.0, 0.0, 0.0
    return float(row["difference"]), float(row["low"]), float(row["high"])
