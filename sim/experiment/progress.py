"""How a run says where it is: a bar on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

LINE_SECONDS = 30.0
"""Plain lines appear no more often than this."""

LONG_RUN_SECONDS = 3600.0
"""The time left is judged from the pace over this long: the tasks differ in length."""

Advance = Callable[[], None]


@contextlib.contextmanager
def progress(total: int, reused: int, console: Console | None, jobs: int) -> Iterator[Advance]:
    """Yield a function to call after each finished replication.

    ``console`` None says nothing at all.
    """
    if console is None or total == 0:
        yield lambda: None
        return
    if reused:
        console.print(f"{reused:,} replications were finished earlier and are reused.")
    if console.is_terminal:
        with _bar(console) as bar:
            task = bar.add_task("Replications", total=total)
            yield lambda: bar.advance(task)
    else:
        console.print(f"Running {total:,} replications, {jobs} at a time.")
        yield _lines(total, console, jobs)


def _bar(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, speed_estimate_period=LONG_RUN_SECONDS)


def _lines(total: int, console: Console, jobs: int) -> Advance:
    """Judge the pace without each process's first replication, in which it may compile."""
    start = said = warm = time.monotonic()
    done = 0

    def advance() -> None:
        nonlocal done, said, warm
        done += 1
        now = time.monotonic()
        if done <= jobs:
            warm = now
        if done == total or now - said >= LINE_SECONDS:
            said = now
            pace = (now - warm) / (done - jobs) if done > jobs else math.nan
            console.print(_line(done, total, now - start, pace))

    return advance


def _line(done: int, total: int, seconds: float, pace: float) -> str:
    """Say how far it is; ``pace`` is seconds per replication, NaN where not yet known."""
    left = pace * (total - done)
    ending = f", about {spell(left)} left" if left > 0 else ""
    return f"{done:,} of {total:,} replications, {spell(seconds)} so far{ending}."


def spell(seconds: float) -> str:
    """Say a length of time in seconds or, from two minutes on, in minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
