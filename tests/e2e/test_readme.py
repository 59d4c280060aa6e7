"""What the pages show is pasted as it stands, from the root of the clone, against a running server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from scripts import readme_answer

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEAST_BLOCKS = 4


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder that looks like the clone and may be written to."""
    for path in ROOT.iterdir():
        if not path.name.startswith("."):
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    return tmp_path


def _pasted(page: Path, url: str) -> str:
    """Return the snippets of a page as one script, in order, at the address of this server."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert len(blocks) >= LEAST_BLOCKS
    commands = [
        f"python -W error::SyntaxWarning - <<'PASTED'\n{code}PASTED\n" if kind == "python" else code
        for kind, code in blocks
        if not code.startswith("make ")
    ]
    address = url.removeprefix("http://")
    return "set -euo pipefail\n" + "\n".join(commands).replace("127.0.0.1:8000", address)


def _run(script: str, clone: Path, url: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TIDECAST_URL": url, "MPLBACKEND": "agg"}
    # what a page leaves out since `make serve` has said it
    environment["PATH"] = f"{clone / '.venv/bin'}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_snippets_of_the_readme_run_as_they_stand(clone: Path, server_url: str) -> None:
    done = _run(_pasted(ROOT / "README.md", server_url), clone, server_url)
    assert '"yhat_lo_95"' in done.stdout  # of curl
    assert "1961-01-01" in done.stdout  # of pandas
    [sentence] = re.findall(r"^  > (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sentence in done.stdout  # of the anomaly
    assert (clone / "anomalies.png").stat().st_size > 0
    assert (clone / "forecast.csv").read_text(encoding="utf-8").count("\n") == 13


def test_the_readme_shows_what_is_answered(server_url: str) -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    with httpx.Client(base_url=server_url) as client:
        shown, answered = readme_answer.shown(page), readme_answer.answered(page, client)
    for column in ("yhat", "yhat_lo_95", "yhat_hi_95"):
        assert shown["forecast"].pop(column) == pytest.approx(answered["forecast"].pop(column))
    assert shown == answered
    assert readme_answer.laid(shown, 0).count("\n") > 10


@pytest.mark.parametrize("page", ["tutorial.md", "rest.md", "client.md"])
def test_the_snippets_of_the_guides_run_as_they_stand(
    clone: Path, server_url: str, page: str
) -> None:
    done = _run(_pasted(ROOT / "docs" / page, server_url), clone, server_url)
    assert '"status"' not in done.stdout  # which a problem has, and an answer has not


def test_the_notebook_runs_from_its_first_cell_to_its_last(clone: Path, server_url: str) -> None:
    notebook = json.loads((ROOT / "docs/tutorial.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= LEAST_BLOCKS
    script = "\n".join(cells).replace("http://127.0.0.1:8000", server_url)
    _run(f"python - <<'CELLS'\n{script}\nCELLS\n", clone, server_url)
