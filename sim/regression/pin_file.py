"""The file of a pin: TOML, one number per line, so that a change to it reads like a change."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sim.evidence.checking import fault_at
from sim.evidence.reading import refuse, validated
from sim.experiment.store import atomic
from sim.outcomes.catalogue import CATALOGUE
from sim.regression.pin import ROW, Head, Margins, Pin
from sim.scenario.errors import Fault, ScenarioError, nearest
from sim.scenario.library import there
from sim.scenario.quantity import Frozen
from sim.scenario.reading import toml
from sim.scenario.tree import Node, bare

DIGITS, SPREAD_DIGITS = 10, 6
"""Significant digits of a mean, and of a standard deviation."""

NOTE = """\
# What the scenario {scenario} is held to, by "sim check {scenario} --expected THIS_FILE".
# With --write, the same command pins anew what it finds.
"""

WHOLE = "file"
"""Name under which the whole document is validated."""


class Pinned(Frozen):
    """One number: a mean, and the standard deviation where it is kept and can be said."""

    model_config = ConfigDict(allow_inf_nan=True)  # a median that was not reached is endless

    mean: float
    sd: Annotated[float, Field(ge=0)] | None = None


def _pinned(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"mean": value}
    if not isinstance(value, dict):
        raise PydanticCustomError("pinned", "expected a number, or { mean = 1.5, sd = 0.5 }")
    return value


Numbers = dict[str, dict[str, Annotated[Pinned, BeforeValidator(_pinned)]]]
"""By measure and case type."""


class File(Frozen):
    """The whole file; ``expected`` is by context and arrangement."""

    pin: Head
    margins: Margins = Margins()
    expected: Annotated[dict[str, dict[str, Numbers]], Field(min_length=1)]


def write(pin: Pin, path: Path) -> None:
    """Write a pin, whole or not at all. Raises ``StoreError``."""
    with atomic(path) as passing:
        passing.write_text(text_of(pin), encoding="utf-8", newline="\n")


def text_of(pin: Pin) -> str:
    """Return the text of the file."""
    parts = [NOTE.format(scenario=pin.head.scenario) + _table("pin", pin.head.model_dump())]
    if pin.head.mode == "equivalent":
        margins = pin.margins.model_dump()
        parts.append(_table("margins", {"relative": margins["relative"]}))
        if margins["measures"]:
            parts.append(_table("margins.measures", margins["measures"]))
    for (context, arrangement), rows in pin.numbers.groupby(ROW[:2], sort=False):
        lines = [f"[expected.{bare(str(context))}.{bare(str(arrangement))}]"]
        lines += [_line(row, pin.head.mode == "equivalent") for row in rows.to_dict("records")]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _table(name: str, content: dict[str, Any]) -> str:
    # JSON writes texts, numbers and lists of texts as TOML does.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in content.items()]
    return "\n".join([f"[{name}]", *lines]) + "\n"


def _line(row: dict[Any, Any], with_spread: bool) -> str:
    mean = f"{row['mean']:.{DIGITS}g}"
    spread = with_spread and math.isfinite(row["sd"])
    value = f"{{ mean = {mean}, sd = {row['sd']:.{SPREAD_DIGITS}g} }}" if spread else mean
    return f"{bare(row['measure'])}.{bare(row['case_type'])} = {value}"


def read_if_any(path: Path) -> Pin | None:
    """Read a pin that is to be renewed, None where there is none yet.

    Raises ``ScenarioError`` with every fault in the file, and for a place where no file can be.
    """
    try:
        if path.is_dir():
            raise ScenarioError([Fault(str(path), problem="is a folder, expected a file")])
        return read(path) if path.exists() else None
    except OSError as error:  # a name that is too long, for one
        raise ScenarioError([Fault(str(path), problem=error.strerror or str(error))]) from error


def read(path: Path) -> Pin:
    """Read a pin. Raises ``ScenarioError`` with every fault in the file."""
    if not there(path):
        raise ScenarioError([Fault(str(path), problem="there is no such file; --write makes it")])
    document = toml(path)
    found, wrong = validated(Node({WHOLE: document}, document.origin), File)
    faults = [
        replace(fault, key=fault.key.removeprefix(WHOLE).removeprefix(".")) for fault in wrong
    ]
    refuse(faults or [*_unknown(document, found[WHOLE])])
    file = found[WHOLE]
    return Pin(file.pin, file.margins, pd.DataFrame(_rows(file), columns=[*ROW, "mean", "sd"]))


def _rows(file: File) -> Iterator[tuple[str, str, str, str, float, float]]:
    for context, arrangements in file.expected.items():
        for arrangement, measures in arrangements.items():
            for measure, case_types in measures.items():
                for case_type, number in case_types.items():
                    sd = math.nan if number.sd is None else number.sd
                    yield context, arrangement, measure, case_type, number.mean, sd


def _unknown(document: Node, file: File) -> Iterator[Fault]:
    """Yield a fault for each measure that there is not, and each number without its spread."""
    for context, arrangement, measure, case_type, mean, sd in _rows(file):
        path = ("expected", context, arrangement, measure)
        if measure not in CATALOGUE:
            problem = f"there is no measure {measure!r}"
            yield fault_at(document, path, problem, nearest(measure, CATALOGUE))
        elif file.pin.mode == "equivalent" and math.isfinite(mean) and math.isnan(sd):
            problem = "found no 'sd', the standard deviation that a test of equivalence needs"
            yield fault_at(document, (*path, case_type), problem)
    for measure in file.margins.measures:
        if measure not in CATALOGUE:
            problem = f"there is no measure {measure!r}"
            close = nearest(measure, CATALOGUE)
            yield fault_at(document, ("margins", "measures", measure), problem, close)
