"""The house rules that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [f for top in ("dashboard", "layers", "data", "etl") for f in (ROOT / top).rglob("*.py")]
LINES = 260
FUNCTION_LINES = 45
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def test_a_file_fits_on_four_screens() -> None:
    assert FILES and [f for f in FILES if len(f.read_text(encoding="utf-8").splitlines()) > LINES] == []


def test_a_function_fits_on_one_screen() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_file_is_named_after_nothing() -> None:
    assert [f for f in FILES if f.stem in FORBIDDEN] == []


def test_import_directions_hold() -> None:
    """In a process of its own: the linter switches off every logger it finds."""
    lint = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([lint, "--config", ROOT / "pyproject.toml"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


def test_a_callback_has_few_wires() -> None:
    for file in (ROOT / "dashboard").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for decorator in getattr(node, "decorator_list", []):
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "callback":
                    wires = [ast.unparse(a.func) for a in ast.walk(decorator) if isinstance(a, ast.Call)]
                    # a panel has a body, a note, a total and perhaps one more; a form sends what stands in it
                    limits = {"Input": 3, "State": 4, "Output": 4}
                    assert all(wires.count(kind) <= most for kind, most in limits.items()), (file, node.name)


def test_the_dashboard_holds_no_chinese_outside_its_locale() -> None:
    for file in (ROOT / "dashboard").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        told = _docstrings(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno not in told:
                assert not any("一" <= c <= "鿿" for c in node.value), (file, node.lineno)


def test_nothing_in_the_repository_belongs_to_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    words = ("/" + "work/", "/" + "tmp/research", "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".gpkg", ".zip", ".parquet", ".xlsx"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not [word for word in words if word in text], name


def _docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.FunctionDef, ast.ClassDef)
    firsts = [node.body[0] for node in ast.walk(tree) if isinstance(node, kinds) and node.body]
    return {f.lineno for f in firsts if isinstance(f, ast.Expr) and isinstance(f.value, ast.Constant)}
