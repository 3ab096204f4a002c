"""Practice-level estates from the ODS list of practices (``epraccur``).

The layout has no header and 27 columns. It knows neither list sizes nor
contract types: they come from NHS Payments to General Practice when that is at
hand, else from the facts of the practice's CCG.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.estate_areas import Area, EstateError, Facts, read_table
from sim.scenario.estate_facts import read_facts
from sim.scenario.estate_import import Import, Report, Row, import_payments, in_areas
from sim.scenario.estate_lines import read_lines
from sim.scenario.library import root

CODE, NATION, STATUS, COMMISSIONER, SETTING = 0, 2, 12, 14, 25
"""Columns, counted from 0."""

WIDTH = 27
WALES = "W00"
ACTIVE = "A"
STATUS_WORDS = {"C": "closed", "D": "dormant", "P": "proposed"}
GP_PRACTICE = "4"
"""Prescribing setting of a GP practice."""

FACTS = "england-2014-15"
"""Facts whose CCGs the list is matched with."""


@dataclass(frozen=True)
class Place:
    """A CCG, the tiers above it and its mean list."""

    code: str
    name: str
    parent_code: str
    parent: str
    region: str
    mean_list: int


def import_epraccur(
    path: Path, areas: Sequence[str] = (), *, payments: Path | None = None
) -> Import:
    """Read an ODS list of practices: active GP practices of England.

    ``payments`` adds list sizes, contract types and dispensing by practice code.
    ``areas`` keeps only practices of these area teams, by code or name.

    Raises:
        EstateError: A file cannot be read, or is not of its layout.
    """
    lines = read_lines(path)
    _check_layout(lines, path)
    known = import_payments(payments, keep_closed=True) if payments else None
    by_code = {row.code: row for row in known.rows} if known else {}
    report = Report(path.name)
    rows = list(_rows(lines, by_code, report))
    rows = in_areas(rows, areas, report, path)
    if not rows:
        raise EstateError("no practice is left", file=path.name)
    _note(rows, by_code, payments, report)
    source = f"ODS list of practices ({path.name})"
    if payments:
        source += f" with NHS Payments to General Practice ({payments.name})"
    return Import("ccg", "area_team", source, report.keep(rows), report)


def _check_layout(lines: Sequence[Sequence[str]], path: Path) -> None:
    wide = sum(len(line) == WIDTH for line in lines)
    if wide < len(lines) / 2 or not lines:
        found = len(lines[0]) if lines else 0
        raise EstateError(
            f"is not in the layout of epraccur: expected {WIDTH} columns and no header,"
            f" the first line has {found}",
            file=path.name,
        )


def _rows(
    lines: Sequence[Sequence[str]], by_code: Mapping[str, Row], report: Report
) -> Iterator[Row]:
    """Yield the practices that are taken and count the other lines by reason."""
    places = _places(read_facts(FACTS))
    seen: set[str] = set()
    for line in lines:
        report.read += 1
        reason = _fault(line, seen)
        row = None if reason else _row(line, places, by_code)
        if not reason and row is None:
            reason = f"of CCG {line[COMMISSIONER] or '(none)'}, which the look-up lacks"
        if row is None:
            report.dropped[reason] += 1
            continue
        if not row.patients:
            report.dropped["without registered patients"] += 1
            continue
        seen.add(row.code)
        yield row


def _fault(line: Sequence[str], seen: set[str]) -> str:
    """Say why a line is no active GP practice of England, "" when it is."""
    if len(line) < WIDTH:
        return "with too few columns"
    if line[NATION] == WALES:
        return "in Wales"
    if line[SETTING] != GP_PRACTICE:
        return "not a GP practice (prescribing setting other than 4)"
    if line[STATUS] != ACTIVE:
        return STATUS_WORDS.get(line[STATUS], "of unknown status")
    return "repeated (the first row of a practice is taken)" if line[CODE] in seen else ""


def _row(
    line: Sequence[str], places: Mapping[str, Place], by_code: Mapping[str, Row]
) -> Row | None:
    """Return a practice: place from the list, the rest from the payments or its CCG."""
    paid = by_code.get(line[CODE])
    place = places.get(line[COMMISSIONER]) or (places.get(paid.cell_code) if paid else None)
    if place is None:
        return None
    return Row(
        code=line[CODE],
        contract_type=paid.contract_type if paid else "GMS",
        cell_code=place.code,
        cell=place.name,
        parent_code=place.parent_code,
        parent=place.parent,
        region=place.region,
        patients=paid.patients if paid else place.mean_list,
        rural=paid.rural if paid else None,
    )


def _places(facts: Facts) -> dict[str, Place]:
    """Return the CCGs of the facts and those formed later, by code."""
    by_code = {area.code: area for area in facts.areas}
    places = {code: _place(code, area.name, [area]) for code, area in by_code.items()}
    for change in read_table(root() / "estates" / FACTS / "ccg_changes.csv"):
        before = [by_code[code] for code in change["replaces"].split()]
        places[change["ccg_code"]] = _place(change["ccg_code"], change["ccg"], before)
    return places


def _place(code: str, name: str, areas: Sequence[Area]) -> Place:
    patients = sum(area.patients for area in areas)
    practices = sum(len(area.practices) for area in areas)
    one = areas[0]
    return Place(code, name, one.parent_code, one.parent, one.region, round(patients / practices))


def _note(
    rows: Sequence[Row], by_code: Mapping[str, Row], payments: Path | None, report: Report
) -> None:
    """Say for how many practices list size and contract type were put in."""
    unknown = sum(row.code not in by_code for row in rows)
    if unknown:
        why = f"they are not in {payments.name}" if payments else "this list does not hold them"
        report.notes.append(
            f"{unknown:,} practices have their CCG's mean list of 2014/15, contract type GMS and"
            f" its rural share, because {why}"
        )
