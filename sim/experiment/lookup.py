"""Many stored replications as one table: thousands of design points, found by content hash."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from sim.experiment.errors import StoreError
from sim.experiment.store import REPLICATION_SCHEMA, Store
from sim.experiment.worker import Task

LABELS = ["arrangement", "context", "staffing", "wte_scale", "point", "replication"]
"""What a task says of itself: ``point`` is a short hash of all that its results depend on."""

_CHECKED = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True)
)


def lookup(
    store: Store, tasks: Sequence[Task], measures: Sequence[str] | None = None, totals: bool = False
) -> pd.DataFrame:
    """Return stored measures of tasks: columns ``LABELS`` and ``REPLICATION_SCHEMA``.

    Only the ``measures`` that are named, by default all; with ``totals`` only over all bodies
    and roles. Rows come in the order of the tasks and, within each, sorted. Raises
    ``StoreError`` where one of them is not stored, or damaged.
    """
    keys = list(dict.fromkeys(task.key for task in tasks))
    found = _read(store, keys, measures, totals).to_pandas()
    labels = pd.DataFrame([_label(task) for task in tasks], columns=["key", *LABELS])
    whole = labels.merge(found, on="key")
    return whole[[*LABELS, *REPLICATION_SCHEMA.names]]


def _label(task: Task) -> tuple[object, ...]:
    """Return the key of a task and its labels."""
    point = task.point
    names = (point.label, point.context, point.staffing)
    return (task.key, *names, point.wte_scale, point.key(-1)[:12], task.replication)


def _read(
    store: Store, keys: Sequence[str], measures: Sequence[str] | None, totals: bool
) -> pa.Table:
    """Read the rows of many files at once, each with the key that its file is named by."""
    keep = ds.scalar(True)
    if measures is not None:
        keep &= ds.field("measure").isin(list(measures))
    if totals:
        keep &= (ds.field("body") == "all") & (ds.field("role") == "all")
    columns = ["__filename", *REPLICATION_SCHEMA.names]
    try:
        paths = [str(store.path(key)) for key in keys]
        data = ds.dataset(paths, schema=REPLICATION_SCHEMA, format=_CHECKED)
        table = data.to_table(columns=columns, filter=keep)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(
            f"a replication in {store.folder} has vanished or is damaged ({error}): run the same "
            "command again"
        ) from error
    ending = len(".parquet")
    stems = pc.utf8_slice_codeunits(table["__filename"], -len(keys[0]) - ending, -ending)
    return table.set_column(0, "key", stems)
