"""The files that a browser gets, read from the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["flow_css", "flow_module", "flow_script"]

EXPORTS = "// exports\n"
"""Behind this line of a module stand its exports, and nothing else."""


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def flow_module() -> str:
    """Return the script that draws a flow, as an ES module."""
    return _asset("flow.js")


def flow_script() -> str:
    """Return the same for a script that follows it and uses ``createFlowView``.

    No other name of it is seen from outside, so that two scripts cannot collide.

    Examples
    --------
    >>> flow_script().splitlines()[0]
    'const { createFlowView } = (() => {'
    """
    body = _asset("flow.js").partition(EXPORTS)[0]
    return f"const {{ createFlowView }} = (() => {{\n{body}\nreturn {{ createFlowView }};\n}})();\n"


def flow_css() -> str:
    """Return the style sheet; every rule of it is under ``.flow-view``."""
    return _asset("flow.css")
