"""The version, in the one place that packaging and the user agent read it from."""

from __future__ import annotations

__version__ = "0.1.0"
