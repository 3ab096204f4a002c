"""TOML files read, whatever is wrong with them told at the file and the line."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sim.scenario import library
from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.positions import error_line
from sim.scenario.tree import Node, read

EXPECTED = 'expected key = value, with texts in straight quotes ("…") and numbers as 26 or 26.5'
"""What most slips of the pen in a file miss."""


def toml(path: Path) -> Node:
    """Read a file, keeping where everything stands. Raises ``ScenarioError``."""
    file, text = library.shown(path), ""
    try:
        # Editors on Windows may begin a file with a mark that says it is UTF-8.
        text = path.read_text(encoding="utf-8-sig")
        return read(text, file)
    except OSError as error:
        raise ScenarioError([Fault(file, problem=f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([Fault(file, problem="the file is not UTF-8 text")]) from error
    except tomllib.TOMLDecodeError as error:
        what, line = error_line(error, text)
        problem = f"not valid TOML: {what}; {EXPECTED}"
        raise ScenarioError([Fault(file, line, problem=problem)]) from error
