"""Measures as pure functions of the log."""
