"""The command that serves the what-if page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.words import app

PORT = 8765


@app.command
def explore(
    *,
    port: int = PORT,
    browser: Annotated[bool, Parameter(negative="--no-browser")] = True,
    out: Path = Path("results"),
) -> None:
    """Serve a page on this machine on which to move levers and see what they change.

    Parameters
    ----------
    port
        Where to listen; 0 for any port that is free. Only this machine can reach it.
    browser
        Open the page in a browser.
    out
        Folder for results.
    """
    from sim.page.serve import serve

    serve(port, out, browser)
