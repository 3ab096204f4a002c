"""The command ``sim``: compare arrangements for commissioning primary care."""

from sim.cli import doubt, estates, need, runs, scenarios, trust, which  # each adds its commands
from sim.cli.words import app, main

__all__ = ["app", "doubt", "estates", "main", "need", "runs", "scenarios", "trust", "which"]
