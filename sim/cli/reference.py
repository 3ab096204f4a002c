"""The command that writes the reference."""

from __future__ import annotations

from pathlib import Path

from sim.cli.words import app


@app.command
def reference(*, markdown: Path | None = None) -> None:
    """Print what every command, key of a scenario file and function of Python is.

    Parameters
    ----------
    markdown
        Write it to this file instead (docs/reference.md).
    """
    import sim
    from sim import manual

    if markdown is None:
        print(manual.manual(app, sim), end="")
    else:
        changed = manual.rewrite(app, sim, markdown)
        print(f"{'written' if changed else 'nothing to change'}: {markdown}")
