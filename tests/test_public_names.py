"""The public names are a promise: changing one is a decision."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import aws_lb_sim

PUBLIC = [
    "ClientRequest",
    "Cluster",
    "Design",
    "Exchange",
    "Finding",
    "Flow",
    "Hop",
    "InputError",
    "Manifests",
    "Preset",
    "Rule",
    "__version__",
    "known_versions",
    "load_files",
    "load_text",
    "preset",
    "presets",
    "read",
    "read_manifests",
    "receive",
    "simulate",
    "simulate_many",
    "space",
    "write",
]


def in_fresh_python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_public_names_are_these():
    assert aws_lb_sim.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(aws_lb_sim))


@pytest.mark.parametrize("name", PUBLIC)
def test_each_can_be_had_and_is_documented(name):
    value = getattr(aws_lb_sim, name)
    if name != "__version__":
        assert callable(value)
        assert value.__doc__


def test_the_names_given_lazily_are_those_declared_to_type_checkers():
    assert set(aws_lb_sim._HOMES) | {"__version__"} == set(PUBLIC)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = aws_lb_sim.nothing


def test_no_module_has_the_name_of_a_public_function():
    modules = {each.name for each in pkgutil.iter_modules(aws_lb_sim.__path__)}
    assert modules.isdisjoint(aws_lb_sim.__all__)


def test_importing_the_package_imports_nothing_else_of_note():
    heavy = "'yaml', 'pandas', 'matplotlib', 'networkx', 'ipywidgets', 'jinja2', 'jsonschema'"
    code = f"import sys, aws_lb_sim; print([m for m in ({heavy}) if m in sys.modules])"
    assert in_fresh_python(code) == "[]"


def test_simulating_needs_neither_yaml_nor_what_draws():
    heavy = "'yaml', 'pandas', 'matplotlib', 'networkx', 'ipywidgets', 'jinja2', 'jsonschema'"
    code = (
        "import sys; from aws_lb_sim import Design, read_manifests, simulate, write\n"
        "flow = simulate(read_manifests(write(Design())), 'https://shop.example.com/')\n"
        f"print(flow.status, [m for m in ({heavy}) if m in sys.modules])"
    )
    assert in_fresh_python(code) == "200 []"
