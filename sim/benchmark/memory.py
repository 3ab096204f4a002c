"""The most memory that one replication takes, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sim.engine import compiled
from sim.model.build import build
from sim.outcomes.measures import measured
from sim.outcomes.tally import Tally
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load

STATUS = Path("/proc/self/status")
"""Where Linux tells the most memory that this process has had."""


def peak(scenario: str, arrangement: str, years: float, *, log: bool) -> float | None:
    """Return the most memory in MiB, with the whole log or with measures; None if unknown."""
    if not STATUS.exists():
        return None
    what = [scenario, arrangement, str(years), "log" if log else "measures"]
    command = [sys.executable, "-m", "sim.benchmark.memory", *what]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(found.stdout)


def main(scenario: str, arrangement: str, years: str, what: str) -> float:
    """Run one replication and return the most memory it took, in MiB."""
    loaded = load(scenario, [f"run.years={years}"])
    context = next(iter(loaded.scenario.contexts))
    model = build(loaded.scenario, estate_of(loaded), arrangement, context, 0)
    if what == "log":
        compiled.run(model)
    else:
        tally = Tally(model)
        compiled.stream(model, tally)
        measured(tally)
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
