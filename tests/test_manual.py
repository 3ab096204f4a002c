"""docs/reference.md is what the commands, the schema and the docstrings say today."""

import re
from pathlib import Path

import pytest

import sim
from sim import cli, manual
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.published import PARTS

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"


@pytest.fixture(scope="module")
def text():
    return manual.manual(cli.app, sim)


def section(text, heading):
    return re.search(rf"^### {heading}\n(.*?)(?=^##|\Z)", text, flags=re.MULTILINE | re.DOTALL)[1]


def test_the_reference_is_of_this_version(text):
    rewrite = "write it anew: sim reference --markdown docs/reference.md"
    assert PAGE.read_text(encoding="utf-8") == text, rewrite


def test_every_option_says_what_it_is(text):
    """A row without a meaning is an option whose docstring was forgotten."""
    commands = text.partition("## Scenario files")[0]
    assert re.findall(r"^\|.*\|  \|$", commands, flags=re.MULTILINE) == []


def test_every_measure_is_there_with_its_definition(text):
    chapter = text.partition("## Measures")[2].partition("\n## ")[0]
    for name, one in CATALOGUE.items():
        assert f"| `{name}` | {one.unit} |" in chapter
        assert one.definition.replace("|", r"\|") in chapter


def test_what_has_to_be_given_and_what_may_be_left_out(text):
    figures = section(text, "sim figures")
    assert "| `RUN` | it has to be given | Folder of the run" in figures
    assert "| `--spec` | it has to be given |" in figures
    assert "| `--no-browser` |  | Open the page" in section(text, "sim explore")
    assert "| `--engine` `compiled` or `reference` | `compiled` |" in section(text, "sim run")


def test_every_kind_of_file_and_every_table_has_its_keys(text):
    for part, model in PARTS.items():
        keys = section(text, model.__name__)
        assert all(
            f"| `{field.alias or name}` |" in keys for name, field in model.model_fields.items()
        ), part
    assert "| `wte` | [Staff](#staff) | whole-time equivalents |" in section(text, "Team")


def test_every_function_and_what_it_returns(text):
    for name in sim.__all__:
        assert f"### sim.{name}\n" in text or f"### {name}\n" in text
    assert "replications: int | None = None," in section(text, r"sim\.compare")
    assert "| `sentences()` |" in section(text, "Compared")


def test_it_is_written_once(capsys, tmp_path):
    page = tmp_path / "reference.md"
    for answer in ("written", "nothing to change"):
        with pytest.raises(SystemExit, match=r"^0$"):
            cli.main(["reference", "--markdown", str(page)])
        assert capsys.readouterr().out == f"{answer}: {page}\n"
    assert [*tmp_path.iterdir()] == [page]
