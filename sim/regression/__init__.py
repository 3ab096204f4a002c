"""Pins: what a scenario gave once, kept in a small file, and whether it still gives that."""
