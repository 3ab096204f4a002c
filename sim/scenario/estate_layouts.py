"""The two public layouts of practice lists, and the command that imports them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from sim.scenario.estate_areas import EstateError
from sim.scenario.estate_epraccur import import_epraccur
from sim.scenario.estate_file import write_estate
from sim.scenario.estate_import import Report, import_payments

Layout = Literal["payments", "epraccur"]
"""NHS Payments to General Practice, or the ODS list of practices."""


def import_estate(
    layout: Layout,
    file: Path,
    out: Path,
    *,
    payments: Path | None = None,
    areas: Sequence[str] = (),
    keep_closed: bool = False,
) -> Report:
    """Build a practice-level estate file from a public list; return what was taken and why.

    ``payments`` adds list sizes and contract types to ``epraccur``; ``areas``
    names area teams or ICBs to keep; ``keep_closed`` (payments) also takes
    practices that closed in the year or have no patients.

    Raises:
        EstateError: A file cannot be read or written, or is not of its layout.
    """
    if out.resolve() in {path.resolve() for path in (file, payments) if path}:
        raise EstateError("would be overwritten; choose another file for --out", file=out.name)
    if layout == "payments":
        if payments:
            raise EstateError("--payments goes with --layout epraccur", file=file.name)
        found = import_payments(file, areas, keep_closed=keep_closed)
    else:
        if keep_closed:
            raise EstateError("--keep-closed goes with --layout payments", file=file.name)
        found = import_epraccur(file, areas, payments=payments)
    try:
        write_estate(out, found)
    except OSError as fault:
        raise EstateError(f"cannot be written: {fault.strerror}", file=str(out)) from None
    return found.report
