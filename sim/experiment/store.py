"""The store of finished replications: one Parquet file each, found by its key.

A file appears by atomic rename, so it is there whole or not at all; one that was
damaged later is recognised and treated as absent. Two processes that write the
same key write the same bytes, so it does not matter who comes last.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.experiment.errors import StoreError
from sim.whole import whole

REPLICATION_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("measure", "case_type", "body", "role", "period")]
    + [("value", pa.float64()), ("unit", pa.string())]
)
"""Columns of one replication: measures without arrangement, context and replication."""


@contextlib.contextmanager
def atomic(path: Path, *, new_folder: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place on success.

    A folder that is not there is made, or refused without ``new_folder``. Raises ``StoreError``
    when the file system refuses (full disk, no permission).
    """
    try:
        if new_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as temporary:
            yield temporary
    except OSError as error:
        raise StoreError(refusal(path, error)) from error


def refusal(path: Path, error: OSError) -> str:
    """Say in plain words that ``path`` could not be written and what to do."""
    reason = error.strerror or str(error)
    return (
        f"could not write results to {path.parent}: {reason}. Free some space or choose another "
        "folder with --out, then run the same command again: finished replications are kept."
    )


def write_table(table: pa.Table, path: Path | pa.BufferOutputStream) -> None:
    """Write ``table`` as Parquet; the same table gives the same bytes."""
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def packed(key: str, measures: pd.DataFrame) -> bytes:
    """Return the file that ``Store.write`` would write, for ``Store.keep`` elsewhere."""
    sink = pa.BufferOutputStream()
    write_table(_marked(key, measures), sink)
    return bytes(sink.getvalue())


def _marked(key: str, measures: pd.DataFrame) -> pa.Table:
    """Return a replication's table, which says whose it is and what it must hold."""
    table = as_table(measures, REPLICATION_SCHEMA)
    return table.replace_schema_metadata({"key": key, "digest": digest(table)})


def as_table(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """Turn a frame into a table of exactly the columns of ``schema``, sorted by all of them."""
    table = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    ordered = table.sort_by([(name, "ascending") for name in schema.names])
    return ordered.replace_schema_metadata(None)


def digest(table: pa.Table) -> str:
    """Return the sha256 of a table's values, whatever the chunks they are held in."""
    sink = pa.BufferOutputStream()
    place = table.schema.get_field_index("value")
    # Below a missing value stands whatever the memory held; it is not part of the table.
    known = pc.fill_null(table.column(place), math.nan)
    table = table.set_column(place, table.schema.field(place), known)
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


@dataclass(frozen=True)
class Store:
    """Finished replications under ``folder``."""

    folder: Path

    def path(self, key: str) -> Path:
        """Return where the replication with this key is, or would be."""
        return self.folder / key[:2] / f"{key}.parquet"

    def check(self) -> None:
        """Find out before the first replication whether anything can be written.

        Raises ``StoreError``.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise StoreError(refusal(self.folder, error)) from error

    def write(self, key: str, measures: pd.DataFrame) -> None:
        """Store the measures of one replication. Raises ``StoreError``."""
        table = _marked(key, measures)
        with atomic(self.path(key)) as temporary:
            write_table(table, temporary)

    def keep(self, key: str, content: bytes) -> None:
        """Store a replication that was ``packed`` elsewhere. Raises ``StoreError``."""
        with atomic(self.path(key)) as temporary:
            temporary.write_bytes(content)

    def read(self, key: str) -> pa.Table | None:
        """Return a stored replication, or None where it is absent or damaged."""
        try:
            table = pq.read_table(
                self.path(key), page_checksum_verification=True, partitioning=None
            )
            marks = table.schema.metadata or {}
            table = table.replace_schema_metadata(None)
            whole = marks[b"key"] == key.encode() and marks[b"digest"] == digest(table).encode()
        except (OSError, ValueError, KeyError, pa.ArrowException):  # how damage shows itself
            return None
        return table if whole else None
