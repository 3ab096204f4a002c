"""The reference, written from the help of the commands, the schemas and the docstrings.

Nothing in it is typed twice: what a command, a key or a function says about itself is all
there is.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from cyclopts import App

from sim.experiment.store import atomic
from sim.manual.commands import commands
from sim.manual.files import files
from sim.manual.measures import measures
from sim.manual.python import python

_HEAD = """\
# Reference

Written by `sim reference --markdown docs/reference.md`; do not edit it by hand.

- [Commands](#commands): what `sim` can do, with every option.
- [Scenario files](#scenario-files): what may stand in them.
- [Measures](#measures): the names of what a run measures, with units and definitions.
- [Python](#python): the functions of `import sim` and what they return.

The values that the library gives to the keys, with their evidence, are in [model.md](model.md).
"""


def manual(app: App, interface: ModuleType) -> str:
    """Return the whole reference as Markdown: of a command and of a package for Python."""
    chapters = (commands(app), files(), measures(), python(interface))
    text = "\n\n".join("\n".join(chapter) for chapter in (_HEAD.splitlines(), *chapters))
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


def rewrite(app: App, interface: ModuleType, path: Path) -> bool:
    """Write the reference to a file, whole or not at all; say whether that changed it.

    Raises ``StoreError`` where it cannot be written.
    """
    text = manual(app, interface)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    with atomic(path) as passing:
        passing.write_text(text, encoding="utf-8", newline="\n")
    return True
