"""The page as HTML: what may be chosen, what was typed, and what there is so far."""

from __future__ import annotations

import functools
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.nhs import environment, page
from sim.page.background import Seen
from sim.page.downloads import DOWNLOADS
from sim.page.levers import Lever, choices, plain
from sim.page.scenario_file import NAME
from sim.page.state import CHOSEN, Asked, State
from sim.page.view import View

if TYPE_CHECKING:
    from jinja2 import Environment

TITLE = "What if?"
LEAD = "Pick an area, an arrangement and what it meets, move a lever, and see what changes."
SCENARIO = "This scenario (TOML)"
STOPPED = "This was stopped because something else was asked for."


def document(body: str) -> str:
    """Return a whole page around its main part."""
    return page(TITLE, body, lead=LEAD, style=_file("page.css"), script=_file("page.js"))


def body(asked: Asked, seen: Seen | None, view: View | None) -> str:
    """Return the main part of the page; without anything seen nothing is computed."""
    return (
        _templates()
        .get_template("what_if.html")
        .render(**_choices(asked), **_results(asked, seen, view))
    )


def _choices(asked: Asked) -> dict[str, Any]:
    """Return what the form shows: as typed where that is wrong."""
    state, known = asked.state, asked.state.question
    groups = groupby(state.levers, lambda lever: lever.group)
    return {
        "state": state,
        "faults": asked.faults,
        "problems": [_problem(field, text, asked) for field, text in asked.faults.items()],
        "questions": [_item(one.scenario, one.label) for one in choices().questions],
        "areas": [_item(name, name) for name in known.areas],
        "arrangements": [_item(*item) for item in known.arrangements.items()],
        "contexts": [_item(*item) for item in known.contexts.items()],
        "groups": [
            (group.title, group.about, [_lever(lever, asked) for lever in levers])
            for group, levers in groups
        ],
        "usual": replace(state, changes=()).query,
    }


def _item(value: str, text: str) -> dict[str, str]:
    return {"value": value, "text": text}


def _problem(field: str, text: str, asked: Asked) -> dict[str, str]:
    """Return an entry of the error summary, which leads to its field where there is one."""
    shown = {*CHOSEN, *(lever.name for lever in asked.state.levers)}
    return {"text": text, "href": f"#{field}"} if field in shown else {"text": text}


def _lever(lever: Lever, asked: Asked) -> dict[str, Any]:
    usual = plain(lever.usual)
    words = f"{lever.hint} {usual} in the scenario".lstrip()
    return {
        "name": lever.name,
        "label": lever.label,
        "hint": words + (f"; plausible: {lever.plausible}." if lever.plausible else "."),
        "value": asked.typed.get(lever.name, usual),
        "usual": usual,
        "low": plain(lever.low),
        "high": plain(lever.high),
        "step": f"{lever.step:g}",
        "fault": asked.faults.get(lever.name, ""),
    }


def _results(asked: Asked, seen: Seen | None, view: View | None) -> dict[str, Any]:
    state, (own, base) = asked.state, asked.state.titles
    moved = (
        f"{lever.label} {plain(value)} (was {plain(lever.usual)})" for lever, value in state.moved
    )
    return {
        "arrangement": own,
        "base": base,
        "contexts_title": state.question.contexts[state.context],
        "moved": "; ".join(moved),
        "nothing_differs": state.with_itself and all(lever.shared for lever, _ in state.moved),
        "query": state.query,
        "view": view,
        "reached": seen.reached if seen else 0,
        "going": seen is not None and not (seen.finished or seen.stopped or seen.error),
        "stopped": seen is not None and seen.stopped,
        "error": seen.error if seen else "",
        "total": _replications(state),
        "progress": _progress(asked, seen, view),
        "told": _told(asked, seen, view),
        "downloads": [(NAME, SCENARIO), *((each.name, each.words) for each in DOWNLOADS)],
    }


def _replications(state: State) -> int:
    return state.question.loaded.scenario.run.replications


def _progress(asked: Asked, seen: Seen | None, view: View | None) -> str:
    """Say how far it is."""
    if seen is None or seen.error:
        return ""
    done, wanted = view.replications if view else 0, _replications(asked.state)
    if seen.finished:
        return f"All {wanted} replications are in."
    if seen.stopped:
        return f"{STOPPED} {done} of {wanted} replications are in."
    return f"{done} of {wanted} replications so far." if done else "Computing the first numbers."


def _told(asked: Asked, seen: Seen | None, view: View | None) -> str:
    """Say what somebody who does not see the page should hear: first numbers, then last ones."""
    if asked.faults:
        return ""  # the error summary is an alert by itself
    if seen is None or view is None:
        return "Computing the first numbers."
    if not seen.finished:
        return "First numbers are in, more are coming."
    row = view.blocks[0].rows[0]
    return f"All replications are in. {row.measure}, difference from base: {row.change}."


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@functools.cache
def _templates() -> Environment:
    return environment("sim.page")
