"""Scenario files, their schema, the estate of contracts and the working calendar."""
