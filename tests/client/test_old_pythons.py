"""The client and what it shares with the server run on Python 3.9, on which nobody here tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[2] / "client" / "tidecast"
OLDEST = (3, 9)
FILES = sorted(CLIENT.rglob("*.py"))


def of(tree: ast.Module) -> list[ast.AST]:
    """Everything but annotations, which are put off."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                setattr(node, name, None)
    return [*ast.walk(tree)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CLIENT)))
def test_the_grammar_is_that_of_the_oldest_python(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)
    unions = [
        call.lineno
        for call in of(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("isinstance", "issubclass", "cast")
        and any(isinstance(node, ast.BinOp) for node in ast.walk(call.args[1]))
    ]
    assert not unions, "a union written with | is made while this runs"


def test_the_options_are_read_while_the_client_runs() -> None:
    tree = ast.parse((CLIENT / "_keywords.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)]


def test_nothing_of_a_newer_library_is_used() -> None:
    vermin = Path(sys.executable).with_name("vermin")
    command = [vermin, "--target=3.9-", "--eval-annotations", "--no-tips", "-vv", CLIENT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    newer = [line for line in done.stdout.splitlines() if "3.1" in line[:10]]
    assert done.returncode == 0, "\n".join(newer)
