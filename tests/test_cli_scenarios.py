"""The command line around scenario files, and the messages for broken ones."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.scenario import library
from sim.scenario.files import load
from sim.scenario.notes import notes

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(path.stem for path in BROKEN.glob("*.toml") if path.stem != "sound")


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder with the broken files in it, as a planner would have them."""
    shutil.copytree(BROKEN, tmp_path / "broken")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sim(capsys):
    """Run the command in this process: exit code, standard output, standard error."""

    def run(*words):
        try:
            cli.main(words)
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return run


def files_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_there_are_at_least_twenty_broken_files():
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "command", [name for name in ("validate", "show", "run") if name in cli.app]
)
def test_broken_file_says_what_is_wrong_and_writes_nothing(case, command, workplace, sim):
    before = files_in(workplace)
    code, out, err = sim(command, f"broken/{case}.toml")
    assert err == (BROKEN / f"{case}.txt").read_text(encoding="utf-8")
    assert (code, out) == (2, "")
    assert files_in(workplace) == before


def test_messages_hold_no_path_of_this_machine(workplace, sim):
    for case in CASES:
        _, _, err = sim("validate", f"broken/{case}.toml")
        assert str(workplace) not in err
        assert str(BROKEN.parent) not in err


def test_a_broken_file_is_told_without_a_traceback_in_a_process_of_its_own(workplace):
    words = [sys.executable, "-m", "sim.cli", "validate", "broken/wrong-type.toml"]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(cli.__file__).parents[2])},
    )
    assert done.returncode == 2
    assert done.stderr == (BROKEN / "wrong-type.txt").read_text(encoding="utf-8")


def test_validate_says_what_a_sound_file_holds(workplace, sim):
    code, out, err = sim("validate", "broken/sound.toml")
    assert (code, err) == (0, "")
    assert out.startswith("broken/sound.toml: valid: 2 arrangements, 1 context, 3 case types; ")


def test_validate_goes_on_after_a_broken_file(workplace, sim):
    code, out, err = sim("validate", "broken/wrong-type.toml", "broken/sound.toml")
    assert code == 2
    assert "wrong-type.toml:4" in err
    assert "sound.toml: valid" in out


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "arrangements.centrl.teams.nation.wte=18",
            "there is no 'centrl' here; did you mean 'central'?",
        ),
        ("arrangements.central.teams.nation.wtee=1", "there is no 'wtee' here"),
        ("arrangements.central.teams.nation.wte.hihg=1", "there is no 'hihg' here; did you mean"),
        ("pathways.case_types.review.stages.vizit.hours=1", "did you mean 'visit'?"),
        ("pathways.case_types.review.stages.9.hours=1", "there is no '9' here, in a list of 3"),
        ("run.years.more=1", "the path goes on below a plain value"),
        ("run.years", "expected key.path=value"),
        ("=3", "expected key.path=value"),
    ],
)
def test_a_setting_that_cannot_be_placed(setting, message, workplace, sim):
    code, _, err = sim("validate", "broken/sound.toml", "--set", setting)
    assert code == 2
    assert err.startswith(f"command line: --set {setting}: ")
    assert message in err


def test_a_setting_with_a_wrong_value(workplace, sim):
    setting = "arrangements.central.teams.nation.wte=many"
    code, _, err = sim("validate", "broken/sound.toml", "--set", setting)
    where = "arrangements.central.teams.nation.wte"
    assert err == f'command line: {where}: found "many", expected a number from 0 to 100,000\n'
    assert code == 2


def test_show_gives_each_value_its_unit_range_evidence_and_origin(workplace, sim):
    code, out, _ = sim("show", "broken/sound.toml")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "sound: A sound scenario"
    assert (
        "arrangements.local.teams.place.wte = 3 [whole-time equivalents]; 2 to 4; "
        "F6, published; broken/arrangements/local.toml:17"
    ) in lines
    assert (
        "pathways.case_types.review.stages.reply.calendar_days = 28 [calendar days]; "
        "assumption, assumed; broken/pathways/toy.toml:33"
    ) in lines
    assert "arrangements.local.dispatch.mode = pooled; default" in lines
    assert (
        "arrangements.local.authority[1] = cases review; stages sign_off: decided by panel; "
        "broken/arrangements/local.toml:32"
    ) in lines


def test_show_says_what_of_the_estate_is_synthetic(workplace, sim):
    _, out, _ = sim("show", "broken/sound.toml")
    assert "synthetic estate" in out
    assert any("tier place: 4 bodies; synthetic" in line for line in out.splitlines())


def test_show_marks_what_the_command_line_changed(workplace, sim):
    setting = "arrangements.local.teams.place.wte=5"
    _, out, _ = sim("show", "broken/sound.toml", "--set", setting)
    expected = (
        "arrangements.local.teams.place.wte = 5 [whole-time equivalents]; "
        "command line, assumed; command line"
    )
    assert expected in out.splitlines()


