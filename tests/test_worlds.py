"""Random worlds must be rich: each mechanism occurs in some of them."""

from collections import Counter

from engines import RUNS
from hypothesis import HealthCheck, given, settings
from mechanisms import occurred
from sameness import same
from worlds import worlds

RUN = RUNS.get("compiled", RUNS["reference"])
EXAMPLES = 400


def test_every_mechanism_occurs():
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(worlds())
    def look(world):
        model = world.model()
        seen.update({name: int(found) for name, found in occurred(model, RUN(model)).items()})

    look()
    seldom = {name: count for name, count in seen.items() if count < EXAMPLES / 100}
    assert not seldom
    assert len(seen) > 30


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_building_a_world_again_gives_the_same_arrays(world):
    once, again = world.model(), world.changed(lambda _: None).model()
    assert same(once, again)
