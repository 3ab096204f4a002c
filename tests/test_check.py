"""Pins: what a scenario gave is kept, and a check says what is no longer so."""

import shlex
import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest
import yaml
from junitparser import JUnitXml
from tiny import WORLD

import sim
from sim import cli, pins
from sim.regression import pin_file

DOC = (Path(__file__).parents[1] / "docs" / "continuous-integration.md").read_text(encoding="utf-8")
NAME, PIN = "mine.toml", "pin.toml"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One folder for all, so that the same scenario is run once."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture(autouse=True)
def folder(tmp_path, results, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("results").symlink_to(results)
    Path(NAME).write_text(WORLD, encoding="utf-8")


def call(capsys, *words):
    """Check the scenario; return exit code, what was printed, and the complaint."""
    with pytest.raises(SystemExit) as stop:
        cli.main(["check", NAME, "--expected", PIN, "--jobs", "1", *words])
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


def change(old, new, file=NAME):
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_as_it_was_passes_in_either_mode(capsys):
    for mode in ("exact", "equivalent"):
        assert call(capsys, "--write", "--mode", mode)[0] == 0
        code, out, _ = call(capsys)
        assert (code, "all " in out, f"({mode})" in out) == (0, True, True)
    change('title = "Central"', 'title = "The centre"')
    assert call(capsys, "--mode", "exact")[0] == 0


def test_what_another_program_gave_is_not_used_again(capsys, monkeypatch):
    assert call(capsys, "--write")[0] == 0
    kept = len(list(Path("results").rglob("manifest.json")))
    assert call(capsys)[0] == 0
    assert len(list(Path("results").rglob("manifest.json"))) == kept
    monkeypatch.setattr(pins, "code_hash", lambda _: "changed")
    assert call(capsys)[0] == 0
    assert len(list(Path("results").rglob("manifest.json"))) == kept + 1


@pytest.mark.parametrize(
    ("old", "new", "fact", "still"),
    [
        ("seed = 7", "seed = 8", "seed: pinned 7, now 8", None),
        ("replications = 2", "replications = 3", "replications: pinned 2, now 3", None),
        ("wte = 4\n", "wte = 3\n", "scenario: pinned content ", "central"),
    ],
)
def test_an_exact_check_says_what_changed_and_what_moved(capsys, old, new, fact, still):
    call(capsys, "--write")
    change(old, new)
    code, out, _ = call(capsys, "--lines", "500")
    assert code == 1
    assert fact in out
    assert "load (all), local in baseline: moved: expected 0." in out
    assert still is None or f"load (all), {still} in baseline" not in out


def test_another_version_of_the_model_is_noticed_where_no_number_moves(capsys, monkeypatch):
    call(capsys, "--write")
    monkeypatch.setattr("sim.version.MODEL_VERSION", 999)
    code, out, _ = call(capsys)
    assert code == 1
    assert "no number moved, but not all else is as pinned" in out
    assert ", now 999" in out


def test_a_number_moves_by_one_in_a_digit_that_is_printed(capsys):
    call(capsys, "--write", "--only", "wte")
    line = "wte.all = 16"
    change(line, "wte.all = 16.00000002", PIN)
    code, out, _ = call(capsys)
    assert code == 1
    assert "expected 16.00000002, found 16" in out
    change("16.00000002", "16.00000001", PIN)  # one in the last of ten digits
    assert call(capsys)[0] == 0


def test_lines_are_counted_and_measures_chosen(capsys):
    call(capsys, "--write")
    code, out, _ = call(capsys, "--seed", "8", "--lines", "2")
    moved = int(out.split("(exact): ")[1].split(" of ")[0])
    assert code == 1
    assert f"and {moved - 2} more; --lines {moved} shows them all" in out
    assert "all 3 numbers are as pinned" in call(capsys, "--only", "wte")[1]


def test_a_pin_keeps_its_settings_and_what_was_chosen(capsys):
    call(capsys, "--write", "--only", "load", "wte", "--set", "run.years=0.5", "--seed", "9")
    change("seed = 7", "seed = 8")  # no matter: the pin has its own
    assert call(capsys)[0] == 0
    call(capsys, "--write", "--set", "run.years=0.25")
    pin = pin_file.read(Path(PIN))
    assert pin.head.settings == ["run.years=0.25", "run.seed=9"]
    assert {measure for measure, _ in pin.measures} == {"load", "wte"}


def test_three_verdicts_of_equivalence(capsys):
    call(capsys, "--write", "--mode", "equivalent", "--replications", "12")
    change("relative = 0.05", "relative = 0.5", PIN)
    code, out, _ = call(capsys, "--seed", "8")
    assert (code, "equivalent" in out) == (0, True)
    code, out, _ = call(capsys, "--set", "arrangements.local.teams.office.wte=2")
    assert code == 1
    assert "load (all), local in baseline: different: " in out
    assert "load (all), central in baseline" not in out
    change("relative = 0.5", "relative = 0.01", PIN)
    code, out, _ = call(capsys, "--seed", "8")
    assert code == 1
    assert "not enough replications to say" in out
    assert "replications would do: --write --replications " in out
    call(capsys, "--write", "--replications", "13")
    assert pin_file.read(Path(PIN)).margins.relative == 0.01


def test_what_was_not_reached_is_judged_in_words(capsys):
    call(capsys, "--write", "--mode", "equivalent", "--only", "load")
    text = Path(PIN).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("load.all"))
    change(line, "load.all = nan", PIN)
    code, out, _ = call(capsys)
    assert code == 1
    assert "expected not reached" in out
    assert "2 of 2 replications reached it" in out


