"""What rests on assumption alone: once for each line of a file, the least certain first."""

import math
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sim import cli
from sim.scenario import assumed
from sim.scenario.assumed import assumptions
from sim.scenario.files import load
from sim.scenario.quantity import Amount
from sim.scenario.values import values, width

SCENARIO = "one-area-2013"


@pytest.mark.parametrize(
    ("low", "central", "high", "expected"),
    [
        (None, 3.0, None, None),
        (2.0, 4.0, 5.0, 0.75),
        (None, 4.0, 5.0, 0.25),
        (4.0, 4.0, 4.0, 0.0),
        (0.0, 0.0, 0.03, math.inf),
    ],
)
def test_the_width_of_a_range_is_relative_to_the_value(low, central, high, expected):
    assert width(Amount(low=low, central=central, high=high)) == expected


@pytest.fixture(scope="module")
def loaded():
    return load(SCENARIO)


def test_the_least_certain_come_first(loaded):
    found = [each.value.width for each in assumptions(loaded)]
    assert None in found
    assert math.inf in found
    ranked = found.index(math.inf)
    assert found[:ranked] == [None] * ranked
    assert found[ranked:] == sorted(found[ranked:], reverse=True)


def test_each_assumed_value_is_there_once(loaded):
    found = assumptions(loaded)
    expected = [value for value in values(loaded) if value.assumed]
    assert len({each.value.key for each in found}) == len(found)
    assert sum(1 + len(each.also) for each in found) == len(expected)
    [sickness] = [each for each in found if each.value.key.endswith("sickness_share")]
    assert {sickness.value.path[1], *sickness.also} == set(loaded.scenario.arrangements)


def test_a_value_that_one_arrangement_changes_stands_apart():
    key = "arrangements.central.workforce.sickness_share"
    found = assumptions(load(SCENARIO, [f"{key}=0.1"]))
    [own] = [each for each in found if each.value.key == key]
    assert own.also == ()
    [others] = [each for each in found if each.value.key == key.replace("central", "pct")]
    assert "central" not in others.also


def test_in_a_pipe_each_stands_on_one_line(loaded, capsys):
    found = assumptions(loaded)
    count = sum(1 + len(each.also) for each in found)
    cli_output(["show", SCENARIO, "--assumed"])
    first, order, *lines = capsys.readouterr().out.splitlines()
    assert first == (
        f"{SCENARIO}: {count} values were merely assumed, in {len(found)} lines of its files."
    )
    assert "without any range" in order
    assert len(lines) == len(found) > 200
    assert lines[0].startswith("no range  ")
    assert max(map(len, lines)) > 80
    circuity = [line for line in lines if "circuity_factor" in line]
    assert circuity == [
        "     15%  estate.travel.circuity_factor = 1.3 [ratio]; 1.2 to 1.4; assumption, assumed; "
        f"{origin('estates/common.toml', 'circuity_factor')}"
    ]


def origin(file, key):
    text = (Path(cli.__file__).parents[2] / "scenarios" / file).read_text(encoding="utf-8")
    [line] = [n for n, row in enumerate(text.splitlines(), 1) if row.startswith(key)]
    return f"scenarios/{file}:{line}"


def cli_output(words):
    with pytest.raises(SystemExit) as stop:
        cli.main(words)
    assert stop.value.code in (0, None)
    sys.stdout.flush()


def test_on_a_terminal_it_is_a_table(loaded):
    console = Console(file=StringIO(), force_terminal=True, width=200)
    assumed.show(loaded, console)
    text = console.file.getvalue()
    assert "Width" in text
    assert "no range" in text
    assert "also " in text


def test_where_nothing_is_assumed_it_says_so():
    console = Console(file=StringIO())
    assumed.show(load("textbook-mm1"), console)
    assert console.file.getvalue() == "textbook-mm1: nothing was merely assumed.\n"
