"""What a run says while it works, and when a process is lost."""

import io
import itertools

import joblib
import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError
from rich.console import Console

from sim.experiment import progress as module
from sim.experiment.errors import ReplicationError
from sim.experiment.execute import in_parallel
from sim.experiment.progress import progress, spell


def console(**options):
    return Console(file=io.StringIO(), width=100, **options)


def lines_of(seconds, total, monkeypatch, reused=0):
    """What is said when a replication finishes every so many seconds."""
    clock = itertools.count(0.0, seconds)
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    out = console()
    with progress(total, reused, out, jobs=2) as advance:
        for _ in range(total):
            advance()
    return out.file.getvalue().splitlines()


def test_quick_runs_say_two_lines(monkeypatch):
    assert lines_of(0.1, 200, monkeypatch) == [
        "Running 200 replications, 2 at a time.",
        "200 of 200 replications, 20 s so far.",
    ]


def test_long_runs_say_a_line_now_and_then(monkeypatch):
    said = lines_of(20.0, 10, monkeypatch)
    assert said[1] == "2 of 10 replications, 40 s so far."
    assert said[2] == "4 of 10 replications, 80 s so far, about 2 min left."
    assert len(said) == 1 + 5


def test_what_is_reused_is_said_first(monkeypatch):
    assert lines_of(1.0, 2, monkeypatch, reused=1200)[0].startswith("1,200 replications were")


def test_nothing_to_do_or_nowhere_to_say_it():
    out = console()
    with progress(0, 5, out, jobs=1) as advance:
        advance()
    assert out.file.getvalue() == ""
    with progress(5, 0, None, jobs=1) as advance:
        advance()


def test_a_terminal_gets_a_bar():
    out = console(force_terminal=True)
    with progress(3, 0, out, jobs=1) as advance:
        for _ in range(3):
            advance()
    assert "3/3" in out.file.getvalue()
    assert "left:" in out.file.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (119.0, "119 s"), (120.0, "2 min"), (5400.0, "90 min")]
)
def test_lengths_of_time(seconds, said):
    assert spell(seconds) == said


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_call_is_made(jobs):
    found = in_parallel((joblib.delayed(pow)(number, 2) for number in range(20)), jobs)
    assert sorted(found) == [number**2 for number in range(20)]


def test_a_lost_process_is_told_in_plain_words(monkeypatch):
    def lose(self, calls):
        raise TerminatedWorkerError("a worker process managed by the executor was terminated")

    monkeypatch.setattr(joblib.Parallel, "__call__", lose)
    with pytest.raises(ReplicationError, match=r"lack of memory.*--jobs.*are kept"):
        list(in_parallel([], 2))