def test_show_only_what_is_assumed(workplace, sim):
    _, out, _ = sim("show", "broken/sound.toml", "--assumed")
    assert "arrangements.central.teams.nation.wte = 12" in out
    assert "arrangements.local.teams.place.wte" not in out  # published
    assert "neutral" not in out
    assert "run.years" not in out


def test_diff_of_two_scenarios_in_plain_english(workplace, sim):
    (workplace / "broken" / "other.toml").write_text(
        """
        extends = "sound"
        [run]
        years = 3
        [arrangements.central.teams.nation]
        wte = 14
        [arrangements.local.committees.panel]
        paper_deadline_working_days = 7
        [contexts.squeezed]
        wte_multiplier = 0.6
        [[arrangements.local.authority]]
        cases = ["payment"]
        contracts = ["gp"]
        team = "hub"
        [arrangements.local.teams.hub]
        tier = "nation"
        wte = 2.5
        mix = { manager = 1 }
        """
    )
    code, out, _ = sim("diff", "broken/sound.toml", "broken/other.toml")
    assert code == 0
    assert out.splitlines() == [
        "run years goes from 2 to 3",
        "context squeezed is added",
        "central: nation team WTE per body goes from 12 to 14",
        "local: hub team is added (nation tier, 2.5 WTE per body)",
        "local: panel committee paper deadline goes from 0 to 7 working days (neutral → assumed)",
        "local: payment (gp) is done by hub instead of place",
    ]


def test_diff_of_two_arrangements_of_one_scenario(workplace, sim):
    code, out, _ = sim("diff", "broken/sound.toml", "--between", "local", "central")
    assert code == 0
    assert "nation team is added (nation tier, 12 WTE per body)" in out.splitlines()
    assert "review (sign_off) is decided by officer instead of panel" in out.splitlines()


