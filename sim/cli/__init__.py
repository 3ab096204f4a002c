"""The command ``sim``: compare arrangements for commissioning primary care."""

from sim.cli import estates, runs, scenarios, trust, why  # each adds its commands
from sim.cli.words import app, main

__all__ = ["app", "estates", "main", "runs", "scenarios", "trust", "why"]
