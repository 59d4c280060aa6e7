import subprocess
import sys

from app.engine.local.preload import imported_later, modules


def test_it_is_all_of_models_and_what_their_functions_import() -> None:
    found = modules()
    assert {"models.tasks.forecast", "models.forecasters.arima.auto_arima"} <= {*found}
    assert {"pmdarima", "prophet", "statsforecast.ces", "statsforecast.theta"} <= {*found}
    assert {"statsmodels.tsa.statespace.sarimax"} <= {*found}
    assert not [name for name in found if name.split(".")[0] == "torch"]
    assert not [name for name in found if name.startswith("models.networks")]


def test_imports_of_functions_are_found_and_those_of_the_file_are_not() -> None:
    source = "import a\nfrom b import c\ndef f():\n    import d.e\n    from g.h import i\n    from . import j"
    assert list(imported_later(source)) == ["d.e", "g.h"]


def test_modules_that_functions_name_in_a_string_are_found() -> None:
    source = "from importlib import import_module\ndef f():\n    return import_module('a.b')"
    assert list(imported_later(source)) == ["a.b"]


def test_a_library_that_is_missing_is_told_aloud() -> None:
    code = "import sys; sys.modules['bottleneck'] = None; import app.engine.local.preload"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "bottleneck" in done.stderr
