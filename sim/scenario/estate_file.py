"""Practice-level estate files: written by an import, read by a scenario.

One row per GP practice. Contracts of other types, and practices of areas that
the file leaves out, come from the facts.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.scenario import apportion, library
from sim.scenario.errors import nearest
from sim.scenario.estate import Fact
from sim.scenario.estate_areas import (
    Area,
    EstateError,
    Facts,
    Practice,
    RealTier,
    in_order,
)
from sim.scenario.estate_import import Import, Row
from sim.scenario.estate_lines import MOST_PATIENTS, read_rows
from sim.whole import whole

WHOLE = 0.9
"""A file with this share of the facts' patients or more stands for all of England."""

_PATIENTS = re.compile("[0-9]{1,9}")


def write_estate(path: Path, found: Import) -> None:
    """Write an imported list as an estate file, in order of area and practice code.

    The file is written whole or not at all. Raises ``OSError``.
    """
    rows = sorted(
        found.rows, key=lambda row: (row.region, row.parent_code, row.cell_code, row.code)
    )
    with whole(path) as passing, passing.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns(found.cell_tier, found.parent_tier))
        for row in rows:
            writer.writerow(
                (
                    row.code,
                    row.contract_type,
                    row.patients,
                    {True: "yes", False: "no", None: ""}[row.rural],
                    row.cell_code,
                    row.cell,
                    row.parent_code,
                    row.parent,
                    row.region,
                    found.source,
                )
            )


def columns(cell: str, parent: str) -> list[str]:
    """Return the header of an estate file."""
    areas = [f"{cell}_code", cell, f"{parent}_code", parent]
    return ["practice_code", "contract_type", "patients", "rural", *areas, "region", "source"]


def read_estate(
    name: str, facts: Facts, counts: NDArray[np.int64]
) -> tuple[Facts, NDArray[np.int64], NDArray[np.bool_]]:
    """Put the practices of a file in the place of the facts'.

    ``counts`` has the contracts of other types by area of the facts, shape
    (areas, types). Returns the new facts, the new counts, and which areas the
    estate is about: those of the file, or all when it stands for England.

    Raises:
        EstateError: The file is missing, damaged or of other tiers than the facts.
    """
    path = find(name)
    from_file, source = own_areas(path, facts)
    whole = sum(area.patients for area in from_file) >= WHOLE * sum(
        area.patients for area in facts.areas
    )
    stays = np.array([not whole and _stays(area, from_file, facts) for area in facts.areas])
    kept = [area for area, stay in zip(facts.areas, stays, strict=True) if stay]
    areas = in_order([*from_file, *kept])
    merged = _merge(facts, counts, stays, areas)
    codes = {area.code for area in from_file}
    own = np.array([whole or area.code in codes for area in areas])
    return _renamed(facts, areas, source, path, whole=whole), merged, own


def own_areas(path: Path, facts: Facts) -> tuple[list[Area], str]:
    """Return the areas of a file with its practices, and where they come from.

    Raises EstateError as ``read_estate`` does.
    """
    rows, source = _read_rows(path, facts)
    return list(_areas(rows, facts, path)), source


def find(name: str) -> Path:
    """Return the file that ``estate.file`` names. Raises EstateError."""
    path = library.find_list(name)
    if path is None:
        raise EstateError(library.NO_LIST.format(name), key="file")
    return path


def _read_rows(path: Path, facts: Facts) -> tuple[list[Row], str]:
    """Read the rows, checking that their tiers are those of the facts."""
    header, table = read_rows(path)
    needed, other = columns(facts.cell_tier, facts.parent_tier)[:-1], ""
    if facts.cell_tier == "sub_icb" and "ccg_code" in header:
        other = "; it is a list by CCG: one with the codes of ICBs too is imported by ICB"
    if needed[0] not in header:
        raise EstateError(
            f'has no column {needed[0]!r}: it is no list that "sim estate import" has made, which '
            "makes one of the public list of practices",
            file=path.name,
        )
    for column in needed:
        if column not in header:
            raise EstateError(
                f"has no column {column!r}, which an estate file needs beside these facts{other}",
                file=path.name,
                nearest="" if other else nearest(column, header),
            )
    if not table:
        raise EstateError("has a header and no practices", file=path.name)
    for at, line in table:
        if lacking := [column for column in needed if column not in line]:
            problem = f"the row ends before the column {lacking[0]!r}"
            raise EstateError(problem, file=f"{path.name}:{at}")
    rows = [_row(line, at, facts, path) for at, line in table]
    repeated = [code for code, times in Counter(row.code for row in rows).items() if times > 1]
    if repeated:
        raise EstateError(f"has a practice twice: {min(repeated)}", file=path.name)
    return rows, table[0][1].get("source") or path.name


def _row(line: dict[str, str], at: int, facts: Facts, path: Path) -> Row:
    cell, parent = facts.cell_tier, facts.parent_tier
    if not _PATIENTS.fullmatch(line["patients"]) or int(line["patients"]) > MOST_PATIENTS:
        problem = (
            f"found {line['patients'][:40]!r}, expected a whole number of patients,"
            f" {MOST_PATIENTS:,} at most"
        )
        raise EstateError(problem, file=f"{path.name}:{at}", key="patients")
    return Row(
        code=line["practice_code"],
        contract_type=line["contract_type"],
        cell_code=line[f"{cell}_code"],
        cell=line[cell],
        parent_code=line[f"{parent}_code"],
        parent=line[parent],
        region=line["region"],
        patients=int(line["patients"]),
        rural={"yes": True, "no": False}.get(line["rural"]),
    )


