"""Engines move cases through stages and write one case log."""
