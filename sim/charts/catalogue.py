"""Every chart by name: the question that it answers, and the command that draws it.

In the order in which planners need them. The names are those of the files.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A chart's question, which its caption begins with, and how to get it.

    ``command`` has ``{scenario}`` for the scenario's name or file. ``needs`` says what the
    scenario must have, where most do not.
    """

    question: str
    command: str
    needs: str = ""


_RUN = "sim run {scenario}"
_LOOK = "sim look {scenario}"
_TWO = "--from ONE --to ANOTHER"

CATALOGUE: dict[str, Entry] = {
    "differences": Entry("Which arrangement does better than the base, and by how much?", _RUN),
    "backlog": Entry("How much work is owed, and does it grow?", _RUN),
    "response_times": Entry("How long do cases take, and how long do the slow ones?", _RUN),
    "elapsed": Entry("Where does the time of a case go?", _RUN),
    "coverage": Entry("Are contracts reviewed as often as they should be?", _RUN),
    "utilisation": Entry("Are there enough staff, and in which roles not?", _RUN),
    "vacancies": Entry("How many posts stand vacant, and how many people leave?", _RUN),
    "cost_per_head": Entry("What does it cost a head, and is that within the allowance?", _RUN),
    "frontier": Entry(
        "How many staff does a service target take?",
        "sim staff {scenario} --target 'resolution_in_clock_share>=0.9'",
    ),
    "who-gains": Entry(
        "Whose cases end sooner, and whose later?", f"sim gains {{scenario}} {_TWO}"
    ),
    "waterfall": Entry("What is the difference made of?", f"sim explain {{scenario}} {_TWO}"),
    "regret": Entry(
        "Which arrangement is never far behind the best, whatever comes?", "sim stress {scenario}"
    ),
    "best": Entry("How likely is each arrangement to be the best?", "sim uncertainty {scenario}"),
    "uncertainty": Entry(
        "How far may the differences lie from the central ones?", "sim uncertainty {scenario}"
    ),
    "sensitivity": Entry("Which values does the answer turn on?", "sim sensitivity {scenario}"),
    "sobol": Entry(
        "Which values make most of the doubt, alone and together?", "sim sensitivity {scenario}"
    ),
    "implausibility": Entry(
        "Which observations does the model meet within its ranges?", "sim calibrate {scenario}"
    ),
    "pathway": Entry("Who does each step of a case, and who decides?", _LOOK),
    "still_open": Entry("How many cases are still open after a week, a month or a year?", _LOOK),
    "funnel": Entry("Which areas differ by more than chance?", _LOOK),
    "xmr": Entry("Is the service of an area steady over the months?", _LOOK),
    "hexmap": Entry(
        "Where in England are cases resolved in time?",
        _LOOK,
        "needs two or more of the 42 integrated care boards, in the estate england-2023 "
        "(docs/gallery.md has a scenario of all 42 to copy)",
    ),
    "committees": Entry("When do committees meet, and what do they put off?", _LOOK),
    "stages": Entry("How far do cases get, and where do they turn back?", _LOOK),
    "month": Entry("What does one team do in a month?", _LOOK),
}


LOOKS = tuple(name for name, entry in CATALOGUE.items() if entry.command == _LOOK)
"""Charts of what happened in one replication."""


def question(name: str) -> str:
    """Return the question that a chart answers."""
    return CATALOGUE[name].question
