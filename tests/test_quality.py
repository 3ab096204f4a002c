"""Lint, types, layering and the ceilings on size, as the ordinary test command checks them."""

from __future__ import annotations

import ast
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "sim").rglob("*.py"))


def tool(name):
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert found, f"{name} is in the extra 'test'"
    return found


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "sim", "tests", "tools"],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_clean(command):
    done = subprocess.run(
        [tool(command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_one_idea_per_file(source):
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 400


def function_lengths():
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield node.end_lineno - node.lineno + 1


def test_functions_fit_a_screen():
    lengths = sorted(function_lengths())
    assert statistics.median(lengths) < 15
    assert lengths[int(0.9 * len(lengths))] <= 25
    assert lengths[-1] <= 80


def test_nothing_of_a_machine_is_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        files = [p for p in ROOT.rglob("*") if p.is_file() and ".venv" not in p.parts]
    else:
        files = [ROOT / name for name in listed.stdout.splitlines()]
    markers = [b"/" + b"work/", b"/" + b"root/", b"index-" + b"url", b"/" + b"tmp/bash"]
    for file in files:
        if file.suffix in {".py", ".toml", ".md", ".csv", ".json", ".ipynb", ".txt", ".cff"}:
            content = file.read_bytes()
            assert not any(marker in content for marker in markers), file
