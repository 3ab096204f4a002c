"""Practice-level estates from a public list: NHS Payments to General Practice.

The layout has a header whose wording changes from year to year; columns are
found by what they say, not by where they stand. What is taken and what is
dropped, and why, goes into a report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario.errors import nearest
from sim.scenario.estate_areas import EstateError
from sim.scenario.estate_lines import MISSING, check_header, number, read_lines

_COLUMNS: dict[str, str] = {
    "code": r"(gp|org(anisation)?)?(practice)?code",
    "contract_type": r"(practice)?contracttype",
    "patients": r"(average)?(number|no)of(the)?registeredpatients.*|registeredpatients.*",
    "closed": r"practiceclose[d]?date",
    "dispensing": r"dispensing(practice)?(status)?",
    "rurality": r"practicerurality|rurality",
    "ccg_code": r"(ccg|subicb(loc(ation)?)?)(ods)?code",
    "ccg": r"(ccg|subicb(loc(ation)?)?)name",
    "icb_code": r"(icb|stp|icbstp|stpicb|integratedcareboard)(ods)?code",
    "icb": r"(icb|stp|icbstp|stpicb|integratedcareboard)name",
    "team_code": r"nhsengland.*code",
    "team": r"nhsengland.*name",
    "region_code": r"(commissioning)?region(geography)?code",
    "region": r"(commissioning)?region(geography)?name",
}
"""What a column of the header says, without spaces and punctuation."""

NO_AREAS = "a list with columns for the code and name of area teams (NHS England ...) or ICBs"
"""What is expected of a list of which only some areas are asked for."""

_NEEDED = ("code", "contract_type", "patients", "ccg_code", "ccg")


@dataclass(frozen=True)
class Row:
    """One practice of an imported list. ``rural`` is None where the list does not say."""

    code: str
    contract_type: str
    cell_code: str
    cell: str
    parent_code: str
    parent: str
    region: str
    patients: int
    rural: bool | None


@dataclass
class Report:
    """What an import read, took and dropped, and what a reader should know."""

    source: str
    read: int = 0
    taken: int = 0
    patients: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def keep(self, rows: Iterable[Row]) -> list[Row]:
        """Count and return the rows that were taken."""
        kept = list(rows)
        self.taken, self.patients = len(kept), sum(row.patients for row in kept)
        return kept

    def __str__(self) -> str:
        """Return the report as lines of text."""
        lines = [
            f"{self.source}: {self.read:,} rows read",
            f"  {self.taken:,} practices taken, {self.patients:,} registered patients",
            f"  {sum(self.dropped.values()):,} rows dropped",
            *(f"    {count:,} {reason}" for reason, count in self.dropped.most_common()),
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Import:
    """Practices of one list, the tiers they come with, and the report."""

    cell_tier: str
    parent_tier: str
    source: str
    rows: list[Row]
    report: Report


def import_payments(path: Path, areas: Sequence[str] = (), *, keep_closed: bool = False) -> Import:
    """Read NHS Payments to General Practice of any year.

    Practices that closed in the year and practices without patients are left
    out unless ``keep_closed``. ``areas`` keeps only practices of these area
    teams or ICBs, by code or name.

    Raises:
        EstateError: The file cannot be read, or is not of this layout.
    """
    header, *lines = read_lines(path) or [[]]
    at = _find_columns(header, path)
    report = Report(path.name)
    icbs = "icb_code" in at
    sound = _sound(lines, at, report, keep_closed=keep_closed)
    rows = [_row(line, at, icbs=icbs) for line in sound]
    rows = in_areas(rows, areas, report, path)
    if not rows:
        raise EstateError("no practice is left; " + _why_none(report), file=path.name)
    _note_gaps(rows, report)
    cell, parent = ("sub_icb", "icb") if icbs else ("ccg", "area_team")
    source = f"NHS Payments to General Practice ({path.name})"
    return Import(cell, parent, source, report.keep(rows), report)


def _find_columns(header: Sequence[str], path: Path) -> dict[str, int]:
    """Return the position of each column that the header has, by our name for it."""
    said = [re.sub(r"[^a-z0-9]", "", title.lower()) for title in header]
    at: dict[str, int] = {}
    for name, pattern in _COLUMNS.items():
        for position, words in enumerate(said):
            if re.fullmatch(pattern, words) and position not in at.values():
                at.setdefault(name, position)
    lacking = [name for name in _NEEDED if name not in at]
    if lacking:
        raise EstateError(_lacking(lacking, header), file=path.name)
    check_header(header, [header[position] for position in at.values()], path)
    return at


def _lacking(names: Sequence[str], header: Sequence[str]) -> str:
    titles = {
        "code": "Practice Code",
        "contract_type": "Contract Type",
        "patients": "Number of Registered Patients",
        "ccg_code": "CCG Code",
        "ccg": "CCG Name",
    }
    wanted = ", ".join(repr(titles[name]) for name in names)
    close = [near for name in names if (near := nearest(titles[name], header))]
    hint = f" (nearest: {', '.join(map(repr, close))})" if close else ""
    found = ", ".join(repr(title[:40]) for title in header[:4])
    return (
        f"is not in the layout of NHS Payments to General Practice: no column {wanted}{hint};"
        f" its first line begins {found}"
    )


def _sound(
    lines: Iterable[list[str]], at: dict[str, int], report: Report, *, keep_closed: bool
) -> Iterator[list[str]]:
    """Yield the lines that are practices of the estate and count the others by reason."""
    seen: set[str] = set()
    for line in lines:
        report.read += 1
        reason = _fault(line, at, seen, keep_closed=keep_closed)
        if reason:
            report.dropped[reason] += 1
            continue
        seen.add(line[at["code"]])
        yield line


def _fault(line: list[str], at: dict[str, int], seen: set[str], *, keep_closed: bool) -> str | None:
    """Say why a line is not taken, None when it is."""
    if len(line) <= max(at.values()):
        return "with too few columns"
    code, patients = line[at["code"]], number(line[at["patients"]])
    if code.lower() in MISSING:
        return "without a practice code (totals, footnotes)"
    if code in seen:
        return "repeated (the first row of a practice is taken)"
    if line[at["ccg_code"]].lower() in MISSING:
        return "without a CCG"
    if not keep_closed and "closed" in at and line[at["closed"]].lower() not in MISSING:
        return "closed (they have a close date)"
    if patients is None:
        return "with a number of patients that cannot be read"
    if not patients and not keep_closed:
        return "without registered patients"
    return None


def _row(line: list[str], at: dict[str, int], *, icbs: bool) -> Row:
    def cell(name: str) -> str:
        text = line[at[name]] if name in at else ""
        return "" if text.lower() in MISSING else text

    parent = "icb" if icbs else "team"
    return Row(
        code=cell("code"),
        contract_type=cell("contract_type").upper() or "UNK",
        cell_code=cell("ccg_code"),
        cell=cell("ccg"),
        parent_code=cell(f"{parent}_code"),
        parent=cell(parent),
        region=cell("region"),
        patients=number(cell("patients")) or 0,
        rural=_rural(cell("rurality"), cell("dispensing")),
    )


def _rural(rurality: str, dispensing: str) -> bool | None:
    """Read the rurality that is published, else whether the practice dispenses."""
    if rurality:
        return rurality.lower().startswith("rural")
    return dispensing.lower().startswith("y") if dispensing else None


def in_areas(rows: list[Row], areas: Sequence[str], report: Report, path: Path) -> list[Row]:
    """Keep the practices of these area teams or ICBs, by code or name; all when none is named.

    Raises:
        EstateError: A name is not in the list.
    """
    known = {text.lower(): text for row in rows for text in (row.parent, row.parent_code)}
    for area in areas:
        if area.lower() not in known:
            among = "an area team or ICB of this list" if any(known) else NO_AREAS
            problem = f"found {area!r}, expected {among}"
            raise EstateError(problem, file=path.name, nearest=nearest(area, known.values()))
    wanted = {area.lower() for area in areas}
    kept = [
        row for row in rows if not wanted or wanted & {row.parent.lower(), row.parent_code.lower()}
    ]
    if len(kept) < len(rows):
        report.dropped["outside the areas asked for"] += len(rows) - len(kept)
    return kept


def _why_none(report: Report) -> str:
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in report.dropped.most_common())
    return f"{report.read:,} rows read; {reasons or 'the file holds nothing but a header'}"


def _note_gaps(rows: Sequence[Row], report: Report) -> None:
    """Add a note for what the list does not say."""
    types = Counter(row.contract_type for row in rows)
    report.notes.append(
        "contract types: " + ", ".join(f"{kind} {count:,}" for kind, count in types.most_common())
    )
    unknown = sum(row.rural is None for row in rows)
    if unknown:
        report.notes.append(
            f"{unknown:,} practices without rurality or dispensing: "
            "the estate takes the rural share of their CCG in the facts"
        )
