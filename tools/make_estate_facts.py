"""Make the small committed tables of estate facts from the publications.

    python tools/make_estate_facts.py PAYMENTS.csv ICB_PROFILE.csv [--out FOLDER]

PAYMENTS is NHS Payments to General Practice 2014/15; ICB_PROFILE a table of
contracts by ICB, with the columns of ``ICB_COLUMNS``. The look-ups
``area_teams.csv`` and ``ccg_to_icb.csv`` are written by hand and only read.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import App, Parameter

from sim.scenario.estate_areas import read_table
from sim.scenario.estate_facts import LEVELS
from sim.scenario.estate_import import Row, import_payments

ESTATES = Path(__file__).parent.parent / "scenarios" / "estates"

SHAPE_LEVELS = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)
"""Quantiles of the national shape of list sizes, in per cent."""

ICB_COLUMNS = {
    "icb_code": "icb_code",
    "icb": "icb",
    "region": "region",
    "gms": "gms",
    "pms": "pms",
    "apms": "apms",
    "unknown": "unknown",
    "patients": "patients_2022_23",
    "sub_icbs": "sub_icbs",
    "pcns": "pcns",
    "pharmacy": "pharmacies_active_2025_03",
    "dental": "dental_practices_active_2024_05",
}
"""Columns of ``icb_contracts.csv`` and of the profile that they come from."""

app = App(help=__doc__, version_flags=[])


def gp_contracts(held: Sequence[Row], open_at_end: Iterable[str]) -> list[dict[str, object]]:
    """Return a row per CCG and contract type; ``closed_in_year`` counts those that ended."""
    still_open = set(open_at_end)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in held:
        groups[row.cell_code, row.contract_type].append(row)
    return [_facts_of(rows, still_open) for _, rows in sorted(groups.items())]


def _facts_of(rows: list[Row], still_open: set[str]) -> dict[str, object]:
    lists = [row.patients for row in rows]
    quantiles = np.quantile(lists, [level / 100 for level in LEVELS])
    return {
        "ccg_code": rows[0].cell_code,
        "ccg": rows[0].cell,
        "area_team_code": rows[0].parent_code,
        "contract_type": rows[0].contract_type,
        "contracts": len(rows),
        "closed_in_year": sum(row.code not in still_open for row in rows),
        "dispensing": sum(bool(row.rural) for row in rows),
        "patients": sum(lists),
        **{
            f"list_p{level}": f"{size:g}"
            for level, size in zip(LEVELS, np.round(quantiles), strict=True)
        },
    }


def list_shape(held: Sequence[Row]) -> list[dict[str, object]]:
    """Return the quantiles of all list sizes over their mean."""
    lists = np.array([row.patients for row in held])
    quantiles = np.quantile(lists / lists.mean(), [level / 100 for level in SHAPE_LEVELS])
    return [
        {"level": level, "times_mean": f"{ratio:.4f}"}
        for level, ratio in zip(SHAPE_LEVELS, quantiles, strict=True)
    ]


def icb_contracts(
    profile: Iterable[dict[str, str]], held: Sequence[Row], icb_of: dict[str, str]
) -> list[dict[str, object]]:
    """Return a row per ICB; dispensing practices by their share of its CCGs in 2014/15."""
    dispensing: dict[str, list[bool]] = defaultdict(list)
    for practice in held:
        dispensing[icb_of[practice.cell_code]].append(bool(practice.rural))
    table = []
    for row in profile:
        entry: dict[str, object] = {ours: row[theirs] for ours, theirs in ICB_COLUMNS.items()}
        practices = sum(int(row[kind]) for kind in ("gms", "pms", "apms", "unknown"))
        entry["dispensing"] = round(practices * float(np.mean(dispensing[row["icb_code"]])))
        table.append(entry)
    return table


def write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """Write rows of the same keys as a CSV table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@app.default
def main(payments: Path, icb_profile: Path, *, out: Annotated[Path, Parameter()] = ESTATES) -> None:
    """Write the tables of both years."""
    held = import_payments(payments, keep_closed=True).rows
    still_open = [row.code for row in import_payments(payments).rows]
    older, newer = out / "england-2014-15", out / "england-2023"
    icb_of = {row["ccg_code"]: row["icb_code"] for row in read_table(newer / "ccg_to_icb.csv")}
    write(older / "gp_contracts.csv", gp_contracts(held, still_open))
    write(newer / "list_shape.csv", list_shape(held))
    write(newer / "icb_contracts.csv", icb_contracts(read_table(icb_profile), held, icb_of))


if __name__ == "__main__":
    app()