def test_diff_of_a_scenario_with_itself(workplace, sim):
    assert sim("diff", "broken/sound.toml", "broken/sound.toml")[:2] == (0, "No difference.\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("diff", "broken/sound.toml", "--between", "local", "centrl"), "did you mean 'central'?"),
        (("diff", "broken/sound.toml"), "Give two scenarios"),
        (("validate",), "Give at least one scenario"),
        (("validate", "broken/sond.toml"), "there is no such scenario file"),
        (("show", "broken"), "there is no such scenario file"),
        (("vallidate", "x"), 'Unknown command "vallidate"'),
        (("show", "broken/sound.toml", "--asumed"), "Unknown option"),
        (("schema", "arangement"), "did you mean 'arrangement'?"),
    ],
)
def test_misuse_ends_with_code_2_and_a_hint(words, message, workplace, sim):
    code, out, err = sim(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_list_gives_every_scenario_of_the_library_with_its_title(sim):
    code, out, _ = sim("list")
    assert code == 0
    assert "cannot be used" not in out
    assert all(len(line.split("  ", 1)) == 2 for line in out.splitlines())


def test_show_draws_tables_on_a_terminal(workplace):
    from io import StringIO

    from rich.console import Console

    from sim.scenario import describe
    from sim.scenario.files import load

    console = Console(file=StringIO(), force_terminal=True, width=160)
    describe.show(load("broken/sound.toml"), console)
    text = console.file.getvalue()
    assert "arrangements.local" in text
    assert "authority[1]" in text


def test_an_unknown_primary_measure_is_a_fault_before_a_run(workplace, sim):
    setting = "compare.primary=resolution_days_medina"
    wrong = 'there is no measure "resolution_days_medina"; did you mean resolution_days_median?'
    code, out, err = sim("validate", "broken/sound.toml", "--set", setting)
    assert (code, out, err) == (2, "", f"broken/sound.toml: compare.primary: {wrong}\n")
    code, out, err = sim("run", "broken/sound.toml", "--set", setting)
    assert (code, out, err) == (2, "", f"compare.primary: {wrong}\n")
    assert not (workplace / "results").exists()


def test_a_file_from_a_windows_editor_is_read(workplace, sim):
    text = b'\xef\xbb\xbfextends = "sound"\r\ntitle = "With a mark"\r\n'
    (workplace / "broken" / "windows.toml").write_bytes(text)
    code, out, _ = sim("validate", "broken/windows.toml")
    assert code == 0
    assert "valid" in out


@pytest.mark.parametrize("name", ["sound", "sound.toml"])
def test_a_file_may_be_named_with_its_ending(name, workplace, sim):
    text = f'extends = "{name}"\ntitle = "On top"\n[contexts.plain]\nuse = "plain.toml"\n'
    (workplace / "broken" / "over.toml").write_text(text)
    assert sim("validate", "broken/over.toml")[0] == 0
    assert sim("validate", "one-area-2013.toml")[0] == 0


def test_a_misspelt_name_with_its_ending(workplace, sim):
    (workplace / "broken" / "over.toml").write_text('extends = "soundd.toml"\n')
    _, _, err = sim("validate", "broken/over.toml")
    said = "broken/over.toml:1: extends: there is no soundd.toml; did you mean 'sound'?\n"
    assert err.startswith(said)


def test_a_reader_who_has_had_enough_is_no_fault():
    """As in ``sim list | head -1``."""
    command = [sys.executable, "-m", "sim.cli", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


HUB = """
extends = "place_based"
title = "A hub beside the host"

[teams.hub]
title = "Hub"
tier = "pod_hub"
wte = { central = 10, source = "our own returns, F30, F999", grade = "measured" }
sized_by = "contracts"
mix = { officer = 0.4, manager = 0.4, senior = 0.2 }

[[authority]]
contracts = ["pharmacy", "dental", "optical"]
team = "hub"
decides = "officer"
"""


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A scenario with an arrangement of one's own that pays for a team twice."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arrangements").mkdir()
    (tmp_path / "arrangements" / "hub.toml").write_text(HUB)
    mine = 'extends = "one-icb-2023"\n[arrangements.hub]\nuse = "hub"\n'
    (tmp_path / "mine.toml").write_text(mine)
    return tmp_path


def test_what_is_hardly_meant_is_noted_and_is_no_fault(hub, sim):
    code, out, err = sim("validate", "mine.toml")
    assert (code, err) == (0, "")
    team, committee, source = [line for line in out.splitlines() if "note: " in line]
    assert "arrangements.hub.teams.pod_host: no row" in team
    assert "17.5 WTE are paid for" in team
    assert "arrangements.hub.committees.host_panel: no row" in committee
    assert "hub.toml:8: arrangements.hub.teams.hub.wte: source F999 is not" in source


def test_a_team_without_staff_needs_no_note(hub, sim):
    _, out, _ = sim("validate", "mine.toml", "--set", "arrangements.hub.teams.pod_host.wte=0")
    assert "teams.pod_host" not in out


def test_shipped_scenarios_pay_nobody_for_nothing():
    for name in library.names():
        assert notes(load(name)) == []


@pytest.mark.parametrize("name", ["arrangements/hub.toml", "pod_hub"])
def test_an_arrangement_by_itself_is_told_where_to_be_checked(name, hub, sim):
    code, _, err = sim("validate", name)
    assert code == 2
    wanted = f'[arrangements.{Path(name).stem}] with use = "{Path(name).stem}"'
    assert err.endswith(f"checked in a scenario that uses them: {wanted}\n")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('use = "hub"\nextends = "hub"', "unknown key 'extends' in a scenario's table; write use"),
        ('use = "hub"\n[arrangements.x]\ntitle = "X"', "x: 'workforce' is missing; all of the"),
        ('use = "hub"\nteams.hub.tier = "pair"', "a new one takes [estate.tiers.pair] with its"),
        ('use = "hubb"', "hubb.toml, neither beside the scenario nor in the library; did you"),
    ],
)
def test_mistakes_with_an_arrangement_of_ones_own(wrong, said, hub, sim):
    mine = f'extends = "one-icb-2023"\n[arrangements.hub]\n{wrong}\n'
    (hub / "mine.toml").write_text(mine)
    code, _, err = sim("validate", "mine.toml")
    assert code == 2
    assert said in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["run", "textbook-mm1", "--seed", "1.5"], "--seed: found 1.5, expected a whole number"),
        (["look", "textbook-mm1", "--replication", "1.0"], "found 1.0, expected a whole number"),
        (["log", "textbook-mm1", "one_server", "--replication", "-1"], "expected 0 or more"),
        (["look", "textbook-mm1", "--context", " "], 'context: found " ", expected one of steady'),
        (["run", "--set", "estate.area_team=Nope"], "estate.area_team: found 'Nope', expected the"),
        (
            ["run", "--set", "estate.facts=england-201"],
            "expected the facts of a year: england-2014",
        ),
        (["run", "textbook-mm1", "--set", "run.years=250"], "expected a number of at most 200"),
    ],
)
def test_what_is_not_meant_is_not_made_up(sim, tmp_path, monkeypatch, words, complaint):
    monkeypatch.chdir(tmp_path)
    words = [*words, "--out", "x.csv"] if words[0] == "log" else words
    code, out, err = sim(*words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", ""], "found nothing after run, expected a name or value"),
        (["run", "textbook-mm1", "--out", ""], "found nothing after --out"),
        (["run", "textbook-mm1", "--out="], "found nothing after --out"),
        (["look", "--tier", ""], "found nothing after --tier"),
        (
            ["run", "textbook-mm1", "--out", "a\udcffb"],
            r"found 'a\udcffb' after --out, expected text",
        ),
    ],
)
def test_what_a_shell_left_empty_or_garbled_is_refused(sim, tmp_path, monkeypatch, words, said):
    """Else results would be written into the present folder."""
    monkeypatch.chdir(tmp_path)
    code, out, err = sim(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert not list(tmp_path.iterdir())
