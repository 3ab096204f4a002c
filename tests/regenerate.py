"""The expected tables: what each shipped scenario gives at small size.

``python tests/regenerate.py`` writes them again. Do so only when results are meant
to change, and raise ``sim.version.MODEL_VERSION`` with them.
"""

import io
import tempfile
from pathlib import Path

import pandas as pd

import sim
from sim.scenario import library
from sim.version import MODEL_VERSION

FOLDER = Path(__file__).parent / "expected"

SMALL = ("run.years=0.2", "run.warm_up_months=0", "run.replications=2")
SMALLER = {
    "england-2013": ("estate.area_team=Wessex",),
    "textbook": ("run.years=0.05",),
    "transition-2013": ("run.start=2013-03-01",),
}
"""What keeps the largest scenarios short: one area, fewer days; and a change within the days."""

ROWS = ["context", "measure", "case_type"]


def names():
    """Return every scenario of the library."""
    return library.names()


def table(name):
    """Return means over replications: a row per measure and case type, a column per arrangement."""
    loaded = sim.load(name, [*SMALL, *SMALLER.get(name, ())])
    with tempfile.TemporaryDirectory() as out:
        measures = sim.run(loaded, jobs=1, out=out, progress=False).measures
    whole = measures[(measures[["body", "role", "period"]] == "all").all(axis=1)]
    means = whole.groupby([*ROWS, "arrangement"])["value"].agg(
        lambda values: values.mean(skipna=False)
    )
    return means.unstack("arrangement").reset_index()


def path(name):
    """Return where the expected table of a scenario is."""
    return FOLDER / f"{name}.csv"


def written(name):
    """Return the expected table of a scenario and the model version that it is of."""
    first, text = path(name).read_text(encoding="utf-8").split("\n", 1)
    return pd.read_csv(io.StringIO(text)), int(first.removeprefix("# model version "))


def write(name):
    """Write the expected table of a scenario."""
    text = table(name).to_csv(index=False, float_format="%.12g", lineterminator="\n")
    path(name).write_text(f"# model version {MODEL_VERSION}\n{text}", encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for scenario in names():
        write(scenario)
        print(f"{path(scenario).name}: {path(scenario).stat().st_size:,} bytes")
