"""The scripts and styles that a browser gets, joined from the files of this folder.

The scripts are ES modules as anybody writes them, and are tested as they stand. A widget and a
page of its own want one script that loads nothing, so the modules are joined here: each becomes
a function that is called once, in which its names are its own, and that returns its exports.
Nothing is installed, generated or kept for that.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from importlib.resources import files

__all__ = ["explorer_css", "explorer_module", "flow_css", "flow_module", "join", "page_script"]

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_FLOW_STYLES = ("flow.css", "picture.css", "around.css", "inspector.css", "sizes.css")
_EXPLORER_STYLES = ("explorer.css", "controls.css", "outcome.css", "files.css", "lab.css")


@cache
def join(entry: str) -> str:
    """Return a module and all that it imports as one module that imports nothing.

    Parameters
    ----------
    entry
        Path of the module in this folder; what it exports is exported.

    Raises
    ------
    ValueError
        Modules import each other in a circle, or export in a way that is not read here.

    Examples
    --------
    >>> script = join("flow/view.js")
    >>> "import " in script.replace("important", ""), script.count("export ")
    (False, 1)
    """
    order: list[str] = []
    _visit(entry, order, ())
    wrapped = [_wrapped(path, order) for path in order[:-1]]
    return "\n".join([*wrapped, _with_constants(entry, order)])


def flow_module() -> str:
    """Return the widget that draws a flow, as an ES module."""
    return join("flow/widget.js")


def page_script() -> str:
    """Return the script of a page that draws the flow that stands in it."""
    return join("flow/page.js")


def explorer_module() -> str:
    """Return the explorer's widget, as an ES module."""
    return join("explorer/widget.js")


def flow_css() -> str:
    """Return the style sheet of a flow; every rule of it is under ``.flow-view``."""
    return "\n".join(_asset(f"flow/{name}") for name in _FLOW_STYLES)


def explorer_css() -> str:
    """Return the style sheets of the explorer, and of the flow in it."""
    return "\n".join([flow_css(), *(_asset(f"explorer/{name}") for name in _EXPLORER_STYLES)])


@cache
def _asset(path: str) -> str:
    return files(__package__).joinpath(path).read_text(encoding="utf-8")


def _imported(path: str) -> list[tuple[str, str]]:
    """Return what a module imports: (names, path in this folder)."""
    folder = posixpath.dirname(path)
    return [
        (names, posixpath.normpath(posixpath.join(folder, where)))
        for names, where in _IMPORT.findall(_asset(path))
    ]


def _visit(path: str, order: list[str], above: tuple[str, ...]) -> None:
    """Put a module behind all that it imports."""
    if path in above:
        raise ValueError(f"modules in a circle: {' → '.join((*above, path))}")
    if path in order:
        return
    for _, needed in _imported(path):
        _visit(needed, order, (*above, path))
    order.append(path)


def _with_constants(path: str, order: list[str]) -> str:
    """Return a module's text with its imports taken from the modules before it."""
    constants = [
        f"const {{{names.replace(' as ', ': ')}}} = module{order.index(needed)};\n"
        for names, needed in _imported(path)
    ]
    found = iter(constants)
    return _IMPORT.sub(lambda _: next(found), _asset(path))


def _wrapped(path: str, order: list[str]) -> str:
    text = _with_constants(path, order)
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", text)
    if re.search(r"^(?:import|export)\b", body, re.MULTILINE):
        raise ValueError(f"{path} imports or exports in a way that cannot be joined")
    return f"const module{order.index(path)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"
