"""Run the engine as plain Python, one of its modules changed, and tell what differs.

    NUMBA_DISABLE_JIT=1 python mutant_run.py WANTED [MODULE FILE]

WANTED is a pickle of models and the logs that they must give. The first thing
that differs is printed; nothing where all is as wanted.
"""

import pickle
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from sameness import differences

from sim.engine.log import Log
from sim.model.arrays import Model


def put_in_place(name: str, file: str) -> None:
    """Let a file stand for a module of the package that nothing has imported yet."""
    assert name not in sys.modules
    spec = spec_from_file_location(name, file)
    assert spec
    assert spec.loader
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


def ways() -> dict[str, Callable[[Model], Log]]:
    """Return the ways of running a model, none of which may make a difference."""
    import tight

    from sim.engine import compiled

    together = partial(compiled.run, apart=False)
    return {"apart": compiled.run, "together": together, "in little memory": tight.run}


def first_difference(wanted: list[tuple[Model, Log]]) -> str:
    """Return what differs first, or nothing; an error is a difference."""
    runs = ways()
    for number, (model, log) in enumerate(wanted):
        for way, run in runs.items():
            try:
                found = [*differences(run(model), log)]
            except Exception as error:
                found = [repr(error)]
            if found:
                return f"model {number}, {way}: {', '.join(found)}"
    return ""


if __name__ == "__main__":
    pickled, *changed = sys.argv[1:]
    if changed:
        put_in_place(*changed)
    from sim.engine.kernel.jit import PLAIN

    assert PLAIN
    print(first_difference(pickle.loads(Path(pickled).read_bytes())))
