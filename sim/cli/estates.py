"""Commands that make estates of contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from sim.cli.words import Flag, app

estate = App(name="estate", help="Make estates of contracts.")
app.command(estate)


@estate.command(name="import")
def import_(
    file: Path,
    *,
    layout: Literal["payments", "epraccur"],
    out: Path,
    payments: Path | None = None,
    area: Annotated[list[str], Parameter(negative=())] = [],  # noqa: B006
    keep_closed: Flag = False,
) -> None:
    """Make a practice-level estate file from a public list and report what was taken.

    Parameters
    ----------
    file
        The list as published, in CSV.
    layout
        payments: NHS Payments to General Practice, of any year; epraccur: ODS list of practices.
    out
        Where to write the estate file.
    payments
        NHS Payments to General Practice, for list sizes and contract types of epraccur.
    area
        Area team or ICB to keep, by code or name; may be repeated.
    keep_closed
        Take practices too that closed in the year or have no patients (payments).
    """
    from sim.scenario.estate_layouts import import_estate

    report = import_estate(
        layout, file, out, payments=payments, areas=area, keep_closed=keep_closed
    )
    print(report)
    print(f"written: {out}")
