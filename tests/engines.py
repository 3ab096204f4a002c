"""The engines that a test runs on."""

import pytest

from sim.engine import reference

RUNS = {"reference": reference.run}
try:
    from sim.engine import compiled
except ImportError:
    pass
else:
    RUNS["compiled"] = compiled.run

engines = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
"""Run a test on the reference engine, and on the compiled one where there is Numba."""
