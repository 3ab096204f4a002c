"""The same bits on every processor: nothing that is drawn or measured depends on its extras."""

import hashlib
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

import sim
from sim.experiment.design import design
from sim.experiment.worker import Task, model_of
from sim.model.elementary import exp, log1p

ROOT = Path(sim.__file__).parents[1]
LEAST = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(f for f in __cpu_dispatch__ if __cpu_features__[f]),
    "OPENBLAS_CORETYPE": "Nehalem",
}
"""Settings under which libraries do without all that not every processor has."""

WORLDS = {
    "one-area-2013": ["run.years=0.5", "estate.area_team=Wessex"],
    "transition-2013": ["run.years=0.4", "run.start=2013-02-01", "estate.area_team=Wessex"],
    "consortia-2010": ["run.years=1", "estate.area_team=Wessex"],
    "firefighting-2013": ["run.years=0.5", "estate.area_team=Wessex"],
    "textbook-finite": ["run.years=0.1", "run.warm_up_months=0"],
}


def arrays(thing, name=""):
    """Yield every array and number of a model, with its name."""
    if is_dataclass(thing):
        for field in fields(thing):
            yield from arrays(getattr(thing, field.name), f"{name}.{field.name}")
    elif isinstance(thing, np.ndarray):
        yield name, hashlib.sha256(np.ascontiguousarray(thing)).hexdigest()
    elif isinstance(thing, float):
        yield name, thing.hex()


def digests():
    """Return a line for every array of the models, and for every measure, of some worlds."""
    lines = []
    for world, settings in WORLDS.items():
        for point in design(sim.load(world, settings).scenario):
            drawn = [f"{name} {digest}" for name, digest in arrays(model_of(point, 0))]
            measured = Task(point, 0).result("compiled").to_dict("records")
            found = [str(row | {"value": row["value"].hex()}) for row in measured]
            lines += [f"{world} {point.label} {line}" for line in drawn + found]
    return lines


@pytest.mark.slow
def test_a_processor_without_extras_draws_and_measures_the_same_bits():
    script = "import test_processors; print(*test_processors.digests(), sep='\\n')"
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **LEAST, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    here = digests()
    different = [(a, b) for a, b in zip(here, done.stdout.splitlines(), strict=True) if a != b]
    assert not different
    assert len(here) > 10_000


@pytest.mark.parametrize(
    ("function", "exact", "points"),
    [
        (exp, lambda x: x.exp(), np.linspace(-40.0, 40.0, 2001)),
        (log1p, lambda x: (1 + x).ln(), -np.linspace(0.0, 1.0, 2001)[1:-1]),
    ],
)
def test_elementary_functions_are_right_to_a_few_bits(function, exact, points):
    with localcontext(prec=50):
        for point, value in zip(points.tolist(), function(points).tolist(), strict=True):
            off = abs(Decimal(value) / exact(Decimal(point)) - 1)
            assert off <= Decimal(2.0**-51 * (1 + abs(point)))


def test_elementary_functions_give_known_bits():
    """What NumPy's own give differs in some of these with the processor."""
    grid = np.linspace(-3.0, 3.0, 100_001)
    found = [hashlib.sha256(array).hexdigest()[:16] for array in (exp(grid), log1p(grid / 4.0))]
    assert found == ["8849117c468e29e9", "fe60cdd528f53565"]
