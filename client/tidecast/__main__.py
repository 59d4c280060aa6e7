"""`python -m tidecast` is the command `tidecast`."""

from __future__ import annotations

from ._cli.main import run

run()
