"""Small strategies, built once: building one takes longer than drawing from it."""

from functools import cache
from operator import itemgetter
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
"""A scenario, or a part of one, as a file would state it."""

TIERS = ("nation", "area", "place")
CONFLICTS = ("single_practice", "many_practices")

often = st.sampled_from([True, True, False])
seldom = st.sampled_from([False, False, True])


def one_of(*values):
    """Draw one of the values; one that stands there twice comes twice as often."""
    return _sampled(values)


@cache
def _sampled(values):
    return st.sampled_from(values)


hours = one_of(0.25, 0.5, 1.0, 1.0, 2.0, 3.7, 12.0)


@cache
def weights(names):
    """Draw some of the names, in any order, each with a weight."""
    some = st.lists(
        st.tuples(one_of(*names), one_of(1.0, 2.0, 3.0)),
        min_size=1,
        max_size=len(names),
        unique_by=itemgetter(0),
    )
    return some.map(dict)
