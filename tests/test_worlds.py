"""Random worlds must be rich: each mechanism occurs in some of them."""

import json
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from sameness import same
from worlds import worlds

EXAMPLES = 400


def test_every_mechanism_occurs():
    """In a process of its own: Hypothesis draws on the constants of all modules that are loaded.

    What it draws would depend on the tests that ran before.
    """
    script = Path(__file__).with_name("richness.py")
    command = [sys.executable, str(script), str(EXAMPLES)]
    found = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=script.parents[1]
    )
    seen = json.loads(found.stdout.splitlines()[-1])
    seldom = {name: count for name, count in seen.items() if count < EXAMPLES / 100}
    assert not seldom
    assert len(seen) > 30


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_building_a_world_again_gives_the_same_arrays(world):
    once, again = world.model(), world.changed(lambda _: None).model()
    assert same(once, again)
