"""Files are found, and results kept, in the folder that the user is in, whoever does the work."""

import pytest
from test_estate_import import ESTATE_HEADER, ESTATE_ROW

import sim
from sim import answers
from sim.cli import main
from sim.experiment import worker
from sim.experiment.design import design, estate_file_digest
from sim.experiment.errors import ReplicationError, StoreError
from sim.experiment.reopened import reopen
from sim.experiment.run import manifest_of
from sim.experiment.worker import Task
from sim.scenario.errors import ScenarioError

SHORT = ["run.years=1", "run.warm_up_months=0"]
OWN = """extends = "one-area-2013"

[estate]
source = "file"
file = "{}"
"""


def write_list(path, *patients):
    rows = [f"C{number}{ESTATE_ROW.format(many)[2:]}" for number, many in enumerate(patients)]
    path.write_text("\n".join([ESTATE_HEADER, *rows, ""]), encoding="utf-8")


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write a scenario and its list of practices in one folder; be in another one."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_list(tmp_path / "mine" / "list.csv", 9000, 8000)
    path = tmp_path / "mine" / "own.toml"
    path.write_text(OWN.format("list.csv"), encoding="utf-8")
    return path


def test_a_list_of_practices_is_found_beside_the_file_that_names_it(own, tmp_path, monkeypatch):
    digest = estate_file_digest(sim.load(own).scenario)
    assert estate_file_digest(sim.load("../mine/own.toml").scenario) == digest
    write_list(tmp_path / "here" / "list.csv", 7000)
    assert estate_file_digest(sim.load(own).scenario) == digest
    monkeypatch.chdir(tmp_path / "mine")
    assert sim.load("own.toml").scenario.estate.file == str(tmp_path / "mine" / "list.csv")


def test_without_one_beside_it_it_is_found_where_the_user_is(own, tmp_path):
    (tmp_path / "mine" / "list.csv").rename(tmp_path / "here" / "list.csv")
    assert sim.load(own).scenario.estate.file == str(tmp_path / "here" / "list.csv")


def test_a_list_that_is_not_there_is_told_with_its_line(own, capsys):
    own.write_text(OWN.format("lists.csv"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"own\.toml:5: estate\.file: .* 'list\.csv'"):
        sim.load(own)
    with pytest.raises(SystemExit) as stopped:
        main(["run", str(own), "--replications", "2"])
    assert stopped.value.code == 2
    assert "there is no file 'lists.csv'" in capsys.readouterr().err


def test_a_folder_in_the_place_of_a_list_is_told_as_one(own, tmp_path):
    (tmp_path / "here" / "folder.csv").mkdir()
    own.write_text(OWN.format("folder.csv"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        sim.load(own)
    said = r"'folder.csv' is a folder, expected a list of practices in CSV"
    assert str(caught.value).endswith(f"own.toml:5: estate.file: {said}")


@pytest.mark.slow
def test_processes_that_live_on_go_along_to_another_folder(tmp_path, monkeypatch):
    scenario = sim.load("textbook-mm1")
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        sim.run(scenario, replications=2, jobs=2, progress=False)
        assert len([*(tmp_path / name / "results" / "replications").rglob("*.parquet")]) >= 2


def test_a_list_that_is_imported_anew_is_read_anew(own):
    patients = []
    for many in ((9001,), (9001, 8002)):
        write_list(own.parent / "list.csv", *many)
        point = design(sim.load(own, SHORT).scenario)[0]
        model = worker.model_of(point, 0)
        patients.append({9001, 8002} & {*model.entities.patients.tolist()})
    assert patients == [{9001}, {9001, 8002}]


def test_a_list_that_changes_under_a_run_is_told(own):
    point = design(sim.load(own, SHORT).scenario)[0]
    write_list(own.parent / "list.csv", 9000)
    with pytest.raises(ReplicationError, match=r"list\.csv has changed: run the same"):
        worker.attempt(Task(point, 0), "compiled")


def test_where_a_list_lies_changes_neither_keys_nor_runs(own, tmp_path, monkeypatch):
    def known(path):
        scenario = sim.load(path, SHORT).scenario
        return (
            manifest_of(scenario),
            design(scenario)[0].key(0),
            answers.folder_of("", scenario, "", ""),
        )

    there = known(own)
    assert there[0]["scenario"]["estate"]["file"] == "list.csv"
    monkeypatch.chdir(tmp_path / "mine")
    assert known("own.toml") == there
    write_list(tmp_path / "mine" / "list.csv", 7000)
    assert not {*map(str, known("own.toml"))} & {*map(str, there)}


@pytest.mark.slow
def test_a_run_keeps_its_list_and_is_looked_at_with_it(own, tmp_path, monkeypatch):
    scenario = sim.load(own, SHORT)
    monkeypatch.chdir(tmp_path / "mine")  # a scenario goes along, whatever the folder
    results = sim.run(scenario, replications=2, progress=False)
    before = sim.look(results.folder)
    write_list(own.parent / "list.csv", 9000)
    assert sim.look(results.folder).folder == before.folder
    assert sim.look(scenario).folder != before.folder
    monkeypatch.chdir(tmp_path / "here")
    again = sim.look(tmp_path / "mine" / results.folder)
    assert again.folder.name == before.folder.name
    assert len(again.run.model.entities.uid) == len(before.run.model.entities.uid)
    write_list(tmp_path / "mine" / results.folder / "estate" / "list.csv", 9000)
    with pytest.raises(StoreError, match="the run is damaged"):
        reopen(tmp_path / "mine" / results.folder)
