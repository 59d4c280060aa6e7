"""What every worker process has in memory when it begins: imported once, in the fork server.

The list is derived: all of ``models``, and what its functions import where they use it. What is not there stops
the fork server, and so the start.
"""

import os

# One thread a worker: several workers share the cores. Must stand before numpy is imported.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import ast  # noqa: E402
import importlib  # noqa: E402
import logging  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from pkgutil import walk_packages  # noqa: E402

import models  # noqa: E402
from models import registry  # noqa: E402

_NOT_ON_CORES = ("torch", "models.networks")
"""What a lane loads for itself, where it runs work that needs it: it must not be loaded before a fork."""


def modules() -> list[str]:
    """Return all modules of ``models``, then what their functions import, in alphabetical order."""
    own = [found.name for found in walk_packages(models.__path__, prefix="models.")]
    files = Path(models.__path__[0]).rglob("*.py")
    later = {name for path in files for name in imported_later(path.read_text(encoding="utf-8"))}
    return [name for name in [*own, *sorted(later)] if not _is_left_out(name)]


def _is_left_out(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in _NOT_ON_CORES)


def imported_later(source: str) -> Iterator[str]:
    """Yield the modules that the functions of a file import, and the file itself does not."""
    tree = ast.parse(source)
    at_once = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if id(node) in at_once:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for one in node.args:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value


logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)  # it warns of a missing plotly
for _module in modules():
    try:
        importlib.import_module(_module)
    except ImportError as error:  # which multiprocessing would pass over in silence
        raise RuntimeError(f"workers cannot be made ready: {error}") from error
for _kind in registry.KINDS:
    registry.registered(_kind)
