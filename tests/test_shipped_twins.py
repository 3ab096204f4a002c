"""The zero-noise twin of every shipped arrangement finishes each case in its critical path."""

import numpy as np
import pytest
from engines import engines

from sim.engine.log import CLOSED, REFUSED_OUTCOME, UNSET
from sim.experiment.critical_path import CriticalPath
from sim.experiment.twins import ample, certain
from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load
from sim.scenario.schema import Scenario

YEARS = 0.15

SHIPPED = [
    (name, arrangement)
    for name in ("one-area-2013", "one-icb-2023")
    for arrangement in load(name).scenario.arrangements
]

pytestmark = pytest.mark.slow


def twin(name, context):
    """Return the estate and the scenario without chance, over a few months."""
    loaded = load(name, [f"run.years={YEARS}"])
    document = loaded.scenario.model_dump(by_alias=True)
    certain(document)
    document["contexts"] = {context: document["contexts"][context]}
    return estate_of(loaded), Scenario.model_validate(document)


@engines
@pytest.mark.parametrize(("name", "arrangement"), SHIPPED)
def test_the_twin_takes_the_critical_path(run, name, arrangement):
    estate, scenario = twin(name, "baseline")
    model = ample(build(scenario, estate, arrangement, "baseline", 0))
    log = run(model)
    path = np.array(CriticalPath(model).closed, dtype=np.int64)
    assert log.cases.closed.tolist() == np.where(path < model.clock.horizon, path, UNSET).tolist()
    assert not log.cases.queue.any()
    assert np.isin(log.cases.outcome, (CLOSED, REFUSED_OUTCOME)).sum() > 500
