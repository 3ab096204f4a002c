"""Measures and comparisons as figures."""
