"""The results of a run: measures and comparisons, in memory and in a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment import paired
from sim.experiment.design import canonical, file_digest
from sim.experiment.errors import DesignError, StoreError
from sim.experiment.provenance import FILE
from sim.experiment.staffing import AS_STAFFED, ENDINGS, label, staffing_of
from sim.experiment.store import REPLICATION_SCHEMA, refusal, write_table
from sim.scenario.schema import Scenario
from sim.whole import whole_folder

MEASURES_SCHEMA = pa.schema(
    [("arrangement", pa.string()), ("context", pa.string()), ("replication", pa.int64())]
    + [REPLICATION_SCHEMA.field(name) for name in REPLICATION_SCHEMA.names]
)
"""Columns of ``measures.parquet``. Replications are counted from 0."""

DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What damage to a file of JSON or to a table shows itself as."""

HASHES = ("run", "scenario_sha256")
"""What a manifest has beside its content: a short hash of all, and one of the scenario."""

MANIFEST = "manifest.json"
MEASURES, COMPARISONS, COMPARISONS_TEXT = (
    "measures.parquet",
    "comparisons.parquet",
    "comparisons.csv",
)

ESTATE = "estate"
"""Folder of the copy of the estate's own list, if it has one."""


@dataclass(frozen=True)
class Results:
    """What a run found.

    ``measures`` has the columns of ``MEASURES_SCHEMA`` and ``comparisons`` those of
    ``sim.experiment.paired.compare``. ``reused`` says that the folder was there already,
    ``together`` that intervals of the primary measure hold for all arrangements at once.
    """

    folder: Path
    manifest: dict[str, Any]
    measures: pd.DataFrame
    comparisons: pd.DataFrame
    reused: bool = False
    together: bool = False

    @property
    def scenario(self) -> Scenario:
        """Return what was run; its list of practices is the copy that the run has kept.

        Raises ``StoreError`` where this version of the program takes it for no scenario.
        """
        try:
            found = Scenario.model_validate(self.manifest["scenario"])
        except ValueError as error:
            raise StoreError(
                f"{self.folder}: the run was made by another version of this program, which reads "
                "scenarios otherwise; repeat the command that made it"
            ) from error
        if found.estate.file is None:
            return found
        kept = self.folder.absolute() / ESTATE / found.estate.file
        return found.model_copy(
            update={"estate": found.estate.model_copy(update={"file": str(kept)})}
        )

    @property
    def base(self) -> str:
        """Return the arrangement that others are compared with."""
        return str(self.manifest["scenario"]["compare"]["base"])

    def compare(self, base: str | None = None) -> pd.DataFrame:
        """Return paired differences from ``base``, by default the scenario's.

        Raises ``DesignError`` where there is no such arrangement.
        """
        return compare(self.measures, self.base, base or self.base)


def compare(measures: pd.DataFrame, paid_like: str, base: str) -> pd.DataFrame:
    """Return paired differences from ``base`` in every staffing that there is.

    ``paid_like`` is the arrangement whose cost all others have for the same money.
    Raises ``DesignError`` where there is no arrangement ``base``.
    """
    arrangement = measures["arrangement"]
    known = sorted(arrangement.unique())
    if base not in known:
        raise DesignError(f"there is no arrangement {base!r} in these results; {known} are there")
    named = {s: [name for name in known if staffing_of(name) == s] for s in ENDINGS}
    blocks = [paired.compare(measures[arrangement.isin(named[AS_STAFFED])], base)]
    for other in [name for name in ENDINGS if name != AS_STAFFED and named[name]]:
        keep = arrangement.isin([*named[other], label(paid_like, other, paid_like)])
        block = paired.compare(measures[keep], label(base, other, paid_like))
        blocks.append(block.assign(staffing=other))
    return pd.concat(blocks, ignore_index=True)


def save(results: Results, provenance: dict[str, Any], contracts: Path | None = None) -> None:
    """Write the folder of a run under a passing name, then rename it: whole or not at all.

    ``contracts`` is the estate's own list, of which the run keeps a copy. Raises ``StoreError``
    when the file system refuses.
    """
    folder = results.folder
    try:
        with whole_folder(folder) as passing:
            if contracts is not None:
                (passing / ESTATE).mkdir()
                shutil.copyfile(contracts, passing / ESTATE / contracts.name)
            _fill(passing, results, provenance)
            if folder.is_dir() and read(folder) is None:
                _mend(folder, passing)
    except OSError as error:
        raise StoreError(refusal(folder, error)) from error


def _fill(folder: Path, results: Results, provenance: dict[str, Any]) -> None:
    table = pa.Table.from_pandas(results.measures, schema=MEASURES_SCHEMA, preserve_index=False)
    write_table(table.replace_schema_metadata(None), folder / MEASURES)
    compared = pa.Table.from_pandas(results.comparisons, preserve_index=False)
    write_table(compared.replace_schema_metadata(None), folder / COMPARISONS)
    results.comparisons.to_csv(folder / COMPARISONS_TEXT, index=False, lineterminator="\n")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    written = {path.relative_to(folder).as_posix(): file_digest(path) for path in files}
    write_json(folder / FILE, provenance)
    write_json(folder / MANIFEST, {**results.manifest, "sha256": written})


def _mend(folder: Path, passing: Path) -> None:
    """Put the files of a run in the place of damaged ones; what else is in its folder stays.

    The manifest goes last: until then the folder counts as damaged.
    """
    for path in sorted(passing.iterdir(), key=lambda path: path.name == MANIFEST):
        if path.is_dir():
            shutil.rmtree(folder / path.name, ignore_errors=True)
        path.replace(folder / path.name)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that people can read and that is the same bytes for the same content."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read(folder: Path) -> Results | None:
    """Read the folder of a run, or return None where it is absent or damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        written = manifest.pop("sha256")
        content = {name: value for name, value in manifest.items() if name not in HASHES}
        whole = manifest == with_hashes(content) and written.keys() >= {MEASURES, COMPARISONS}
        if not whole or any(file_digest(folder / name) != written[name] for name in written):
            return None
        measures, comparisons = (_frame(folder / name) for name in (MEASURES, COMPARISONS))
    except DAMAGE:
        return None
    return Results(folder, manifest, measures, comparisons, reused=True)


def with_hashes(content: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest: all that results depend on, and hashes by which it is known."""
    whole, own = (
        hashlib.sha256(canonical(part).encode()).hexdigest()
        for part in (content, content["scenario"])
    )
    return {**dict(zip(HASHES, (whole[:12], own), strict=True)), **content}


def _frame(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(path, partitioning=None).to_pandas()
    return frame
