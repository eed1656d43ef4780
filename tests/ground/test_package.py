"""The package as people get it: what is in the wheel, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "IPython",
    "anywidget",
    "ipywidgets",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "matplotlib",
    "networkx",
    "numpy",
    "pandas",
    "pygments",
    "rich",
    "typer",
}


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_imports_nothing_heavy():
    assert modules_after("import aws_lb_sim") & HEAVY == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_the_wheel_holds_every_file_of_the_package(wheel):
    package = ROOT / "aws_lb_sim"
    files = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "aws_lb_sim/py.typed" in files
    assert files <= set(wheel.namelist())


def test_the_wheel_holds_nothing_else(wheel):
    names = wheel.namelist()
    folders = {name.partition("/")[0] for name in names}
    shared = "aws_lb_sim-0.1.0.data"
    assert folders == {"aws_lb_sim", "aws_lb_sim-0.1.0.dist-info", shared}
    # Beside the package only the page of the dashboard goes to share/jupyter.
    template = f"{shared}/data/share/jupyter/voila/templates/aws-lb-sim/"
    assert all(name.startswith(template) for name in names if name.startswith(f"{shared}/"))


def test_the_command_and_the_licence_are_in_the_metadata(wheel):
    metadata = "aws_lb_sim-0.1.0.dist-info"
    entry_points = wheel.read(f"{metadata}/entry_points.txt").decode()
    assert "aws-lb-sim = aws_lb_sim.cli:main" in entry_points
    assert b"License-Expression: Apache-2.0" in wheel.read(f"{metadata}/METADATA")
    assert wheel.read(f"{metadata}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_each_command_of_the_readme_is_there():
    text = (ROOT / "README.md").read_text()
    targets = (ROOT / "Makefile").read_text()
    assert (ROOT / "notebooks" / "explorer.ipynb").is_file()
    for target in ("lab", "test", "bench"):
        assert f"make {target}" in text
        assert f"\n{target}:" in targets
