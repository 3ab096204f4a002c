"""One arrangement in two runs, before and after a change, on the same luck."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiment.errors import DesignError
from sim.experiment.results import Results, compare

BEFORE, AFTER = "before", "after"


def against(after: Results, before: Results, arrangement: str) -> Results:
    """Return results in which an arrangement of two runs appears as two arrangements.

    Differences are ``after`` less ``before``, as staffed, replication by replication.
    Raises ``DesignError`` where the arrangement is missing or the luck was not the same.
    """
    scenarios = {BEFORE: before.manifest["scenario"], AFTER: after.manifest["scenario"]}
    for scenario in scenarios.values():
        if arrangement not in scenario["arrangements"]:
            known = sorted(scenario["arrangements"])
            raise DesignError(f"there is no arrangement {arrangement!r}; {known} are there")
    if differing := sorted(_differing(_luck(before.manifest), _luck(after.manifest))):
        raise DesignError(f"the two runs did not have the same luck: {', '.join(differing)} differ")
    measures = pd.concat(
        [_only(run, arrangement, name) for name, run in ((BEFORE, before), (AFTER, after))],
        ignore_index=True,
    )
    folder = after.folder / f"{arrangement}-against-{before.manifest['run']}"
    found = compare(measures, BEFORE, BEFORE)
    return Results(folder, _manifest(after.manifest, scenarios, arrangement), measures, found)


def _only(run: Results, arrangement: str, name: str) -> pd.DataFrame:
    rows = run.measures[run.measures["arrangement"] == arrangement]
    return rows.assign(arrangement=name)


def _luck(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what decides which contracts, people and days the replications meet."""
    scenario = manifest["scenario"]
    same = {name: manifest[name] for name in ("estate_file", "model_version")}
    return {**same, **scenario["run"], "estate": scenario["estate"]}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _manifest(
    manifest: dict[str, Any], scenarios: dict[str, dict[str, Any]], arrangement: str
) -> dict[str, Any]:
    """Describe a scenario of two arrangements, of which ``before`` is the base."""
    pair = {name: each["arrangements"][arrangement] for name, each in scenarios.items()}
    named = {
        name: {**each, "title": f"{each['title'] or arrangement} {name} the change"}
        for name, each in pair.items()
    }
    scenario = manifest["scenario"]
    own = {"arrangements": named, "compare": {**scenario["compare"], "base": BEFORE}}
    return {**manifest, "scenario": {**scenario, **own}}
