"""The command ``sim``: compare arrangements for commissioning primary care."""

from sim.cli import (  # each adds its commands
    doubt,
    estates,
    explore,
    need,
    papers,
    pictures,
    pins,
    reference,
    runs,
    scenarios,
    trust,
    which,
    why,
)
from sim.cli.words import app, main

__all__ = [
    "app",
    "doubt",
    "estates",
    "explore",
    "main",
    "need",
    "papers",
    "pictures",
    "pins",
    "reference",
    "runs",
    "scenarios",
    "trust",
    "which",
    "why",
]
