"""The same log in every process, whatever Python's hash seed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parents[1]
TESTS = Path(__file__).parent

SCRIPT = """
import sys
from dataclasses import is_dataclass
from hashlib import sha256

import numpy as np
from engines import RUNS

from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load


def feed(digest, record):
    for name, value in vars(record).items():
        digest.update(name.encode())
        if is_dataclass(value):
            feed(digest, value)
        elif isinstance(value, np.ndarray):
            digest.update(str(value.dtype).encode() + value.tobytes())
        else:
            digest.update(repr(value).encode())


name, arrangement, engine = sys.argv[1:]
loaded = load(name, ["run.years=0.1"])
model = build(loaded.scenario, estate_of(loaded), arrangement, [*loaded.scenario.contexts][0], 0)
digest = sha256()
feed(digest, model)
feed(digest, RUNS[engine](model))
print(digest.hexdigest())
"""


def digest(hash_seed, name, arrangement, engine):
    """Build and run a model in another process; return a digest of its arrays and log."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, name, arrangement, engine],
        env={
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "arrangement"), [("one-area-2013", "place_based"), ("one-icb-2023", "icb")]
)
def test_hash_seeds_and_engines_give_the_same_bytes(name, arrangement):
    digests = {
        digest(hash_seed, name, arrangement, engine)
        for hash_seed, engine in [("0", "reference"), ("1", "reference"), ("4242", "compiled")]
    }
    assert len(digests) == 1
    assert len(digests.pop()) == 64
