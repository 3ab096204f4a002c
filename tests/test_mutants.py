"""Faults in the compiled engine are found: each changes one rule, and the log is another.

The faults stand in ``mutants``: a name, the text that is replaced, which must stand
in the engine once, and what replaces it.
The kernel runs as plain Python here, so that no fault has to be compiled, and
every place in memory is checked.
"""

import os
import pickle
import sys
from itertools import groupby, zip_longest
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

import pytest
from crowds import MEETINGS_AT_ONCE, alike, crowd
from declining import declining
from mutant_run import ways
from rivers import river
from sameness import same
from test_flows import FOUND_OUT

from sim.engine import reference

HERE = Path(__file__).parent
ENGINE = HERE.parent / "sim" / "engine"
CROWDS = (466, *range(80))
"""Seeds of crowds; the first finds out who leaves a queue with others behind."""
DECLINING = ALIKE = 12


class Mutant(NamedTuple):
    """One fault."""

    name: str
    old: str
    new: str


def mutants():
    for file in sorted((HERE / "mutants").glob("*.txt")):
        blocks = groupby(file.read_text(encoding="utf-8").splitlines(), key=bool)
        for name, *lines in (list(lines) for filled, lines in blocks if filled):
            old, new = ([line[2:] for line in lines if line[0] == sign] for sign in "-+")
            yield Mutant(name, "\n".join(old), "\n".join(new))


def sources():
    """Return the text of each module that belongs to the compiled engine alone."""
    files = [ENGINE / "partition.py", *(ENGINE / "kernel").glob("*.py")]
    names = (".".join(file.relative_to(ENGINE).with_suffix("").parts) for file in files)
    return {name: file.read_text(encoding="utf-8") for name, file in zip(names, files, strict=True)}


def models():
    """Return models of every kind; the kinds take turns, so that any fault is found early."""
    kinds = [
        [MEETINGS_AT_ONCE, *map(crowd, CROWDS)],
        [*map(river, FOUND_OUT)],
        [*map(alike, range(ALIKE))],
        [declining(crowd(seed), seed) for seed in range(DECLINING)],
        [declining(river(seed), seed) for seed in range(DECLINING)],
    ]
    return [model for turn in zip_longest(*kinds) for model in turn if model is not None]


@pytest.fixture(scope="module")
def wanted():
    """Return models and the logs that they must give."""
    return [(model, reference.run(model)) for model in models()]


@pytest.fixture(scope="module")
def first_difference(wanted, tmp_path_factory):
    """Return what tells what an engine that runs as plain Python does otherwise than wanted."""
    file = tmp_path_factory.mktemp("mutants") / "wanted.pickle"
    file.write_bytes(pickle.dumps(wanted))
    command = [sys.executable, HERE / "mutant_run.py", file]
    plain = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(HERE.parent)}
    with Popen(command, env=plain, stdin=PIPE, stdout=PIPE, text=True) as runner:

        def ask(*changed):
            print(*changed, file=runner.stdin, flush=True)
            answer = runner.stdout.readline()
            assert answer.endswith("\n"), "the runner has failed: see its standard error"
            return answer.strip()

        yield ask


def test_compiled_all_is_as_wanted(wanted):
    for model, log in wanted:
        for run in ways().values():
            same(log, run(model))


def test_as_plain_python_all_is_as_wanted(first_difference):
    assert first_difference() == ""


@pytest.mark.parametrize("mutant", [*mutants()], ids=lambda mutant: mutant.name)
def test_finds_that(mutant, first_difference, tmp_path):
    found = {name: text for name, text in sources().items() if mutant.old in text}
    assert [text.count(mutant.old) for text in found.values()] == [1], "replaces no one text"
    ((module, right),) = found.items()
    wrong = tmp_path / "wrong.py"
    wrong.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    assert first_difference(f"sim.engine.{module}", wrong)
