"""What a row of the table says, in words that the terminal and the document share."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from typing import get_args

from sim.evidence.judgement import Finding
from sim.evidence.targets import Check, Gap, Label, Question
from sim.evidence.worlds import assumptions
from sim.experiment import wording
from sim.scenario import library
from sim.scenario.errors import listed
from sim.scenario.values import Value

HOW_TO_READ = (
    "**Independent** targets count: nothing that was observed there set a parameter which the "
    "answer follows from. An **input check** shows only that the files say what they should, "
    "because the same source set a parameter or because both sides follow from the same "
    "assumptions. What is **out of scope** the model is not meant to give.",
    "A check is a **hit** when the model's 95% interval overlaps the range of what was observed, "
    "and a **miss** otherwise. The interval is a t interval over replications with every "
    "parameter at its central value: simulation error only, so it says nothing of what is unknown "
    "about the parameters. With few replications intervals are wide and hits easy; a hit of which "
    "the mean lies outside the range says so, and so does a time that would flatter because a "
    "team cannot keep up. A miss stays a miss until a mechanism is put right; "
    "no parameter is tuned to a target.",
)
"""Paragraphs, with the marks of Markdown."""


def observed(row: Check | Gap) -> str:
    """Say what was seen and where it was published."""
    return f"{row.observed} ({', '.join(row.sources)})"


def accepted(check: Question) -> str:
    """Say in which range the model's interval is a hit; empty where there is none."""
    ends = [None if end is None else number(end, check.unit) for end in (check.low, check.high)]
    match ends:
        case [None, None]:
            return ""
        case [low, None]:
            return f"at least {low}"
        case [None, high]:
            return f"at most {high}"
        case _:
            return " to ".join(str(end) for end in ends)


def number(value: float, unit: str) -> str:
    """Say a bound as the file has it, shares in per cent."""
    text = f"{wording.scaled(value, unit):,.10g}".replace("-", "−")
    return f"{text}%" if unit == "share" else text


def model(finding: Finding) -> str:
    """Say the mean and its interval; empty for a gap."""
    found = finding.model
    if found is None or isinstance(finding.row, Gap):
        return ""
    unit = finding.row.unit
    if not math.isfinite(found.mean):
        return wording.amount(found.mean, unit)
    half = (found.high - found.low) / 2.0
    mean, low, high = (
        wording.amount(value, unit, half) for value in (found.mean, found.low, found.high)
    )
    words = "" if unit in ("share", "ratio") else f" {unit}"
    return f"{mean}{words}" if low == high else f"{mean} ({low} to {high}){words}"


def verdict(finding: Finding) -> str:
    """Say hit or miss, or why neither, with the mechanisms that a gap waits for."""
    if isinstance(finding.row, Gap) and finding.row.missing:
        return f"not modelled yet: {', '.join(finding.row.missing)}"
    behind = f"; {listed(finding.behind, 'and')} cannot keep up" if finding.behind else ""
    return f"{finding.verdict}{', its mean outside' * finding.barely}{behind}"


def asked(check: Check) -> str:
    """Say what is run: the measure, the arrangement and the scenario with its settings."""
    rows = check.value
    what = check.transformation.replace("_", " ")
    if rows is not None:
        kept = (*rows.case_types, rows.body, rows.role, rows.period)
        measure = ", ".join([rows.measure, *(name for name in kept if name != "all")])
        what = measure if what == "value" else f"{measure} ({what})"
    if check.over is not None:
        what += f" over {', '.join([check.over.measure, *check.over.case_types])}"
    if check.across and check.each:
        what += f", {check.across.replace('_', ' ')} over every {check.each.replace('_', ' ')}"
    who = check.arrangement
    if check.versus:
        who += f", {check.versus.by} from {check.versus.arrangement}"
    return f"{what}; {who}; {' '.join([check.scenario, *check.settings])}, {check.context}"


def rests_on(check: Check) -> list[str]:
    """Return each assumption with its value, range and grade."""
    known = assumptions(check.scenario, check.settings)
    return [_assumption(known[key]) for key in check.rests_on]


def _assumption(value: Value) -> str:
    spread = f" ({value.spread})" if value.spread else ""
    grade = value.grade or "a choice"
    return f"{value.key} = {value.text}{spread}, {grade}"


def tally(findings: Sequence[Finding]) -> list[str]:
    """Count the verdicts of each label in a line."""
    return [_count(label, findings) for label in get_args(Label)]


def _count(label: Label, findings: Sequence[Finding]) -> str:
    counts = Counter(finding.verdict for finding in findings if finding.row.label == label)
    parts = [f"{number} {verdict}" for verdict, number in sorted(counts.items())]
    return f"{label[0].upper()}{label[1:]}: {', '.join(parts) or 'none'}."


def bibliography(findings: Sequence[Finding]) -> list[str]:
    """Return every source that the rows name, as the library has it."""
    named = {source for finding in findings for source in finding.row.sources}
    with (library.root() / "sources.csv").open(encoding="utf-8") as file:
        return [_source(row) for row in csv.DictReader(file) if row["id"] in named]


def _source(row: dict[str, str]) -> str:
    parts = [row[key].rstrip(".") for key in ("author", "title", "outlet", "date") if row[key]]
    return f"{row['id']}: {'. '.join(parts)}."
