"""Results stay what they were: every shipped scenario against its committed table."""

import numpy as np
import pytest
from regenerate import FOLDER, ROWS, names, table, write, written

from sim.regression.exact import same
from sim.version import MODEL_VERSION

ADVICE = (
    "results changed: if they were meant to, raise MODEL_VERSION in sim/version.py and run "
    "python tests/regenerate.py"
)


def changes(found, expected):
    """Return the cells that differ by more than 1e-9 as lines of text; all if rows do."""
    if list(found) != list(expected) or not found[ROWS].equals(expected[ROWS].astype(str)):
        return ["other rows or columns than before"]
    values, before = (frame.drop(columns=ROWS).to_numpy(float) for frame in (found, expected))
    kept = same(values, before)
    names = found.columns[len(ROWS) :]
    return [
        f"{' / '.join(found.loc[row, ROWS])}, {names[column]}: "
        f"{values[row, column]:.12g}, expected {before[row, column]:.12g}"
        for row, column in zip(*np.nonzero(~kept), strict=True)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_results_are_as_expected(name):
    expected, version = written(name)
    different = changes(table(name), expected)
    assert not different, "\n".join([ADVICE, f"{len(different)} changes:", *different[:8]])
    assert version == MODEL_VERSION, f"{name}: of model version {version}; {ADVICE}"


def test_there_is_a_table_for_each_scenario_and_no_other():
    assert sorted(path.stem for path in FOLDER.glob("*.csv")) == names()


def test_tables_hold_numbers_that_can_be_wrong():
    expected, _ = written("one-area-2013")
    values = expected.drop(columns=["context", "measure", "case_type"])
    assert (values.nunique(axis=1) > 1).sum() > 100


def test_a_small_change_is_noticed():
    expected, _ = written("textbook-mm1")
    column = expected.columns[-1]
    assert changes(expected, expected) == []
    assert changes(expected.assign(**{column: expected[column] * (1 + 1e-11)}), expected) == []
    found = changes(expected.assign(**{column: expected[column] * (1 + 1e-8)}), expected)
    sizes = expected[column].abs()
    assert len(found) == (np.isfinite(sizes) & (sizes > 1e-3)).sum()
    assert " / wte / all, one_server: 1.00000001, expected 1" in "\n".join(found)
    assert changes(expected.iloc[1:].reset_index(drop=True), expected)
    unknown = expected.assign(**{column: np.nan})
    assert len(changes(unknown, expected)) == expected[column].notna().sum()


def test_regenerating_writes_what_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("regenerate.FOLDER", tmp_path)
    write("textbook-mm1")
    again, version = written("textbook-mm1")
    assert version == MODEL_VERSION
    assert changes(table("textbook-mm1"), again) == []
