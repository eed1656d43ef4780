"""What Binder would build, as repo2docker writes it out; no Docker is needed for that."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
RUNTIME = (ROOT / "binder" / "runtime.txt").read_text().strip()


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    """The Dockerfile for what Binder reads: it takes minutes to copy a whole .venv."""
    checkout = tmp_path_factory.mktemp("checkout")
    for path in (ROOT / "pyproject.toml", *(ROOT / "binder").iterdir()):
        target = checkout / path.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_only_one_folder_is_for_binder():
    assert not (ROOT / ".binder").exists()


def test_the_image_has_the_python_that_runtime_txt_names(dockerfile):
    assert RUNTIME == "python-3.12"
    assert "environment.py-3.12" in dockerfile.replace("-2e", ".").replace("-2d", "-")


def test_the_image_installs_the_pins_and_then_the_package(dockerfile):
    pins = dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    package = dockerfile.index("RUN ./binder/postBuild")
    assert pins < package


def test_the_package_accepts_that_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = RUNTIME.removeprefix("python-")
    assert SpecifierSet(project["requires-python"]).contains(f"{version}.0")


def test_a_failing_step_of_post_build_fails_the_build():
    script = ROOT / "binder" / "postBuild"
    lines = [line for line in script.read_text().splitlines() if not line.startswith("#")]
    assert lines == ["set -euo pipefail", "pip install --no-cache-dir --no-deps ."]
    assert os.access(script, os.X_OK)
