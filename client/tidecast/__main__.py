"""`python -m tidecast` is the command `tidecast`."""

from ._cli.main import run

run()
