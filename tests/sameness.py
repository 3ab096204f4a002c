"""Whether two models or two logs are the same, to the bit."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

import numpy as np


def differences(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Yield the fields in which two records differ; NaN equals NaN."""
    if is_dataclass(one):
        for name, value in vars(one).items():
            yield from differences(value, getattr(other, name), f"{at}.{name}".strip("."))
    elif isinstance(one, np.ndarray):
        real = one.dtype.kind == "f"
        if one.dtype != other.dtype or not np.array_equal(one, other, equal_nan=real):
            yield at
    elif one != other:
        yield at


def same(one: Any, other: Any) -> bool:
    """Say whether two records are the same; fails with the names of what differs."""
    different = [*differences(one, other)]
    assert not different, different
    return True
