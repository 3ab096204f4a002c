"""Results stay what they were: every shipped scenario against its committed table."""

import pandas as pd
import pytest
from regenerate import FOLDER, names, table, write, written

from sim.version import MODEL_VERSION

ADVICE = (
    "results changed: if they were meant to, raise MODEL_VERSION in sim/version.py and run "
    "python tests/regenerate.py"
)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_results_are_as_expected(name):
    expected, version = written(name)
    found = table(name)
    try:
        pd.testing.assert_frame_equal(
            found, expected, check_dtype=False, check_names=False, rtol=1e-9, atol=1e-12
        )
    except AssertionError as error:
        raise AssertionError(f"{ADVICE}\n{error}") from error
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
    wrong = expected.assign(**{column: expected[column] * (1 + 1e-8)})
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(wrong, expected, rtol=1e-9, atol=1e-12)


def test_regenerating_writes_what_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("regenerate.FOLDER", tmp_path)
    write("textbook-mm1")
    again, version = written("textbook-mm1")
    assert version == MODEL_VERSION
    pd.testing.assert_frame_equal(again, table("textbook-mm1"), check_names=False, rtol=1e-11)
