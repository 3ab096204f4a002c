"""Addressed random numbers: a draw is looked up by its address, never consumed in sequence.

``uniform(key, entity, ordinal, k)`` is a pure function, so one more draw
somewhere moves no other draw, and every arrangement meets the same luck
(common random numbers). The generator is Philox4x32-10 (Salmon, Moraes, Dror
and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The 32-bit
variant is used because the same lines then serve Python integers, NumPy int64
arrays and compiled scalars alike.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.jit import element_by_element, inlined, shared

MASK = 0xFFFFFFFF
TWO_26 = 67108864
TWO_M53 = 1.0 / 9007199254740992.0

Key = tuple[int, int]
Numbers = NDArray[np.int64] | NDArray[np.int32]


@shared
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:  # noqa: ANN401
    """Return four 32-bit words for a counter of four words and a key of two.

    Works on integers and, element by element, on int64 arrays, where the 64-bit
    products wrap around: the bits that are kept stay right.
    """
    for _ in range(10):
        p0 = 0xD2511F53 * c0
        p1 = 0xCD9E8D57 * c2
        c0 = ((p1 >> 32) & MASK) ^ c1 ^ k0
        c1 = p1 & MASK
        c2 = ((p0 >> 32) & MASK) ^ c3 ^ k1
        c3 = p0 & MASK
        k0 = (k0 + 0x9E3779B9) & MASK
        k1 = (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


@shared
def uniform_of(e0: Any, e1: Any, ordinal: Any, k: Any, k0: Any, k1: Any) -> Any:  # noqa: ANN401
    """Return a double in [0, 1) with 53 random bits for an address and a key."""
    w0, w1, _, _ = philox(e0, e1, ordinal, k, k0, k1)
    return ((w0 >> 5) * TWO_26 + (w1 >> 6)) * TWO_M53


@shared
def mark_of(e0: Any, e1: Any, ordinal: Any, k: Any, k0: Any, k1: Any) -> Any:  # noqa: ANN401
    """Return a tie mark of 60 random bits for an address and a key."""
    w0, w1, _, _ = philox(e0, e1, ordinal, k, k0, k1)
    return (w0 << 28) ^ (w1 >> 4)


_uniform, _mark = inlined(uniform_of), inlined(mark_of)


def each_uniform(numbers: NDArray[np.int64], results: NDArray[np.float64]) -> None:
    """Draw for addresses and keys, shape (6, n)."""
    e0, e1, ordinal = numbers[0], numbers[1], numbers[2]
    k, k0, k1 = numbers[3], numbers[4], numbers[5]
    for i in range(len(results)):
        results[i] = _uniform(e0[i], e1[i], ordinal[i], k[i], k0[i], k1[i])


def each_mark(numbers: NDArray[np.int64], results: NDArray[np.int64]) -> None:
    """Draw tie marks for addresses and keys, shape (6, n)."""
    e0, e1, ordinal = numbers[0], numbers[1], numbers[2]
    k, k0, k1 = numbers[3], numbers[4], numbers[5]
    for i in range(len(results)):
        results[i] = _mark(e0[i], e1[i], ordinal[i], k[i], k0[i], k1[i])


uniforms_of = element_by_element(uniform_of, each_uniform, np.float64)
marks_of = element_by_element(mark_of, each_mark, np.int64)


def words(text: str) -> Key:
    """Return two 32-bit words that stand for a name (BLAKE2b)."""
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
    return number & MASK, number >> 32


class Streams:
    """The named streams of one replication.

    The key of a stream comes from the seed, the replication and the stream's
    name, and never from the arrangement.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self._prefix = f"{seed}/{replication}/"

    def key(self, name: str) -> Key:
        """Return the key of a stream, as two 32-bit words."""
        return words(self._prefix + name)

    def keys(self, names: list[str]) -> NDArray[np.int64]:
        """Return the keys of streams, shape (names, 2)."""
        return np.array([self.key(name) for name in names], dtype=np.int64).reshape(len(names), 2)

    def uniform(
        self,
        name: str,
        uid: NDArray[np.int64],
        ordinal: Numbers | int = 0,
        k: Numbers | int = 0,
    ) -> NDArray[np.float64]:
        """Draw for many addresses at once; ``uid`` has shape (n, 2), the result (n,)."""
        return uniforms(self.keys([name]), uid, ordinal, k)

    def marks(
        self, name: str, uid: NDArray[np.int64], ordinal: Numbers | int = 0
    ) -> NDArray[np.int64]:
        """Draw tie marks of 60 bits, shape (n,)."""
        return marks(self.keys([f"tie:{name}"]), uid, ordinal)


def uniforms(
    keys: NDArray[np.int64], uid: NDArray[np.int64], ordinal: Numbers | int, k: Numbers | int = 0
) -> NDArray[np.float64]:
    """Draw for many addresses, each with its own key or all with the same; shape (n,)."""
    drawn: NDArray[np.float64] = uniforms_of(
        uid[:, 0], uid[:, 1], ordinal, k, keys[:, 0], keys[:, 1]
    )
    return drawn


def marks(
    keys: NDArray[np.int64], uid: NDArray[np.int64], ordinal: Numbers | int
) -> NDArray[np.int64]:
    """Draw tie marks of 60 bits for many addresses, shape (n,)."""
    drawn: NDArray[np.int64] = marks_of(uid[:, 0], uid[:, 1], ordinal, 0, keys[:, 0], keys[:, 1])
    return drawn


def uids(names: list[str]) -> NDArray[np.int64]:
    """Return the addresses of named things, shape (names, 2)."""
    return _uids(tuple(names)).copy()


@lru_cache(maxsize=64)
def _uids(names: tuple[str, ...]) -> NDArray[np.int64]:
    """Remember addresses: every replication asks for those of the same contracts."""
    return np.array([words(name) for name in names], dtype=np.int64).reshape(len(names), 2)
