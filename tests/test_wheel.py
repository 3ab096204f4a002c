"""The built wheel holds the library of scenarios."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sim.scenario import library

ROOT = Path(__file__).parents[1]


def run(words, **more):
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=True, **more
    )


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "README.md").exists(), reason="a wheel is built from a checkout")
def test_a_wheel_ships_the_library_and_lists_it(tmp_path):
    run(["-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT)
    [wheel] = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    pages = sorted(path.name for path in (tmp_path / "installed" / "sim").rglob("*.html"))
    assert pages == sorted(path.name for path in (ROOT / "sim").rglob("*.html"))
    assert len(list((tmp_path / "installed" / "sim" / "nhs" / "assets").rglob("*.css"))) == 1
    done = run(
        ["-m", "sim.cli", "list"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "installed")}
    )
    assert [line.split()[0] for line in done.stdout.splitlines()] == library.names()
    shown = run(
        ["-m", "sim.cli", "validate", *library.names()],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed")},
    )
    assert shown.stdout.count(": valid: ") == len(library.names())
    assert not (tmp_path / "installed" / "scenarios").exists()
