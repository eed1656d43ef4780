"""YAML text to nodes: libyaml's composer with a limit on depth, and nodes found again on demand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode
from yaml.resolver import Resolver

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

__all__ = ["MAX_DEPTH", "LazyNode", "NodeError", "compose_all", "lazy_child", "lazy_root"]

MAX_DEPTH = 200
"""Levels of nesting accepted. No Kubernetes or CloudFormation document comes near it, and
libyaml's composer, which recurses in C, would crash the process at some hundred thousand."""

_PREFIX = "tag:yaml.org,2002:"
_STR, _SEQ, _MAP = _PREFIX + "str", _PREFIX + "seq", _PREFIX + "map"

_Patterns = list[tuple[str, "re.Pattern[str]"]]
# The implicit tags of YAML 1.1 as SafeLoader has them, copied so that nobody changes them later.
_PATTERNS: dict[str, _Patterns] = {
    first: list(patterns) for first, patterns in Resolver.yaml_implicit_resolvers.items()
}
_NO_PATTERNS: _Patterns = []

# libyaml where PyYAML was built with it; the pure loader gives the same nodes, only slower.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NodeError(Exception):
    """A fault at one place of a YAML text.

    Parameters
    ----------
    what
        What is wrong.
    line
        The line, counted from 0 as YAML marks are.
    mend
        How to put it right.

    Examples
    --------
    >>> NodeError("a key is missing", 3, "write `key: value`").line
    3
    """

    def __init__(self, what: str, line: int, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.mend = mend


class _Composer(_Loader):  # type: ignore[misc]  # its base is chosen at run time
    """Compose the nodes that SafeLoader composes, and refuse what nests too deep."""

    depth = 0

    def resolve(self, kind: type[Node], value: str | None, implicit: tuple[bool, bool]) -> str:
        # As yaml.resolver.BaseResolver.resolve, less the path resolvers, which nothing uses.
        if kind is ScalarNode:
            if implicit[0] and value is not None:
                for tag, pattern in _PATTERNS.get(value[:1], _NO_PATTERNS):
                    if pattern.match(value):
                        return tag
            return _STR
        return _MAP if kind is MappingNode else _SEQ

    def descend_resolver(self, parent: Node, index: object) -> None:  # noqa: ARG002  (PyYAML)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NodeError(
                f"it is nested more than {MAX_DEPTH} levels deep",
                parent.start_mark.line,
                "no document of Kubernetes or AWS is so deep; look for stray brackets or dashes",
            )

    def ascend_resolver(self) -> None:
        self.depth -= 1


def compose_all(text: str) -> Iterator[Node]:
    r"""Yield the root node of each document of a YAML text, empty documents included.

    Parameters
    ----------
    text
        One or more YAML documents.

    Yields
    ------
    yaml.nodes.Node
        With the tags that ``yaml.SafeLoader`` gives.

    Raises
    ------
    NodeError
        Where it nests more than ``MAX_DEPTH`` levels deep.
    yaml.YAMLError
        Where it is not YAML.

    Examples
    --------
    >>> [root.id for root in compose_all("a: 1\n---\n- b")]
    ['mapping', 'sequence']
    """
    loader = _Composer(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    finally:
        loader.dispose()


class LazyNode:
    r"""A YAML node that is composed again when its line is first asked for.

    Keeping every node of a large input costs more time (in the garbage
    collector) than reading it; few lines are ever asked for.

    Parameters
    ----------
    find
        Returns the node.

    Examples
    --------
    >>> lazy_root("a: 1\nb: 2\n", 0, 10, 0).value[1][0].start_mark.line
    1
    """

    __slots__ = ("_find", "_node")

    def __init__(self, find: Callable[[], Node]) -> None:
        self._find = find
        self._node: Node | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._node is None:
            self._node = self._find()
        return getattr(self._node, name)

    def __reduce__(self) -> tuple[type[LazyNode], tuple[Callable[[], Node]]]:
        return LazyNode, (self._find,)


def lazy_root(text: str, start: int, stop: int, line: int) -> LazyNode:
    """Return the root node of the document in ``text[start:stop]``, which begins on ``line``.

    ``line`` counts from 0. The slice begins at the start of a line, or with a JSON value.
    """
    return LazyNode(partial(_compose_slice, text, start, stop, line))


def lazy_child(parent: Node | LazyNode, key: str, index: int) -> LazyNode:
    """Return item ``index`` of the list under ``key`` of the mapping node ``parent``."""
    return LazyNode(partial(_find_item, parent, key, index))


def _compose_slice(text: str, start: int, stop: int, line: int) -> Node:
    try:
        return next(compose_all("\n" * line + text[start:stop]))
    except (yaml.YAMLError, NodeError, StopIteration):
        # JSON that libyaml cannot read (a pair of surrogate escapes): the first line has to do.
        mark = yaml.Mark("", 0, line, 0, None, 0)
        return ScalarNode(_STR, "", mark, mark)


def _find_item(parent: Any, key: str, index: int) -> Any:
    if parent.id != "mapping":
        return parent
    found = next((value for name, value in parent.value if name.value == key), parent)
    is_there = found.id == "sequence" and index < len(found.value)
    return found.value[index] if is_there else parent
