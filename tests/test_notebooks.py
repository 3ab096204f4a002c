"""Every notebook runs as it is, is kept without outputs, and quotes rather than retypes."""

import functools
import re
from pathlib import Path

import nbclient
import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell

from sim.experiment import comparing, decision_table, results, wording
from sim.experiment.precision import Sized

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WHICH = ROOT / "notebooks" / "03-which.ipynb"
COMPARE = ROOT / "notebooks" / "01-compare-arrangements.ipynb"
STRICT = "import warnings\nwarnings.simplefilter('error')"

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def execute(path, folder):
    """Run a notebook from top to bottom in a folder, where any warning stops it."""
    notebook = read(path)
    notebook.cells.insert(0, new_code_cell(STRICT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        where = {"metadata": {"path": str(folder)}}
        nbclient.NotebookClient(notebook, timeout=900, resources=where).execute()
    return notebook


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run a notebook once; return it as it then is, and the folder in which it ran."""

    @functools.cache
    def run(path):
        folder = tmp_path_factory.mktemp(path.stem)
        return execute(path, folder), folder

    return run


@pytest.fixture
def compared(ran):
    """The first notebook after it has run."""
    return ran(COMPARE)[0]


@pytest.fixture
def folder(ran):
    return ran(COMPARE)[1]


def outputs(notebook, cell_id):
    """What a cell put out, as the richest text there is."""
    (cell,) = [cell for cell in notebook.cells if cell.id == cell_id]
    found = [output.get("data", {}) for output in cell.outputs]
    return "\n".join(
        data.get("text/html") or data.get("text/markdown") or data.get("text/plain", "")
        for data in found
    )


def test_there_are_notebooks():
    assert COMPARE in NOTEBOOKS


@each
def test_it_is_valid_and_kept_without_outputs(path):
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None), cell.id
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@each
def test_it_names_no_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(home|root|tmp|usr|work|Users|opt|mnt)/|[A-Z]:\\\\", text)


@each
def test_its_text_retypes_no_result(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            words = re.sub(r"`[^`]*`", "", cell.source)
            assert not re.search(r"\d[.,]\d|\d\s*%|£|\d{3,}", words), cell.id


@each
def test_it_says_where_to_change_a_number(path):
    tags = [tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])]
    assert tags.count("parameters") == 1
    assert tags.count("change-here") == 1


@pytest.mark.slow
@each
def test_it_runs_and_shows_nothing_but_its_answers(ran, path):
    for cell in ran(path)[0].cells:
        if cell.cell_type == "code":
            kinds = {output.output_type for output in cell.outputs}
            assert kinds <= {"execute_result"}, (cell.id, kinds)


@pytest.mark.slow
def test_every_chart_has_a_caption_and_alt_text(compared):
    for name in ("backlog", "response-times", "utilisation", "elapsed", "coverage", "differences"):
        html = outputs(compared, name)
        assert "<figcaption>" in html
        assert '<img alt="' in html
        assert 'alt=""' not in html


@pytest.mark.slow
@pytest.mark.parametrize("staffing", ["as staffed", "same money"])
def test_the_text_and_the_table_quote_the_results(compared, folder, staffing):
    (kept,) = [
        found
        for found in (folder / "results" / "one-area-2013").glob("*/measures.parquet")
        if found.parent.name == run_of(compared, folder)
    ]
    measures = pd.read_parquet(kept)
    chosen = measures[
        (measures["measure"] == "resolution_in_clock_share")
        & (measures[["case_type", "body", "role", "period"]] == "all").all(axis=1)
    ]
    means = chosen.groupby("arrangement")["value"].mean()
    name = "central" + (" (same money)" if staffing == "same money" else "")
    cell = staffing.replace(" ", "-")
    assert wording.amount(means[name], "share") in outputs(compared, f"{cell}-words")
    assert wording.amount(means["pct"], "share") in outputs(compared, f"{cell}-words")
    assert f">{wording.amount(means[name], 'share')}<" in outputs(compared, f"{cell}-table")


def run_of(notebook, folder):
    """The run without the change: the one whose area team has its own staff."""
    texts = {
        path.parent.name: path.read_text(encoding="utf-8")
        for path in (folder / "results" / "one-area-2013").glob("*/manifest.json")
    }
    assert len(texts) == 2
    (name,) = [name for name, text in texts.items() if '"source": "command line"' not in text]
    return name


@pytest.mark.slow
def test_the_change_is_told_and_compared_with_itself(compared):
    assert "WTE per body goes from" in outputs(compared, "rerun")
    table = outputs(compared, "before-after-table")
    assert "before the change (base)" in table
    assert "after the change" in outputs(compared, "before-after-words")
    assert outputs(compared, "answer-after") != outputs(compared, "as-staffed-words")


@pytest.mark.slow
def test_the_decision_is_what_the_kept_results_support(ran):
    notebook, folder = ran(WHICH)
    (kept,) = (folder / "results" / "one-area-2013").glob("*/manifest.json")
    size = Sized(4, 3, 4, 0.025, None)
    found = comparing.compared(results.read(kept.parent), size)
    for sentence in decision_table.sentences(found):
        assert sentence in outputs(notebook, "load")
    for width in found.primary["half_width"]:
        assert f">{decision_table.width_words(width, 'share')}<" in outputs(notebook, "table")


@pytest.mark.slow
def test_the_stress_test_draws_its_regret_and_says_where_the_order_turns(ran):
    notebook, _ = ran(WHICH)
    for name in ("stress", "differences"):
        assert '<img alt="' in outputs(notebook, name)
        assert 'alt=""' not in outputs(notebook, name)
    for name in ("as-staffed-regret", "same-money-regret"):
        assert ">Maximum regret<" in outputs(notebook, name)
    assert "the least maximum regret is that of" in outputs(notebook, "flips")
    assert "arrangements.central.teams.area.wte, from 15.1 to 30.2:" in outputs(notebook, "flips")
    assert "arrangements.place_based.teams.place.wte" in outputs(notebook, "changed")
