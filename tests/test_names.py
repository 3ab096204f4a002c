"""Names that folders and files are called after are ones that these can have."""

import pytest
from test_cli_scenarios import files_in, sim, workplace  # noqa: F401 - fixtures

from sim.experiment.staffing import ENDINGS, label
from sim.scenario.errors import ScenarioError
from sim.scenario.files import load
from sim.scenario.names import LONGEST

LONG = 300 * "n"


def refused(text, folder):
    path = folder / "broken" / "mine.toml"
    path.write_text(f'extends = "sound"\n{text}\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.faults


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "a name that is not empty"),
        ("replications", "another name"),
        ("Checks", "another name"),
        ("..", "a name that neither begins"),
        ("../evil", "a name without"),
        ("a\\\\b", "a name without"),
        ("two\\nlines", "a name without"),
        (".hidden", "a name that neither begins"),
        ("dot.", "a name that neither begins"),
        (LONG, "a name of at most 80 letters"),
        ((LONGEST - 1) * "n" + "é", "a name of at most 80 letters"),
    ],
)
def test_a_scenario_has_a_name_that_a_folder_can_have(name, expected, workplace):  # noqa: F811
    [fault] = refused(f'name = "{name}"', workplace)
    assert (fault.line, fault.key) == (2, "name")
    assert fault.expected.startswith(expected)


def test_a_file_that_would_name_its_scenario_badly(workplace):  # noqa: F811
    path = workplace / "broken" / "replications.toml"
    path.write_text('extends = "sound"', encoding="utf-8")
    with pytest.raises(ScenarioError, match=r'replications\.toml:1: name: found "replications"'):
        load(path)


@pytest.mark.parametrize("staffing", [name for name, ending in ENDINGS.items() if ending])
def test_an_arrangement_is_not_called_as_results_call_it(staffing, workplace):  # noqa: F811
    name = label("central", staffing)
    [fault] = refused(f'[arrangements."{name}"]\nlike = "central"', workplace)
    assert fault.line == 2
    assert fault.key == f'arrangements."{name}"'
    assert "which results add" in fault.expected


def test_names_that_files_can_have_stay_allowed(workplace):  # noqa: F811
    name = "Größer & näher, v1.2 (2025)"
    path = workplace / "broken" / "mine.toml"
    path.write_text(f'extends = "sound"\nname = "{name}"', encoding="utf-8")
    assert load(path).scenario.name == name


@pytest.mark.parametrize(
    "words",
    [
        *(["validate", LONG], ["run", LONG], ["run", f"{LONG}/{LONG}.toml"], ["diff", LONG, LONG]),
        *(["report", LONG], ["look", LONG], ["gallery", LONG], ["charts", LONG]),
        ["run", "textbook-mm1", "--set", f"name={LONG}"],
        ["run", "long.toml"],
        ["run", "textbook-mm1", "--out", LONG],
        ["validate", "one-area-2013", "--set", f"estate.file={LONG}"],
        ["validate", "one-area-2013", "--set", f"estate.file={LONG}/a.csv"],
        ["validate", "one-area-2013", "--set", f"estate.facts={LONG}"],
        ["check", "textbook-mm1", "--expected", LONG],
        ["show", LONG, "--assumed", "--out", LONG],
    ],
    ids=lambda words: " ".join(word[:20] for word in words),
)
def test_a_name_that_is_too_long_is_told_in_one_line(words, workplace, sim):  # noqa: F811
    (workplace / "long.toml").write_text(f'extends = "{LONG}"', encoding="utf-8")
    before = files_in(workplace)
    code, out, err = sim(*words)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert files_in(workplace) == before
