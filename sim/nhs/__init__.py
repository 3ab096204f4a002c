"""Pages in the NHS design system: one self-contained document each, without outside requests."""

from __future__ import annotations

from sim.nhs.page import MissingExtraError, environment, page

__all__ = ["MissingExtraError", "environment", "page"]
