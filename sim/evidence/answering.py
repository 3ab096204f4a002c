"""Claims put to the model: its answers, and on which side they fall if assumptions differ."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from sim.evidence.claims import Ask, Claim, Claims, Turn, ends
from sim.evidence.judgement import Interval, answer, behind, interval, measure
from sim.evidence.worlds import Place, assumptions, estate, scenario

Standing = Literal["holds", "does not hold", "cannot be told", "only shown"]

REPLICATIONS = 5
"""How often each question is repeated with other luck unless the user says otherwise."""


@dataclass(frozen=True)
class Swept:
    """The answers at the low and the high of an assumption, all else as it is."""

    turn: Turn
    sizes: tuple[float, float, float]
    """The assumption's low, central and high."""
    answers: tuple[Interval, Interval, Interval]
    standings: tuple[Standing, Standing, Standing]
    unit: str
    turning_point: float | None
    """Where the mean crosses the bound, in a straight line between the three; None: nowhere."""


@dataclass(frozen=True)
class Answer:
    """What the model says to one question."""

    ask: Ask
    model: Interval
    standing: Standing
    behind: tuple[str, ...]
    """Teams that cannot keep up, where the answer is a time: it would flatter."""
    swept: tuple[Swept, ...]


@dataclass(frozen=True)
class ClaimAnswer:
    """What the model says to a claim."""

    name: str
    claim: Claim
    answers: tuple[Answer, ...]
    settings: tuple[str, ...] = ()
    """What was asked otherwise than the claim has it."""

    def _repr_markdown_(self) -> str:
        from sim.evidence.answer_words import one

        return one(self)


@dataclass(frozen=True)
class Answers:
    """What the model says to every claim, by its number in the evidence."""

    claims: Mapping[str, ClaimAnswer]

    def __getitem__(self, name: str) -> ClaimAnswer:
        """Return the answer to one claim, such as ``S3.4``."""
        return self.claims[name]

    def _repr_markdown_(self) -> str:
        from sim.evidence.answer_words import every

        return every(self.claims.values())


def answered(
    claims: Claims,
    *,
    area: str = "",
    settings: Sequence[str] = (),
    replications: int = REPLICATIONS,
    jobs: int | None = None,
    out: str | Path = "results",
    progress: bool = True,
) -> Answers:
    """Put claims to the model for one area, with changes; finished replications are reused.

    Raises ``ExperimentError`` when a run cannot start or go on, ``ScenarioError`` where
    an area or a setting is not known.
    """
    asked = {
        ask: _placed(ask, area, tuple(settings)) for claim in claims.values() for ask in claim.asks
    }
    for here in asked.values():
        estate(here.scenario, here.settings)  # an area that is not there is told before any run
    needed = [each for ask, here in asked.items() for each in (here, *_at_ends(ask, here))]
    measures = measure(needed, replications, jobs=jobs, out=out, progress=progress)
    say = _Sayer(measures, replications)
    return Answers(
        {
            name: ClaimAnswer(
                name,
                claim,
                tuple(say.answer(ask, asked[ask]) for ask in claim.asks),
                tuple(settings),
            )
            for name, claim in claims.items()
        }
    )


def _placed(ask: Ask, area: str, settings: tuple[str, ...]) -> Ask:
    """Return a question with changes, about another area where its scenario has an area team."""
    moves = scenario(ask.scenario, ask.settings).scenario.estate.area_team
    where = [f'estate.area_team="{area}"'] if area and moves else []
    return _with(ask, *where, *settings)


def _with(ask: Ask, *settings: str) -> Ask:
    return ask.model_copy(update={"settings": (*ask.settings, *settings)})


def _at_ends(ask: Ask, here: Ask) -> Iterator[Ask]:
    """Yield a question once with each assumption at its low, and once at its high."""
    for turn in ask.turns_on:
        for end in ends(ask, turn) or ():
            yield _with(here, f"{turn.key}={end!r}")


@dataclass(frozen=True)
class _Sayer:
    measures: Mapping[Place, pd.DataFrame]
    replications: int

    def answer(self, ask: Ask, here: Ask) -> Answer:
        model = self._model(here)
        teams = behind(here, self.measures) if ask.over is None else ()
        swept = tuple(self._swept(ask, here, turn, model) for turn in ask.turns_on)
        return Answer(ask, model, standing(ask, model), teams, swept)

    def _model(self, ask: Ask) -> Interval:
        return interval(answer(ask, self.measures, self.replications))

    def _swept(self, ask: Ask, here: Ask, turn: Turn, model: Interval) -> Swept:
        low, high = ends(ask, turn) or (math.nan, math.nan)
        value = assumptions(here.scenario, here.settings)[turn.key]
        sizes = (low, math.nan if value.size is None else value.size, high)
        at_low, at_high = (self._model(_with(here, f"{turn.key}={end!r}")) for end in (low, high))
        found = (at_low, model, at_high)
        points = [(size, each.mean) for size, each in zip(sizes, found, strict=True)]
        sides = (standing(ask, at_low), standing(ask, model), standing(ask, at_high))
        return Swept(turn, sizes, found, sides, value.unit, turning_point(ask, points))


def standing(ask: Ask, model: Interval) -> Standing:
    """Say whether the whole interval is where the claim holds, or where it does not."""
    if ask.low is None and ask.high is None:
        return "only shown"
    low = -math.inf if ask.low is None else ask.low
    high = math.inf if ask.high is None else ask.high
    if low <= model.low and model.high <= high:
        return "holds"
    if model.high < low or model.low > high:
        return "does not hold"
    return "cannot be told"


def turning_point(ask: Ask, points: Sequence[tuple[float, float]]) -> float | None:
    """Return the size of an assumption at which the answer meets a bound, between two points.

    ``points`` are (size, answer) in any order; None where the answer stays on its side.
    Points without a finite answer are left out.
    """
    ordered = sorted(point for point in points if math.isfinite(point[1]))
    for bound in (ask.low, ask.high):
        for (one, left), (other, right) in itertools.pairwise(ordered):
            if bound is not None and (left < bound) != (right < bound):
                return one + (other - one) * (bound - left) / (right - left)
    return None