def _areas(rows: Sequence[Row], facts: Facts, path: Path) -> Iterator[Area]:
    """Yield an area per cell of the file, its practices in order of their codes."""
    by_cell: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.code):
        by_cell[row.cell_code].append(row)
    for code, members in by_cell.items():
        first = members[0]
        parent_code, parent = _parent(first, facts, path)
        yield Area(
            code=code,
            name=first.cell,
            parent_code=parent_code,
            parent=parent,
            region=_region(first, parent_code, facts, path),
            practices=tuple(_practices(members, _rural_share(first, facts))),
        )


def _parent(row: Row, facts: Facts, path: Path) -> tuple[str, str]:
    """Return code and name of what a cell belongs to: as the file says, else as the facts do."""
    if row.parent:
        return row.parent_code, row.parent
    for area in facts.areas:
        if area.code == row.cell_code:
            return area.parent_code, area.parent
    raise EstateError(
        f"does not say to which {facts.parent_tier} {row.cell!r} ({row.cell_code}) belongs,"
        " and the facts know no such code",
        file=path.name,
    )


def _region(row: Row, parent_code: str, facts: Facts, path: Path) -> str:
    """Return the region of a cell: as the file says, else that of its parent in the facts."""
    known = (area.region for area in facts.areas if area.parent_code == parent_code)
    if region := row.region or next(known, ""):
        return region
    raise EstateError(
        f"does not say in which region {row.cell!r} ({row.cell_code}) is,"
        f" and the facts know no {facts.parent_tier} {parent_code!r}",
        file=path.name,
    )


def _practices(rows: Sequence[Row], rural_share: float) -> Iterator[Practice]:
    """Yield the practices; where rurality is unknown, the facts' share is spread evenly."""
    likely = apportion.spread(round(len(rows) * rural_share), len(rows))
    for row, place, guess in zip(rows, apportion.middles(len(rows)), likely, strict=True):
        rural = bool(guess) if row.rural is None else row.rural
        yield Practice(f"GP-{row.code}", row.patients, rural, float(place))


def _rural_share(row: Row, facts: Facts) -> float:
    """Return the facts' rural share of the row's area, else of its parent."""
    same = [area for area in facts.areas if area.code == row.cell_code] or [
        area for area in facts.areas if area.parent_code == row.parent_code
    ]
    practices = [practice.rural for area in same for practice in area.practices]
    return sum(practices) / max(len(practices), 1)


def _stays(area: Area, from_file: Sequence[Area], facts: Facts) -> bool:
    """Say whether an area of the facts is not covered by a file of part of England.

    An area of the file that the facts do not know replaces its whole parent.
    """
    known = {one.code for one in facts.areas}
    replaced = {one.parent_code for one in from_file if one.code not in known}
    return area.parent_code not in replaced and area.code not in {one.code for one in from_file}


def _merge(
    facts: Facts, counts: NDArray[np.int64], stays: NDArray[np.bool_], areas: Sequence[Area]
) -> NDArray[np.int64]:
    """Share the other contracts of the replaced areas out over the file's, by population.

    Within the parent where the facts know it, else over all that is left.
    """
    number = {area.code: i for i, area in enumerate(areas)}
    merged = np.zeros((len(areas), counts.shape[1]), dtype=np.int64)
    pools: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(counts.shape[1], np.int64))
    kept = {area.code for area, stay in zip(facts.areas, stays, strict=True) if stay}
    parents = {area.parent_code for area in areas if area.code not in kept}
    for area, row, stay in zip(facts.areas, counts, stays, strict=True):
        if stay:
            merged[number[area.code]] = row
        else:
            pools[area.parent_code if area.parent_code in parents else ""] += row
    for parent, pool in pools.items():
        own = [a for a in areas if a.code not in kept]
        strange = [a for a in own if a.parent_code not in pools]
        takers = [a for a in own if a.parent_code == parent] or strange or own
        patients = [area.patients for area in takers]
        index = [number[area.code] for area in takers]
        for kind, total in enumerate(pool.tolist()):
            merged[index, kind] += apportion.largest_remainder(total, patients)
    return merged


def _renamed(
    facts: Facts, areas: tuple[Area, ...], source: str, path: Path, *, whole: bool
) -> Facts:
    """Return the facts with the file's areas and the file as the source of their tiers."""
    tiers = dict(facts.tiers)
    for tier in (facts.cell_tier, facts.parent_tier):
        tiers[tier] = RealTier(source if whole else f"{source}; elsewhere {tiers[tier].source}")
    rest = "other contracts" if whole else "other contracts and areas"
    return replace(
        facts,
        title=f"Practices of {path.name}; {rest} from: {facts.title}",
        areas=areas,
        tiers=tiers,
        facts=(Fact(source, "as imported", "as imported", "as imported"), *facts.facts),
        synthetic=not whole,
    )
