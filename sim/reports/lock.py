"""The lock of a paper: what it said when its pack was last built, and what would change now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.experiment.errors import StoreError
from sim.experiment.results import write_json
from sim.experiment.store import atomic
from sim.reports.pack import Pack

RUN = {"seed": "seed", "replications": "replications", "model_version": "model version"}
"""What may tell two runs apart, and its words."""

KINDS = {"figures": "figure", "numbers": "number", "sentences": "sentence"}


def lock_of(spec: Path) -> Path:
    """Return where the lock of a specification stands: beside it."""
    return spec.with_suffix(".lock.json")


def keep(pack: Pack, spec: Path) -> Path:
    """Write the lock of a pack and return it. Raises ``StoreError``."""
    with atomic(lock_of(spec)) as path:
        write_json(path, asdict(pack))
    return lock_of(spec)


def read(spec: Path) -> Pack:
    """Read the lock of a specification. Raises ``StoreError`` where there is none."""
    path = lock_of(spec)
    try:
        pack = Pack(**json.loads(path.read_text(encoding="utf-8")))
        if not all(isinstance(part, dict) for part in vars(pack).values()):
            raise TypeError("a part is no table")
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror}; run the command without --check first"
        ) from error
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} is damaged: run the command without --check again") from error
    return pack


def changes(before: Pack, now: Pack) -> list[str]:
    """Say in one sentence each what a paper would say otherwise; empty where nothing would.

    The last one says why, where the run is another than that of the lock.
    """
    found = [sentence for kind in KINDS for sentence in _changes(kind, before, now)]
    return [*found, *_reason(before.run, now.run)] if found else []


def _reason(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if before == now:
        return
    parts = [
        f"{words} was {before.get(name)}, is {now[name]}"
        for name, words in RUN.items()
        if before.get(name) != now[name]
    ]
    if before.get("scenario") != now["scenario"]:
        parts.append("the scenario has changed (sim diff says how)")
    yield f"the lock is of run {before.get('run')}, this is {now['run']}: {'; '.join(parts)}"


def _changes(kind: str, before: Pack, now: Pack) -> Iterator[str]:
    old, new = getattr(before, kind), getattr(now, kind)
    for name in dict.fromkeys((*old, *new)):
        what = f"{KINDS[kind]} {name}"
        if name not in new:
            yield f"{what}: is in the lock, but no longer in the paper"
        elif name not in old:
            yield f"{what}: is not in the lock yet"
        elif old[name] != new[name] and kind == "figures":
            yield f"{what}: its numbers have changed, so it and its caption are to be replaced"
        elif old[name] != new[name]:
            yield f"{what}: was {old[name]!r}, would be {new[name]!r}"
