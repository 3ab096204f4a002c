"""Where and how a run was made: kept beside the results, outside the claim of equal bytes."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import platform
import shlex
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

FILE = "provenance.json"
UNKNOWN = f"Not known: {FILE} is missing or damaged."
"""What a report says where a run's provenance cannot be read: no number depends on it."""

PACKAGES = ("commissioning-sim", "numpy", "pandas", "pyarrow", "scipy", "simpy", "pydantic")


def now() -> dt.datetime:
    """Return the time, in UTC to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def provenance(started: dt.datetime, jobs: int, engine: str) -> dict[str, Any]:
    """Describe the machine, the packages and the command; the run ends now."""
    program, *arguments = sys.argv or [""]
    return {
        "machine": {
            "system": platform.platform(),
            "processor": platform.processor() or platform.machine(),
            "python": platform.python_version(),
        },
        "packages": versions(),
        "engine": engine,
        "jobs": jobs,
        "command": shlex.join([Path(program).name, *arguments]),
        "started": started.isoformat(),
        "ended": now().isoformat(),
    }


def read(path: Path) -> dict[str, Any] | None:
    """Return what ``provenance`` had described, None where the file is missing or damaged."""
    try:
        made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        told = [made[name] for name in ("engine", "command", "started", "ended")]
        told += [made["machine"][name] for name in ("system", "processor", "python")]
        told += [made["packages"][name] or "" for name in PACKAGES]
        sound = all(isinstance(text, str) for text in told) and isinstance(made["jobs"], int)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return made if sound else None


def settings(command: str) -> str:
    """Return the ``--set key=value`` of a command as they would be written again, or nothing."""
    try:
        words = shlex.split(command)
    except ValueError:  # no command that anybody gave
        return ""
    given = [after for word, after in pairwise([*words, ""]) if word == "--set"]
    given += [word.removeprefix("--set=") for word in words if word.startswith("--set=")]
    return "".join(f" --set {shlex.quote(one)}" for one in given)


def versions() -> dict[str, str | None]:
    """Return the version of each package that matters; None where it is not installed."""
    return {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
