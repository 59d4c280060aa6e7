"""No function only passes its parameters on: it would cost a reader a hop and say nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def hops(path: Path) -> Iterator[str]:
    """Functions of a module that call one function with their own parameters; methods may keep a promise so."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and _passes_on(node):
            yield f"{path.relative_to(ROOT)}: {node.name}"


def _passes_on(node: ast.FunctionDef) -> bool:
    rest = node.body if ast.get_docstring(node) is None else node.body[1:]
    if len(rest) != 1 or not isinstance(rest[0], ast.Return | ast.Expr):
        return False
    call, own = rest[0].value, [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
        return False
    given = [ast.unparse(one) for one in (*call.args, *(one.value for one in call.keywords))]
    return bool(own) and sorted(given) == sorted(own)


@pytest.mark.parametrize("folder", ["app", "models", "client/tidecast"])
def test_no_function_only_passes_on(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert [one for path in files for one in hops(path)] == []
    assert len(files) > 10


def test_what_passes_on_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_hops.ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(
        'def one(a, b):\n    """Say."""\n    return other(b, key=a)\n\n\ndef two(a):\n    return other(a + 1)\n'
    )
    assert [*hops(path)] == ["module.py: one"]
