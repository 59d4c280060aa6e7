"""The client is built from its folder, which is as before."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "client"


def test_a_build_leaves_no_folder_and_ships_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    copy = tmp_path / "client"
    shutil.copytree(
        CLIENT, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    )
    stale = copy / "build/lib/tidecast/removed.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("")
    before = sorted(path.name for path in copy.iterdir() if path.name != "build")
    hook = f"import build_backend; build_backend.build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", hook], cwd=copy, check=True, capture_output=True)
    assert sorted(path.name for path in copy.iterdir() if path.name != "__pycache__") == before
    [wheel] = tmp_path.glob("tidecast-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "tidecast/_reading/arrow.py" in names
    assert "tidecast/removed.py" not in names
    assert not any(name.startswith("build_backend") for name in names)
