"""What the package offers, what it says it offers, and what it needs."""

import importlib
import pkgutil
import subprocess
import sys

import tidecast


def test_the_public_names_are_one_sorted_list() -> None:
    assert tidecast.__all__ == sorted(tidecast.__all__)


def test_the_list_is_what_there_is() -> None:
    public = {name for name in vars(tidecast) if not name.startswith("_")}
    assert public | {"__version__"} == set(tidecast.__all__)


def test_every_module_is_private() -> None:
    names = [module.name for module in pkgutil.iter_modules(tidecast.__path__)]
    assert len(names) >= 9
    assert [name for name in names if not name.startswith("_")] == []


def test_public_classes_show_their_public_name() -> None:
    for name in set(tidecast.__all__) - {"__version__"}:
        assert getattr(tidecast, name).__module__ == "tidecast"
        assert getattr(tidecast, name).__doc__


def test_every_error_is_in_the_drawing() -> None:
    tree = importlib.import_module("tidecast._errors").__doc__ or ""
    raised = [n for n in tidecast.__all__ if n.endswith(("Error", "Warning"))]
    assert len(raised) == 22
    assert [name for name in raised if name not in tree] == []


def test_import_needs_neither_pandas_nor_polars_nor_pyarrow_nor_matplotlib() -> None:
    code = (
        "import sys, tidecast, tidecast._cli.main; "
        "heavy = {'pandas', 'polars', 'pyarrow', 'matplotlib'} & set(sys.modules); "
        "print(*heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
