"""The store of replications: whole or absent, whatever happens to it."""

import errno
import multiprocessing
import os
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiment import store as store_module
from sim.experiment.errors import StoreError
from sim.experiment.store import REPLICATION_SCHEMA, Store, as_table, atomic, digest

KEY = "ab" + "0" * 62


def measures(rows=3, seed=1):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "measure": [f"measure_{i % 5}" for i in range(rows)],
            "case_type": "all",
            "body": [f"body {i}" for i in range(rows)],
            "role": "officer",
            "period": "all",
            "value": random.normal(size=rows),
            "unit": "cases",
        }
    )


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "replications")


def test_what_is_written_is_read(store):
    store.write(KEY, measures())
    read = store.read(KEY).to_pandas()
    pd.testing.assert_frame_equal(read, measures().sort_values(list(read)), check_dtype=False)


def test_files_lie_in_folders_by_the_start_of_the_key(store):
    store.write(KEY, measures())
    assert [path.parent.name for path in store.folder.rglob("*.parquet")] == ["ab"]


def test_an_absent_replication_is_none(store):
    assert store.read(KEY) is None


def test_values_survive_to_the_bit(store):
    awkward = [0.1 + 0.2, -0.0, 5e-324, float("inf"), float("nan"), 1 / 3]
    frame = measures(len(awkward)).assign(value=awkward)
    store.write(KEY, frame)
    read = store.read(KEY).to_pandas().sort_values("body")
    assert read["value"].to_numpy().tobytes() == frame["value"].to_numpy().tobytes()


def test_the_same_measures_in_another_order_are_the_same_bytes(tmp_path):
    paths = []
    for name, frame in {"a": measures(40), "b": measures(40).iloc[::-1]}.items():
        store = Store(tmp_path / name)
        store.write(KEY, frame)
        paths.append(store.path(KEY))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_column_order_and_surplus_columns_do_not_matter(store):
    frame = measures()
    jumbled = frame[frame.columns[::-1]].assign(surplus=1)
    assert as_table(jumbled, REPLICATION_SCHEMA) == as_table(frame, REPLICATION_SCHEMA)


def test_a_replication_under_the_name_of_another_is_not_believed(store):
    other = "ab" + "1" * 62
    store.write(KEY, measures())
    store.path(KEY).rename(store.path(other))
    assert store.read(other) is None


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_truncated_file_counts_as_absent(store, length):
    store.write(KEY, measures(100))
    path = store.path(KEY)
    path.write_bytes(path.read_bytes()[:length])
    assert store.read(KEY) is None


def test_a_file_of_something_else_counts_as_absent(store):
    store.path(KEY).parent.mkdir(parents=True)
    store.path(KEY).write_text("measure,value\nbacklog,3\n")
    assert store.read(KEY) is None
    measures().to_parquet(store.path(KEY))
    assert store.read(KEY) is None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("whole"))
    store.write(KEY, measures(200))
    return store, store.path(KEY).read_bytes(), digest(store.read(KEY))


def test_damage_to_a_column_name_counts_as_absent(whole):
    store, good, _ = whole
    store.path(KEY).write_bytes(good.replace(b"case_type", b"case\xf3type"))
    assert store.read(KEY) is None


@settings(max_examples=300, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_never_changes_what_is_read(whole, where, bit):
    store, good, expected = whole
    damaged = bytearray(good)
    damaged[int(where * len(good))] ^= 1 << bit
    store.path(KEY).write_bytes(bytes(damaged))
    read = store.read(KEY)
    assert read is None or digest(read) == expected


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path):
    path = tmp_path / "folder" / "file"

    def half():
        with atomic(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert list(path.parent.iterdir()) == []


def test_a_full_disk_gives_one_clear_message(store, monkeypatch):
    def full(table, path):
        path.write_bytes(b"half of i")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store_module, "write_table", full)
    with pytest.raises(StoreError) as caught:
        store.write(KEY, measures())
    message = str(caught.value)
    assert message.startswith(f"could not write results to {store.path(KEY).parent}: No space left")
    assert "--out" in message
    assert "finished replications are kept" in message
    assert list(store.path(KEY).parent.iterdir()) == []


def test_a_folder_that_cannot_be_made_gives_the_same_message(tmp_path):
    (tmp_path / "replications").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="could not write results to"):
        Store(tmp_path / "replications").write(KEY, measures())


def _write_often(folder: Path) -> None:
    store = Store(folder)
    for _ in range(30):
        store.write(KEY, measures(50))
        assert store.read(KEY) is not None


def test_two_processes_may_write_the_same_replication(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_often, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{KEY}.parquet"]


def test_digest_depends_on_values_and_not_on_chunks():
    table = as_table(measures(60), REPLICATION_SCHEMA)
    halves = [table.slice(0, 30), table.slice(30)]
    random.Random(3).shuffle(halves)
    joined = as_table(pd.concat(half.to_pandas() for half in halves), REPLICATION_SCHEMA)
    assert digest(joined) == digest(table)
    assert digest(as_table(measures(60, seed=2), REPLICATION_SCHEMA)) != digest(table)


def test_digest_ignores_what_memory_holds_below_a_missing_value():
    """Such values come back from a file as something else: the file was called damaged."""
    table = as_table(measures(2).assign(value=[1.0, np.nan]), REPLICATION_SCHEMA)
    known = pa.py_buffer(b"\x01")  # the first of two
    versions = [np.array([1.0, beneath]) for beneath in (0.0, 1.5)]
    columns = [
        pa.Array.from_buffers(pa.float64(), 2, [known, pa.py_buffer(each)]) for each in versions
    ]
    place = table.schema.get_field_index("value")
    one, other = (table.set_column(place, table.schema.field(place), each) for each in columns)
    assert one.equals(other)
    assert digest(one) == digest(other)


def test_a_folder_that_cannot_be_written_is_known_before_the_run(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another folder with --out"):
        Store(tmp_path / "file" / "replications").check()
    Store(tmp_path / "new" / "replications").check()
    assert [*(tmp_path / "new" / "replications").iterdir()] == []
