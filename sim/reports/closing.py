"""The end of a report: what is not modelled, and where the run came from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sim.experiment.provenance import UNKNOWN
from sim.experiment.reopened import Reopened
from sim.reports.parts import Heading, Part, Table, Text
from sim.scenario.omissions import omissions


def limit_parts() -> Iterator[Part]:
    """Yield everything that the model leaves out, and which way that tilts the result."""
    yield Heading("What is not modelled, and which way that tilts the result")
    yield Text(
        "Some of this can be set in a scenario file and is off in the arrangements of the library; "
        "the rest is not in the model at all."
    )
    for group, members in groupby(omissions(), key=lambda each: each.group):
        rows = [[each.title, _plain(each.text) + ".", _plain(each.tilt)] for each in members]
        yield Table(group, ("Left out", "What that means", "Tilt"), rows)


def _plain(text: str) -> str:
    """Return a text without the marks of Markdown."""
    return text.replace("`", "")


def origin_parts(opened: Reopened) -> Iterator[Part]:
    """Yield what somebody needs who wants to make the same run again."""
    yield Heading("Provenance")
    yield Text(
        "The same scenario, seed and model version give the same numbers on any machine, with any "
        "number of processes and in either engine. The scenario as it was run, with every value, "
        "is in manifest.json in the folder of the run."
    )
    yield Table("Where this run came from", ("What", "Value"), list(_rows(opened)))


def _rows(opened: Reopened) -> Iterator[list[str]]:
    manifest, made = opened.results.manifest, opened.provenance
    yield ["Run", str(manifest["run"])]
    yield ["Scenario", opened.scenario.name]
    yield ["Hash of the scenario (SHA-256)", str(manifest["scenario_sha256"])]
    if manifest["estate_file"]:
        yield ["Hash of the file of contracts", str(manifest["estate_file"])]
    yield ["Seed", str(manifest["seed"])]
    yield ["Replications", f"{manifest['replications']:,}"]
    yield ["Model version", str(manifest["model_version"])]
    if made is None:
        yield ["How it was made", UNKNOWN]
        return
    yield ["Command", command(made)]
    yield ["Engine and processes", f"{made['engine']}, {made['jobs']}"]
    yield ["Begun and ended", f"{made['started']} to {made['ended']}"]
    yield ["Machine", ", ".join(made["machine"][name] for name in ("system", "processor"))]
    yield ["Packages", "\n".join(packages(made))]


def command(made: dict[str, Any]) -> str:
    """Return the command that made a run, as it is typed."""
    program, _, rest = str(made["command"]).partition(" ")
    typed = "sim" if program == "__main__.py" else program
    return f"{typed} {rest}".strip()


def packages(made: dict[str, Any]) -> list[str]:
    """Return Python and each package with its version."""
    known = {name: number for name, number in made["packages"].items() if number}
    return [f"Python {made['machine']['python']}", *(f"{n} {v}" for n, v in known.items())]
