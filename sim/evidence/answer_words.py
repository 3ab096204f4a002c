"""Answers to claims in Markdown, for somebody who knows contracts and not the model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sim.evidence import words
from sim.evidence.answering import Answer, ClaimAnswer, Standing, Swept
from sim.evidence.claims import Ask
from sim.evidence.judgement import Interval
from sim.experiment import wording
from sim.scenario.errors import listed
from sim.scenario.values import number

MARKS: dict[Standing, str] = {
    "holds": "**holds**",
    "does not hold": "**does not hold**",
    "cannot be told": "**cannot be told** from these replications",
    "only shown": "no test",
}
UNITS = {
    "ratio": "",
    "share": "",
    "standard deviation / mean": "",
    "whole-time equivalents": " WTE",
}
"""Units that are said otherwise here, or go without saying; all others follow the number."""


def one(found: ClaimAnswer) -> str:
    """Return the claim, the table of its questions, how sure the answers are and what is open."""
    claim = found.claim
    lines = [f"> **Claimed ({found.name}):** {claim.claimed}", ""]
    if claim.contradiction:
        lines += [f"**The source contradicts itself.** {claim.contradiction}", ""]
    if found.settings:
        changes = ", ".join(f"`{change}`" for change in found.settings)
        lines += [f"Asked with {changes}; words and bounds are those for the claim as it is.", ""]
    lines += [*_table(found.answers), "", "**How sure, and what would have to be true**", ""]
    lines += [f"- {sentence}" for each in found.answers for sentence in _sure(each)]
    if claim.beyond:
        lines += [f"- {claim.beyond}"]
    return "\n".join(lines)


def every(found: Iterable[ClaimAnswer]) -> str:
    """Return a table with a row for each question of each claim."""
    return "\n".join(
        [
            "| Claim | Asked of the model | The model says | The claim | It turns on |",
            "|:--|:--|:--|:--|:--|",
            *(
                _row(
                    f"{each.name} {each.claim.title}" if first else "",
                    answer.ask.what,
                    _said(answer),
                    MARKS[answer.standing],
                    _turns(answer),
                )
                for each in found
                for first, answer in _with_first(each.answers)
            ),
        ]
    )


def _with_first(answers: Iterable[Answer]) -> Iterator[tuple[bool, Answer]]:
    for place, answer in enumerate(answers):
        yield place == 0, answer


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _table(answers: Iterable[Answer]) -> list[str]:
    return [
        "| Asked of the model | The claim holds if this is | The model says | The claim |",
        "|:--|:--|:--|:--|",
        *(
            _row(
                f"{each.ask.what}. {each.ask.why}".strip(),
                _bounds(each),
                _said(each),
                MARKS[each.standing],
            )
            for each in answers
        ),
    ]


def _bounds(answer: Answer) -> str:
    bounds = words.accepted(answer.ask)
    return f"{bounds}{_unit(answer)}" if bounds else ""


def _unit(answer: Answer) -> str:
    return UNITS.get(answer.ask.unit, f" {answer.ask.unit}")


def _said(answer: Answer) -> str:
    known = not math.isnan(answer.model.mean)
    text = amount(answer.ask, answer.model) + (_unit(answer) if known else "")
    return f"{text}; a time that flatters: some cannot keep up" if answer.behind else text


def amount(ask: Ask, found: Interval) -> str:
    """Say a mean with its interval; without one where luck makes no difference.

    A share of a whole is not said to be below 0% or above 100%.
    """
    ends = [found.mean, found.low, found.high]
    half = (found.high - found.low) / 2.0
    if ask.unit == "share" and ask.versus is None:
        ends = [min(max(end, 0.0), 1.0) if math.isfinite(end) else end for end in ends]
    mean, low, high = (wording.amount(end, ask.unit, half) for end in ends)
    return mean if low == high else f"{mean} ({low} to {high})"


def _turns(answer: Answer) -> str:
    turning = [each.turn.words for each in answer.swept if each.turning_point is not None]
    if turning:
        return listed(turning, "and")
    return "nothing that was tried" if answer.swept else ""


def _sure(answer: Answer) -> Iterator[str]:
    """Yield a sentence for each assumption on which an answer may turn."""
    for swept in answer.swept:
        found = (
            f"*{answer.ask.what}.* With {swept.turn.words} at {_size(swept, 0)}: "
            f"{_found(answer, swept, 0)}; at {_size(swept, 2)}: {_found(answer, swept, 2)}."
        )
        yield f"{found} {_needed(answer, swept)}".rstrip()


def _found(answer: Answer, swept: Swept, place: int) -> str:
    said = amount(answer.ask, swept.answers[place])
    stands = swept.standings[place]
    return said if stands == "only shown" else f"{said}, {stands}"


def _size(swept: Swept, place: int) -> str:
    return _dressed(swept.sizes[place], swept.unit)


def _dressed(size: float, unit: str) -> str:
    if unit.startswith("share"):
        return f"{100 * size:.3g}%"
    if unit.startswith("GBP"):
        return f"£{size:,.0f}"
    return number(size) + UNITS.get(unit, f" {unit}" if unit else "")


def _needed(answer: Answer, swept: Swept) -> str:
    """Say where the answer would be another one."""
    if answer.standing == "only shown":
        return ""
    if any(math.isnan(each.mean) for each in swept.answers):
        return "Where it is not reached, nothing can be said."
    if swept.turning_point is None:
        return "Its mean stays on one side from low to high."
    point = _dressed(float(f"{swept.turning_point:.3g}"), swept.unit)
    low, _, high = (_met(answer.ask, each.mean) for each in swept.answers)
    central = _size(swept, 1)
    if low == high:
        return f"The answer changes at about {point}; the model has {central}."
    more = "more" if high else "less"
    return f"The claim needs {more} than about {point}; the model has {central}."


def _met(ask: Ask, mean: float) -> bool:
    return (ask.low is None or mean >= ask.low) and (ask.high is None or mean <= ask.high)
