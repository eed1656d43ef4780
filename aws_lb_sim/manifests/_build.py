"""YAML nodes to plain data, in one pass, with every doubtful thing refused by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yaml.constructor import SafeConstructor
from yaml.nodes import Node, ScalarNode, SequenceNode

from aws_lb_sim.manifests._compose import NodeError

__all__ = [
    "MAP",
    "MERGE",
    "NULL",
    "ODD_KEY",
    "SCALARS",
    "SEQ",
    "VALUE",
    "Readers",
    "bad_tag",
    "build",
    "in_quotes",
    "shorten",
]

PREFIX = "tag:yaml.org,2002:"
STR, SEQ, MAP, NULL = PREFIX + "str", PREFIX + "seq", PREFIX + "map", PREFIX + "null"
MERGE, VALUE = PREFIX + "merge", PREFIX + "value"

ODD_KEY = "key"
"""Entry of a table of readers: how a key that is not a text is read, where it may be."""

Readers = dict[str, Callable[[Node], Any]]

_construct = SafeConstructor()


def _as_written(node: Node) -> str:
    return str(node.value)


def _by(construct: Callable[[Any], object], kind: str) -> Callable[[Node], object]:
    """Read with SafeLoader's own constructor, whose crashes (``2024-13-45``, ``0x_``) get words."""

    def read(node: Node) -> object:
        try:
            return construct(node)
        except (ValueError, KeyError, OverflowError, AttributeError, IndexError):
            raise NodeError(
                f"{shorten(node.value)} looks like {kind} and is none",
                node.start_mark.line,
                f"correct it, or write it in quotes: {in_quotes(node.value)}",
            ) from None

    return read


SCALARS: Readers = {
    STR: _as_written,
    NULL: lambda _node: None,
    PREFIX + "bool": _by(_construct.construct_yaml_bool, "a truth value"),
    PREFIX + "int": _by(_construct.construct_yaml_int, "a whole number"),
    PREFIX + "float": _by(_construct.construct_yaml_float, "a number"),
    PREFIX + "timestamp": _by(_construct.construct_yaml_timestamp, "a date"),
}
"""How scalars are read: with ``yaml.SafeLoader``'s constructors, so that the values are its own."""


def build(node: Node, readers: Readers = SCALARS) -> Any:
    """Return the plain data of a node, refusing duplicate keys and keys that are no text.

    Parameters
    ----------
    node
        A node that ``_check.py`` has passed, where its text has tags or aliases.
    readers
        The readers of what is neither a list nor a mapping, by tag.

    Raises
    ------
    NodeError
        What is wrong, and the line.

    Examples
    --------
    >>> from aws_lb_sim.manifests._compose import compose_all
    >>> [build(node) for node in compose_all("{a: [1, on], b: x}")]
    [{'a': [1, True], 'b': 'x'}]
    """
    tag = node.tag
    if tag == MAP:
        return _mapping(node, readers)
    if tag == SEQ:
        return [build(child, readers) for child in node.value]
    read = readers.get(tag)
    if read is None:
        raise bad_tag(node)
    return read(node)


def _mapping(node: Node, readers: Readers) -> dict[str, Any]:
    # The hot loop: strings and mappings, nearly all there is, are read without a further call.
    data: dict[str, Any] = {}
    pairs = node.value
    for key, value in pairs:
        if key.tag != STR:
            return _odd_mapping(node, readers)
        tag = value.tag
        if tag == STR:
            data[key.value] = value.value
        elif tag == MAP:
            data[key.value] = _mapping(value, readers)
        else:
            data[key.value] = build(value, readers)
    if len(data) != len(pairs):
        raise _duplicate([(key, key.value) for key, _ in pairs])
    return data


def _odd_mapping(node: Node, readers: Readers) -> dict[str, Any]:
    """Build a mapping that has merge keys (``<<``), or keys that need a closer look."""
    merged: dict[str, Any] = {}
    own: list[tuple[Node, str, Node]] = []
    for key, value in node.value:
        if key.tag == MERGE:
            for source in _merge_sources(value):
                merged.update(_mapping(source, readers))
        else:
            own.append((key, _key(key, readers), value))
    data = {name: build(value, readers) for _, name, value in own}
    if len(data) != len(own):
        raise _duplicate([(key, name) for key, name, _ in own])
    return merged | data


def _merge_sources(node: Node) -> list[Node]:
    """Return the mappings to merge, the strongest last (of a list, the first is the strongest)."""
    sources = list(reversed(node.value)) if node.tag == SEQ else [node]
    for source in sources:
        if source.tag != MAP:
            raise NodeError(
                "the merge key << has a value that is not a mapping",
                source.start_mark.line,
                'give it the alias of a mapping, or quote the key: "<<"',
            )
    return sources


def _key(node: Node, readers: Readers) -> str:
    if node.tag in (STR, VALUE):
        return str(node.value)
    line = node.start_mark.line
    if not isinstance(node, ScalarNode):
        kind = "a list" if isinstance(node, SequenceNode) else "a mapping"
        mend = "write one word before the colon; render templates ({{ }}) before loading them"
        raise NodeError(f"{kind} stands where a key has to be", line, mend)
    if ODD_KEY in readers:
        return str(readers[ODD_KEY](node))
    if not node.value:
        raise NodeError("a key is missing before the colon", line, "write `key: value`")
    what = f"the key {shorten(node.value)} is read as {_kind(node)}, not as a text"
    raise NodeError(what, line, f"write the key in quotes: {in_quotes(node.value)}:")


def _kind(node: Node) -> str:
    if node.tag not in SCALARS:
        raise bad_tag(node)
    value = SCALARS[node.tag](node)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return "a number" if isinstance(value, int | float) else "a date"


def _duplicate(keys: list[tuple[Node, str]]) -> NodeError:
    first: dict[str, int] = {}
    for node, name in keys:
        line = node.start_mark.line
        if name in first:
            what = f"the key {shorten(name)} is there twice, first on line {first[name] + 1}"
            return NodeError(what, line, "keep one of them; YAML readers silently keep the last")
        first[name] = line
    raise AssertionError("called without a duplicate")


def bad_tag(node: Node) -> NodeError:
    """Return the error for a tag that has no reader."""
    if node.tag in (MERGE, VALUE):
        return NodeError(
            f"the value {node.value} has a meaning of its own in YAML",
            node.start_mark.line,
            f"write it in quotes: {in_quotes(node.value)}",
        )
    return NodeError(
        f"the YAML tag {shorten(node.tag.replace(PREFIX, '!!'))} is not accepted here",
        node.start_mark.line,
        "remove it and write plain text, numbers, lists and mappings (!Ref, !Sub and the like"
        " are for CloudFormation templates, which have Resources at their top)",
    )


def in_quotes(text: str) -> str:
    """Return ``text`` in double quotes, as a person would type it."""
    return '"' + shorten(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def shorten(text: str, limit: int = 60) -> str:
    """Return ``text`` on one line, cut to ``limit`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
