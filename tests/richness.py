"""How often each mechanism occurs in random worlds: ``python tests/richness.py 400``, as JSON."""

import json
import sys
from collections import Counter

from engines import RUNS
from hypothesis import HealthCheck, given, settings
from mechanisms import occurred
from worlds import worlds

RUN = RUNS.get("compiled", RUNS["reference"])


def occurrences(examples):
    """Return in how many of so many random worlds each mechanism occurs."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=examples,
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
    return seen


if __name__ == "__main__":
    print(json.dumps(occurrences(int(sys.argv[1]))))
