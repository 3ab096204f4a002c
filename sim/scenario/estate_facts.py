"""Facts of a year: practices synthesised from small published tables.

A folder of facts holds ``facts.toml`` (what, who, when, licence) and either
``gp_contracts.csv`` (a row per CCG and contract type with list-size quantiles)
or ``icb_contracts.csv`` (a row per ICB, with one national shape of list sizes)
and ``icb_groups.csv`` (a row per ICB, with the bodies that several ICBs share).
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.scenario import apportion
from sim.scenario.estate import Fact
from sim.scenario.estate_areas import (
    Area,
    EstateError,
    Facts,
    Practice,
    RealTier,
    in_order,
    read_table,
)
from sim.scenario.library import find_facts, no_facts

LEVELS = (0, 10, 25, 50, 75, 90, 100)
"""List-size quantiles of ``gp_contracts.csv``, in per cent."""

COLUMN_OF_TYPE = {
    "gms": "GMS",
    "pms": "PMS",
    "apms": "APMS",
    "unknown": "UNK",
}
"""Columns of GP contracts in ``icb_contracts.csv`` and their mark in a contract's id."""


def read_facts(name: str) -> Facts:
    """Read the facts of a year by name in the library, or by folder.

    Raises:
        EstateError: There are no such facts.
    """
    folder = find_facts(name)
    if folder is not None:
        return _read_folder(folder.resolve())
    expected, close = no_facts(name)
    raise EstateError(f"found {name!r}, expected {expected}", key="facts", nearest=close)


@cache
def _read_folder(folder: Path) -> Facts:
    about = tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))
    by_ccg = (folder / "gp_contracts.csv").is_file()
    areas, per_parent = (_ccgs(folder), {}) if by_ccg else _icbs(folder)
    return Facts(
        title=about["title"],
        cell_tier=about["cell_tier"],
        parent_tier=about["parent_tier"],
        areas=in_order(areas),
        tiers={tier: RealTier(**entry) for tier, entry in about["tiers"].items()},
        facts=tuple(_fact(entry) for entry in about["tables"]),
        per_parent=per_parent,
        joined={} if by_ccg else _groups(folder),
    )


def _fact(entry: dict[str, Any]) -> Fact:
    return Fact(**{key: str(entry[key]) for key in ("title", "publisher", "date", "licence")})


def _ccgs(folder: Path) -> Iterator[Area]:
    """Yield an area per CCG."""
    team_of = {row["area_team_code"]: row for row in read_table(folder / "area_teams.csv")}
    rows_of: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_table(folder / "gp_contracts.csv"):
        rows_of[row["ccg_code"]].append(row)
    for code, rows in rows_of.items():
        team = team_of[rows[0]["area_team_code"]]
        yield Area(
            code=code,
            name=rows[0]["ccg"],
            parent_code=team["area_team_code"],
            parent=team["area_team"],
            region=team["region"],
            practices=tuple(practice for row in rows for practice in _of_row(row)),
        )


def _of_row(row: dict[str, str]) -> Iterator[Practice]:
    yield from _practices(
        stem=f"GP-{row['ccg_code']}-{row['contract_type']}",
        n=int(row["contracts"]),
        rural=int(row["dispensing"]),
        patients=int(row["patients"]),
        levels=LEVELS,
        sizes=[float(row[f"list_p{level}"]) for level in LEVELS],
    )


def _practices(
    stem: str, n: int, rural: int, patients: int, levels: tuple[float, ...], sizes: list[float]
) -> Iterator[Practice]:
    """Yield n practices: sizes from the quantiles, rural ones and places spread evenly.

    Dispensing practices are as large as others of their CCG and contract type
    (2014/15: 2.7% smaller on average), so size plays no part in who is rural.
    """
    lists = apportion.list_sizes([level / 100 for level in levels], sizes, n, patients)
    marks = apportion.spread(rural, n)
    for k, place in enumerate(apportion.middles(n)):
        yield Practice(f"{stem}-{k + 1:03d}", int(lists[k]), bool(marks[k]), float(place))


def _icbs(folder: Path) -> tuple[list[Area], dict[str, dict[str, int]]]:
    """Return an area per part of an ICB, and the published number of PCNs per ICB."""
    shape = read_table(folder / "list_shape.csv")
    levels = tuple(float(row["level"]) for row in shape)
    sizes = [float(row["times_mean"]) for row in shape]
    rows = read_table(folder / "icb_contracts.csv")
    areas = [area for row in rows for area in _parts(row, levels, sizes)]
    return areas, {"pcn": {row["icb"]: int(row["pcns"]) for row in rows}}


def _groups(folder: Path) -> dict[str, dict[str, str]]:
    """Return the body of each ICB by tier: every column after its code and name."""
    rows = read_table(folder / "icb_groups.csv")
    tiers = [column for column in rows[0] if column not in ("icb_code", "icb")]
    return {tier: {row["icb"]: row[tier] for row in rows} for tier in tiers}


def _parts(row: dict[str, str], levels: tuple[float, ...], sizes: list[float]) -> Iterator[Area]:
    """Cut an ICB into as many equal parts as it has sub-ICB locations.

    Every practice of the ICB has the same expected list: patients over practices.
    """
    parts = int(row["sub_icbs"])
    counts = np.stack([_equal(int(row[column]), parts) for column in COLUMN_OF_TYPE], axis=1)
    people = apportion.largest_remainder(int(row["patients"]), counts.ravel())
    rural = apportion.largest_remainder(int(row["dispensing"]), counts.ravel())
    published = {kind: _equal(int(row[kind]), parts).tolist() for kind in ("pharmacy", "dental")}
    groups = np.stack([counts.ravel(), rural, people], axis=1).reshape(parts, -1, 3)
    for part, name in enumerate(_part_names(row["icb"], parts)):
        code = f"{row['icb_code']}-{part + 1}" if parts > 1 else row["icb_code"]
        made = [
            _practices(f"GP-{code}-{mark}", n, dispensing, patients, levels, sizes)
            for mark, (n, dispensing, patients) in zip(
                COLUMN_OF_TYPE.values(), groups[part].tolist(), strict=True
            )
            if n
        ]
        yield Area(
            code=code,
            name=name,
            parent_code=row["icb_code"],
            parent=row["icb"],
            region=row["region"],
            practices=tuple(practice for some in made for practice in some),
            published={kind: numbers[part] for kind, numbers in published.items()},
        )


def _equal(total: int, parts: int) -> apportion.Int:
    return apportion.largest_remainder(total, [1] * parts)


def _part_names(icb: str, parts: int) -> list[str]:
    """Name the parts of an ICB; one part is the ICB's only sub-ICB location."""
    short = icb.removeprefix("NHS ").removesuffix(" ICB")
    if parts == 1:
        return [f"Sub-ICB of {short}"]
    return [f"Sub-ICB {part + 1} of {short}" for part in range(parts)]
