"""Run the engine as plain Python, one of its modules changed, and tell what differs.

    NUMBA_DISABLE_JIT=1 python mutant_run.py WANTED

WANTED is a pickle of models and the logs that they must give. Each line of standard
input names a module and the file that stands for it, or nothing; it is answered by a
line with the first thing that differs, or by an empty one where all is as wanted.

Each is run in a process that is forked from this one, which has loaded what they all
need but no module of the compiled engine: so each has its own, and begins at once.
"""

import pickle
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing import get_context
from pathlib import Path

from sameness import differences

from sim.engine.log import Log
from sim.model.arrays import Model

NEEDED = ("numba.np.arrayobj", "scipy.sparse.csgraph", "simpy")
"""Libraries of the compiled engine that take long to load."""
LONGEST = 5.0
"""Processor seconds after which a run, which takes less than a tenth of one, has no end."""


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
            signal.setitimer(signal.ITIMER_PROF, LONGEST)  # ends the process
            try:
                found = [*differences(run(model), log)]
            except Exception as error:
                found = [repr(error)]
            if found:
                return f"model {number}, {way}: {', '.join(found)}"
    return ""


def tell(wanted: list[tuple[Model, Log]], *changed: str) -> None:
    """Print what differs first with a module changed."""
    if changed:
        put_in_place(*changed)
    from sim.engine.kernel.jit import PLAIN

    assert PLAIN
    print(first_difference(wanted))


def answer(line: str, wanted: list[tuple[Model, Log]]) -> None:
    """Print what differs first with the change that a line asks for, in fresh modules."""
    changed = line.strip().split(maxsplit=1)
    runner = get_context("fork").Process(target=tell, args=(wanted, *changed))
    runner.start()
    runner.join()
    if runner.exitcode == -signal.SIGPROF:
        print("goes round in circles")
    elif runner.exitcode:
        sys.exit(f"the process for {line!r} ended with {runner.exitcode}")
    sys.stdout.flush()


if __name__ == "__main__":
    for library in NEEDED:
        import_module(library)
    models = pickle.loads(Path(sys.argv[1]).read_bytes())
    for asked in sys.stdin:
        answer(asked, models)
