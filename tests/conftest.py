"""Settings for the whole suite.

In continuous integration the examples of property-based tests are the same
every time, so that it fails when the model moves and not by chance; elsewhere
they go on exploring.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("fixed")
