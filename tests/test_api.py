"""The Python interface and the command that runs a scenario."""

import subprocess
import sys
from types import SimpleNamespace

import matplotlib.figure
import pandas as pd
import pytest
from test_run import pretend, price

import sim
from sim import charts, cli
from sim.charts import UnknownChartError
from sim.experiment import worker
from sim.experiment.errors import DesignError, ExperimentError, StoreError
from sim.scenario.errors import ScenarioError

FAST = ["run.years=0.25", "run.warm_up_months=0", "run.replications=2"]


@pytest.fixture
def loaded():
    return sim.load("textbook-priorities", FAST)


@pytest.fixture
def found(loaded, tmp_path):
    return sim.run(loaded, jobs=1, out=tmp_path, progress=False)


def command(capsys, *arguments):
    """Run the command line in this process; return exit code, output, errors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sim", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
    return (code, *capsys.readouterr())


def test_import_is_light():
    script = "import sys, sim; print([m for m in ('pandas', 'numpy', 'rich') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_command_line_starts_without_pandas_and_charts():
    script = "import sys, sim.cli; print([m for m in ('pandas', 'matplotlib') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        sim.rum  # noqa: B018


def test_an_engine_that_there_is_not_is_refused(loaded, tmp_path):
    with pytest.raises(DesignError, match='found "fast", expected compiled or reference'):
        sim.run(loaded, engine="fast", out=tmp_path)


def test_a_team_without_anybody_has_a_table_and_charts(tmp_path, capsys):
    nobody = ["arrangements.one_server.teams.servers.wte=0", "run.replications=2"]
    short = ["run.years=0.1", "run.warm_up_months=0"]
    found = sim.run(sim.load("textbook-mm1", [*nobody, *short]), out=tmp_path, jobs=1)
    names = {path.name for path in found.save().iterdir()}
    assert "elapsed.svg" in names
    assert not any(name.startswith("cost") for name in names)
    found.show()
    assert "cannot keep up" in capsys.readouterr().out


def test_a_context_that_a_run_has_not_is_named(found):
    for ask in (
        found.table,
        found.sentences,
        lambda context: found.chart("backlog", context=context),
    ):
        with pytest.raises(DesignError, match="did you mean steady"):
            ask(context="war")


def test_one_text_is_no_list_of_settings():
    with pytest.raises(TypeError, match="expected a list"):
        sim.load("textbook-mm1", "run.years=0.3")


def test_more_cases_than_memory_holds_are_refused(tmp_path):
    for setting in (
        "estate.contracts.gp=1000000",
        "pathways.case_types.job.demand.per_contract_year.gp=1e8",
    ):
        with pytest.raises(ExperimentError, match="cases, expected 30,000,000 at most"):
            sim.run(sim.load("textbook-mm1", [setting]), out=tmp_path, jobs=1)


def test_load_takes_overrides(loaded):
    assert loaded.scenario.run.years == 0.25
    with pytest.raises(ScenarioError):
        sim.load("no-such-scenario")


def test_run_gives_measures_and_keeps_them(found, tmp_path):
    assert isinstance(found.measures, pd.DataFrame)
    assert set(found.measures["replication"]) == {0, 1}
    assert found.folder.parent == tmp_path / "textbook-priorities"
    assert (found.folder / "measures.parquet").exists()


def test_run_takes_a_name(monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "simulate", pretend)
    found = sim.run("textbook-priorities", replications=2, jobs=1, out=tmp_path, progress=False)
    assert found.manifest["scenario"]["name"] == "textbook-priorities"


def test_a_chart_is_a_figure(found):
    assert isinstance(found.plot("backlog"), matplotlib.figure.Figure)
    with pytest.raises(UnknownChartError, match="backlog"):
        found.plot("backlogg")


def test_charts_are_saved_once(found, monkeypatch):
    folder = found.save()
    assert folder == found.folder / "charts"
    before = {path.name for path in folder.iterdir()}
    assert {"backlog.svg", "backlog.png", "backlog.pdf", "backlog.csv"} <= before
    monkeypatch.setattr(charts, "save_all", None)
    assert found.save() == folder


def test_charts_are_saved_all_or_none(found, monkeypatch):
    def full(data, folder):
        (folder / "backlog.svg").write_text("half")
        raise OSError(28, "No space left on device")

    before = set(found.folder.iterdir())
    monkeypatch.setattr(charts, "save_all", full)
    with pytest.raises(StoreError, match="No space left"):
        found.save()
    assert set(found.folder.iterdir()) == before


def test_charts_get_the_words_and_the_order_of_the_scenario(found, monkeypatch):
    seen = []

    def draw(name, data, width):
        seen.append(data)
        return SimpleNamespace(figure=None)

    monkeypatch.setattr(charts, "draw", draw)
    found.plot("differences", staffing="same money")
    (data,) = seen
    scenario = found.manifest["scenario"]
    assert data.title == scenario["title"]
    assert data.base == scenario["compare"]["base"]
    assert data.staffing == "same money"
    assert data.arrangements == list(scenario["arrangements"])
    name, first = next(iter(scenario["arrangements"].items()))
    assert data.labels[name] == first["title"]
    assert len(data.measures) == len(found.measures)


def test_show_prints_the_comparison(found, capsys):
    found.show()
    assert "As staffed" in capsys.readouterr().out


def test_comparison_with_an_unknown_base(found):
    with pytest.raises(DesignError, match="nobody"):
        found.compare(base="nobody")


def test_the_command_runs_prints_and_says_where(capsys, tmp_path):
    settings = [part for setting in FAST for part in ("--set", setting)]
    arguments = ["run", "textbook-priorities", *settings, "--jobs", "1", "--out", str(tmp_path)]
    code, out, err = command(capsys, *arguments)
    assert code == 0
    assert "As staffed" in out
    (folder,) = (tmp_path / "textbook-priorities").iterdir()
    assert f"Results: {folder}" in out
    assert f"Charts:  {folder / 'charts'}" in out
    assert "Running 2 replications" in err
    code, again, err = command(capsys, *arguments)
    assert (code, err) == (0, "")
    table = out.split("Results:")[0]
    assert again.startswith(table.rstrip())
    assert "nothing was run again" in again


def test_the_command_has_a_default_scenario(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "simulate", pretend)
    monkeypatch.setattr(worker, "yearly_cost", lambda point: price_of_any(point))
    code, _, _ = command(capsys, "run", "--jobs", "1", "--out", str(tmp_path))
    assert code == 0
    assert (tmp_path / "one-area-2013").is_dir()


def price_of_any(point):
    return price(point) if '"office"' in point.document else worker.YearlyCost(1e6, 0.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--replications", "1"], "replications: expected 2 or more, found 1\n"),
        (["--jobs", "0"], "jobs: expected 1 or more, found 0\n"),
        (["--seed", "-4"], "seed: expected 0 or more, found -4\n"),
    ],
)
def test_impossible_options_end_with_one_line_and_code_2(capsys, tmp_path, arguments, message):
    out = tmp_path / "out"
    code, printed, err = command(capsys, "run", "textbook-mm1", *arguments, "--out", str(out))
    assert (code, printed, err) == (2, "", message)
    assert not out.exists()


def test_a_failed_run_is_told_in_one_line(capsys, tmp_path, monkeypatch):
    def fail(point, replication, by):
        raise ArithmeticError("no luck")

    monkeypatch.setattr(worker, "simulate", fail)
    arguments = ["run", "textbook-mm1", "--jobs", "1", "--out", str(tmp_path)]
    code, printed, err = command(capsys, *arguments)
    assert (code, printed) == (2, "")
    assert "one_server" in err
    assert "replication 0 failed: ArithmeticError: no luck" in err
    assert "Traceback" not in err


def test_a_stopped_run_says_how_to_go_on(capsys, tmp_path, monkeypatch):
    def stop(point, replication, by):
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "simulate", stop)
    arguments = ["run", "textbook-mm1", "--jobs", "1", "--out", str(tmp_path)]
    code, _, err = command(capsys, *arguments)
    assert code == 130
    assert "The same command goes on from what is finished." in err


def test_scenarios_are_compared_by_name_too(loaded):
    said = sim.diff("textbook-priorities", loaded)
    assert said == sim.diff(sim.load("textbook-priorities"), loaded)
    assert any("years" in line for line in said)
    assert sim.diff("textbook-priorities", "textbook-priorities") == []