def test_an_arrangement_that_is_not_pinned_fails(capsys):
    call(capsys, "--write", "--only", "wte")
    change("[arrangements.local.teams.office]", "[arrangements.other.teams.office]")
    change("[arrangements.local]", "[arrangements.other]")
    out = call(capsys)[1]
    assert "wte (all), local in baseline: moved: pinned, but no longer in the run" in out
    assert "wte (all), other in baseline: moved: not pinned yet" in out


def test_junit_counts_failures_and_says_why(capsys):
    call(capsys, "--write")
    assert call(capsys, "--seed", "8", "--junit", "reports/check.xml")[0] == 1
    report = JUnitXml.fromfile("reports/check.xml")
    [suite] = report
    cases = [*suite]
    failed = [case for case in cases if case.result]
    assert (report.tests, report.failures, report.errors) == (len(cases), len(failed), 0)
    named = {(case.classname, case.name): case for case in cases}
    assert len(named) == len(cases)
    assert named["mine.pin", "seed"].result[0].message == "moved: pinned 7, now 8"
    assert not named["mine.pin", "model version"].result
    load = named["mine.baseline.local (same money)", "load (all)"]
    assert load.result[0].text.startswith("load (all), mine.baseline.local (same money): moved: ")
    facts = {each.name: each.value for each in suite.properties()}
    assert (facts["seed"], facts["pinned seed"], facts["mode"]) == ("8", "7", "exact")
    assert facts["numpy"]


def test_junit_of_what_is_fine_has_no_failure(capsys):
    call(capsys, "--write", "--mode", "equivalent")
    assert call(capsys, "--junit", "check.xml")[0] == 0
    assert Xml.parse("check.xml").getroot().attrib["failures"] == "0"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("load.all", "lod.all", "pin.toml:14: expected.baseline.central.lod: there is no measure"),
        ('mode = "exact"', 'mode = "exakt"', 'pin.toml:6: pin.mode: found "exakt", expected '),
        ("seed = 7", "sead = 7", "pin.toml:8: pin.sead: unknown key 'sead'; did you mean 'seed'?"),
        (
            "load.all = ",
            'load.all = "x" # ',
            'pin.toml:14: expected.baseline.central.load.all: found "x": expected a number, or {',
        ),
        ("[pin]", "[pin", "pin.toml:3: not valid TOML"),
        ("mode = ", "# mode = ", "pin: 'mode' is missing"),
    ],
)
def test_a_fault_in_the_pin_is_named(capsys, old, new, complaint):
    call(capsys, "--write", "--only", "load")
    change(old, new, PIN)
    for words in ([], ["--write"]):  # nor is it written over
        code, out, err = call(capsys, *words)
        assert (code, out) == (2, "")
        assert complaint in err
        assert new in Path(PIN).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--only", "lode"], "'lode' is not pinned; there are load; did you mean 'load'?"),
        (["--only", "load,x"], "'load,x' is not pinned"),
        (["--write", "--only", "lode"], "no measure 'lode'; did you mean 'load'?"),
        (["--write", "--only", "load,querry"], "no case type 'querry'; did you mean 'query'?"),
        (["--write", "--only", "load,query"], "the run has no numbers of load,query"),
        (["--mode", "equivalent"], "pin.mode: found exact, which has no standard deviations"),
        (["--write", "--junit", "x.xml"], "--junit: with --write nothing is checked"),
        (["--replications", "1"], "run.replications"),
        (["--lines", "-1"], "--lines"),
        (["--junit", f"{NAME}/x.xml"], "could not write"),
    ],
)
def test_bad_input_ends_with_code_2(capsys, words, complaint):
    call(capsys, "--write", "--only", "load")
    before = Path(PIN).read_bytes()
    code, _, err = call(capsys, *words)
    assert code == 2
    assert complaint in err
    assert Path(PIN).read_bytes() == before


def test_a_pin_of_another_scenario_is_not_replaced(capsys):
    call(capsys, "--write", "--only", "load")
    before = Path(PIN).read_bytes()
    with pytest.raises(SystemExit) as stop:
        cli.main(["check", "textbook-mm1", "--expected", PIN, "--write", "--jobs", "1"])
    assert stop.value.code == 2
    assert "expected textbook-mm1: choose another file" in capsys.readouterr().err
    assert Path(PIN).read_bytes() == before


def test_no_pin_yet(capsys):
    assert call(capsys)[::2] == (2, "pin.toml: there is no such file; --write makes it\n")


@pytest.mark.parametrize(
    ("place", "complaint"),
    [(".", ".: is a folder, expected a file"), (f"{'x' * 300}.toml", ".toml: File name too long")],
)
def test_where_no_pin_can_be_is_told_before_anything_runs(capsys, monkeypatch, place, complaint):
    monkeypatch.setattr("sim.pins.run", None)
    monkeypatch.setattr(f"{__name__}.PIN", place)
    code, _, err = call(capsys, "--write")
    assert (code, complaint in err) == (2, True), err


def blocks(kind):
    return [part.split("```")[0] for part in DOC.split(f"```{kind}\n")[1:]]


def commands():
    """Return every command of ours in the recipe, in its order."""
    lines = "".join(blocks("sh") + blocks("yaml")).splitlines()
    return [line[line.index("sim check ") :] for line in lines if "sim check " in line]


def test_the_recipe_works():
    short = WORLD.replace("years = 1", "years = 0.2")
    Path("my-scenario.toml").write_text(short, encoding="utf-8")
    assert len(commands()) >= 8
    for command in commands():
        with pytest.raises(SystemExit) as stop:
            cli.main([*shlex.split(command)[1:], "--jobs", "1"])
        luck = "--seed" in command  # with which equivalence may not show
        assert (stop.value.code or 0) in ((0, 1) if luck else (0,)), command
    assert [*map(type, map(yaml.safe_load, blocks("yaml")))] == [dict, dict]
    exec("".join(blocks("python")), {"sim": sim})
