"""Compilation of kernel functions, kept on disk where there is room for it.

Under ``NUMBA_DISABLE_JIT=1`` the kernel runs as the plain Python that it is
written in: slowly, with checks of every place in memory, for debuggers and coverage.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array
from numba.np.numpy_support import as_dtype

from sim.model.kept import Shelf

Function = TypeVar("Function", bound=Callable[..., object])

READ = (
    "engine/kernel",
    "engine/log.py",
    "engine/order.py",
    "engine/stream.py",
    "model",
    "outcomes/members.py",
    "scenario/units.py",
)
"""Where compiled code takes functions and constants from."""

SHELF = Shelf("engine", READ)

PLAIN = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]
"""Whether functions stay as they stand."""


def entry(signature: Any) -> Callable[[Function], Function]:
    """Compile a function for one signature at once, with all that it calls."""
    return lambda function: _compile(function, signature, inline=False)


def lean(function: Function) -> Function:
    """Compile a function into those that call it."""
    return _compile(function, inline=True)


def seldom(function: Function) -> Function:
    """Compile a function apart from those that call it, which are smaller and faster for that."""
    return _compile(function, inline=False)


def _compile(function: Function, *signature: Any, inline: bool) -> Function:
    """Compile a function that allocates nothing, and so need not count references to arrays.

    Without a signature it is called by compiled code only, and so can do without what lets
    others call it, which would take a quarter of the time that compiling takes.
    """
    decorate: Any = njit  # its stubs do not know all options
    options: dict[str, Any] = {
        "nogil": True,
        "_nrt": False,
        "error_model": "numpy",
        "forceinline": inline,
        "no_cfunc_wrapper": True,
        "no_cpython_wrapper": not signature,
    }
    kept = SHELF.keep(lambda keep: decorate(*signature, cache=keep, **options)(function))
    return cast("Function", kept)


def _memory(numbers: Any) -> Any:
    """Return a function of compiled code that gives an array's memory, read as such numbers.

    Memory is read without the checks for places counted from the end. Plain
    Python reads it as its own numbers, which never overflow unseen.
    """
    if PLAIN:
        return lambda array: array.view(as_dtype(numbers)).data
    pointer: Any = types.CPointer
    data_of: Any = make_array
    kind = pointer(numbers)

    def address(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = data_of(signature.args[0])(context, builder, values[0]).data
        return builder.bitcast(data, context.get_value_type(kind))

    @intrinsic
    def memory(_: Any, array: Any) -> Any:
        return kind(array), address

    return memory


integers, reals = _memory(types.int64), _memory(types.float64)


def _asking() -> Any:
    """Return a function of compiled code that asks for the cache line of a place in memory.

    It waits for nothing and has no effect but on time; any place will do.
    """
    if PLAIN:
        return lambda memory, place: None
    byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
    function_of: Any = cgutils.get_or_insert_function

    def ask(context: Any, builder: Any, _: Any, values: Any) -> Any:
        memory, place = values
        line = builder.bitcast(builder.gep(memory, [place]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        prefetch = function_of(builder.module, kind, "llvm.prefetch.p0")
        builder.call(prefetch, [line, flag(0), flag(3), flag(1)])  # to read, keep, data
        return context.get_dummy_value()

    @intrinsic
    def soon(_: Any, memory: Any, place: Any) -> Any:
        return types.void(memory, types.int64), ask

    return soon


soon = _asking()


def _choosing() -> Any:
    """Return a function of compiled code that gives the lesser of two numbers.

    It never becomes a branch, which a processor would have to guess. Numbers are so close
    that their difference is a number too.
    """
    if PLAIN:
        return min

    def choose(context: Any, builder: Any, _: Any, values: Any) -> Any:
        one, other = values
        less = builder.icmp_signed("<", builder.sub(one, other), one.type(0))
        choice = builder.select(less, one, other)
        choice.set_metadata("unpredictable", builder.module.add_metadata([]))
        return choice

    @intrinsic
    def lesser(_: Any, one: Any, other: Any) -> Any:
        return types.int64(types.int64, types.int64), choose

    return lesser


lesser = _choosing()


def is_kept() -> bool:
    """Say whether this code need not be compiled: it was compiled before and kept."""
    return PLAIN or SHELF.holds("loop.simulate")
