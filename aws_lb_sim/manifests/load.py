"""Read YAML or JSON from files, standard input or memory, safely and with line numbers."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any

import yaml

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests import _cloudformation
from aws_lb_sim.manifests._build import NULL, SCALARS, build
from aws_lb_sim.manifests._check import MAX_EXPANDED_NODES, check_aliases, check_tags
from aws_lb_sim.manifests._compose import LazyNode, NodeError, compose_all, lazy_child, lazy_root
from aws_lb_sim.manifests._json import JsonError, JsonValue, looks_like_json, read_values
from aws_lb_sim.manifests._mistakes import not_utf8, place, syntax_error, unreadable_character
from aws_lb_sim.manifests.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from yaml.nodes import Node

__all__ = ["MAX_INPUT_BYTES", "load_files", "load_text"]

MAX_INPUT_BYTES = 1 << 20
"""Bytes read from one file, by default: 1 MiB, some 2,000 manifests."""

STANDARD_INPUT = "-"


def load_text(
    text: str | bytes, source: str = "<memory>", *, max_bytes: int = MAX_INPUT_BYTES
) -> tuple[Document, ...]:
    r"""Read the documents of a YAML or JSON text.

    Values are those of ``yaml.safe_load_all`` (YAML 1.1: ``on`` is true); JSON
    is read as JSON. A ``List`` becomes its items. CloudFormation templates and
    what ``aws elbv2 describe-*`` prints come through as documents of kind ``""``;
    a template's short functions are written out (``!Ref x`` is ``{"Ref": "x"}``).
    Empty documents between others are passed over, as kubectl does.

    Parameters
    ----------
    text
        YAML or JSON; bytes are UTF-8.
    source
        What to call it in errors: a file name.
    max_bytes
        The largest size that is read, in bytes.

    Returns
    -------
    tuple of Document
        At least one, in the order of the text.

    Raises
    ------
    InputError
        What is wrong, in which document, on which line, and how to mend it.

    Examples
    --------
    >>> [document.kind for document in load_text("kind: Host\n---\nkind: Listener\n")]
    ['Host', 'Listener']
    """
    checked = _decode(text, source, max_bytes)
    try:
        documents = tuple(_read(checked, source))
    except RecursionError:
        mend = "simplify it; no document of Kubernetes or AWS nests so deep"
        raise InputError("it nests too deep", where=place(source), mend=mend) from None
    if not documents:
        is_blank = not checked.strip()
        what = "it is empty" if is_blank else "there is no document in it"
        mend = "give at least one manifest, such as a Service"
        raise InputError(what, where=place(source), mend=mend)
    return documents


def load_files(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    stdin: IO[str] | IO[bytes] | None = None,
    *,
    max_bytes: int = MAX_INPUT_BYTES,
) -> tuple[Document, ...]:
    """Read the documents of YAML or JSON files, in the order of the files.

    Parameters
    ----------
    paths
        File names; ``-`` is standard input.
    stdin
        What to read for ``-``; by default the process's standard input.
    max_bytes
        The largest size of one file that is read, in bytes.

    Returns
    -------
    tuple of Document
        Each with the file's name as its ``source``.

    Raises
    ------
    InputError
        Where a file cannot be read, or as ``load_text``.

    Examples
    --------
    >>> import io
    >>> load_files(["-"], io.StringIO("kind: Host"))[0].source
    '<stdin>'
    """
    names = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not names:
        raise InputError("no file is named", mend="name a YAML or JSON file, or - for stdin")
    documents: list[Document] = []
    read_stdin = False
    for path in names:
        name = os.fspath(path)
        if name != STANDARD_INPUT:
            documents += load_text(_read_file(name, max_bytes), name, max_bytes=max_bytes)
        elif read_stdin:
            raise InputError("standard input (-) is named twice", mend="name it once")
        else:
            read_stdin = True
            stream: Any = stdin or getattr(sys.stdin, "buffer", sys.stdin)
            text = stream.read(max_bytes + 1)
            documents += load_text(text, "<stdin>", max_bytes=max_bytes)
    return tuple(documents)


def _read_file(name: str, max_bytes: int) -> bytes:
    try:
        with open(name, "rb") as file:  # noqa: PTH123  (pathlib would slow the import down)
            return file.read(max_bytes + 1)
    except IsADirectoryError:
        mend = f"name the files in it: {name.rstrip('/')}/*.yaml"
        raise InputError("it is a folder, not a file", where=name, mend=mend) from None
    except FileNotFoundError:
        mend = "check the name and the folder you are in"
        raise InputError("there is no such file", where=name, mend=mend) from None
    except (OSError, ValueError) as error:
        what = f"it cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(what, where=name, mend="name a file that you may read") from None


def _decode(text: str | bytes, source: str, max_bytes: int) -> str:
    """Return the text without its byte order mark, or refuse its size or its characters."""
    try:
        data = text if isinstance(text, bytes) else text.encode()
    except UnicodeEncodeError as error:
        what = f"half a surrogate pair, U+{ord(error.object[error.start]):04X}, stands in it"
        raise InputError(what, where=place(source), mend="give whole characters") from None
    if len(data) > max_bytes:
        raise InputError(
            f"it is larger than {max_bytes / 2**20:g} MiB ({max_bytes:,} bytes)",
            where=place(source),
            mend="leave out what is not about this load balancer, or raise the limit max_bytes",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(data, error, source) from None


def _read(text: str, source: str) -> Iterator[Document]:
    """Read as JSON what is JSON, as YAML the rest; of two errors give the fitting one."""
    if not looks_like_json(text):
        yield from _read_yaml(text, source)
        return
    try:
        values = read_values(text)
    except JsonError as error:
        # A YAML flow collection, or JSON with a fault that the YAML reader can give a line for.
        yield from _read_flow(text, source, error)
        return
    yield from _read_json(text, source, values)


def _read_flow(text: str, source: str, error: JsonError) -> Iterator[Document]:
    try:
        yield from list(_read_yaml(text, source))
    except InputError as yaml_error:
        is_json = text.lstrip("{[ \t\r\n")[:1] in ('"', "}", "]")
        if not is_json or "not YAML" not in yaml_error.what:
            raise
        raise InputError(
            f"it is not JSON: {error.what}",
            where=place(source, None, error.line),
            mend="correct that line, or the one before it",
        ) from None


def _read_json(text: str, source: str, values: list[JsonValue]) -> Iterator[Document]:
    for index, value in enumerate(values, 1):
        node = lazy_root(text, value.start, value.stop, value.line)
        yield from _documents(value.data, node, source, index, value.line)


def _read_yaml(text: str, source: str) -> Iterator[Document]:
    index = 0
    has_tags, has_aliases = "!" in text, "*" in text and "&" in text
    budget = MAX_EXPANDED_NODES
    try:
        for root in compose_all(text):
            index += 1
            if root.tag == NULL and not root.value:
                continue
            readers = _cloudformation.READERS if _cloudformation.is_template(root) else SCALARS
            if has_tags:
                check_tags(root, readers)
            if has_aliases:
                budget = check_aliases(root, budget)
            data, mark = build(root, readers), root.start_mark
            node = lazy_root(text, mark.index - mark.column, root.end_mark.index, mark.line)
            yield from _documents(data, node, source, index, mark.line)
    except NodeError as error:
        where = place(source, index or 1, error.line)
        raise InputError(error.what, where=where, mend=error.mend) from None
    except yaml.YAMLError as error:
        unreadable = unreadable_character(text, source)
        raise (unreadable or syntax_error(error, text, source, index + 1)) from None


def _documents(
    data: object, node: Node | LazyNode, source: str, index: int, line: int
) -> Iterator[Document]:
    """Yield the document, or the documents of a ``List`` (``ServiceList``, …)."""
    if not isinstance(data, dict):
        raise _not_a_mapping(data, place(source, index, line))
    kind, items = data.get("kind"), data.get("items")
    if not (isinstance(kind, str) and kind.endswith("List") and "items" in data):
        yield Document(data=data, source=source, index=index, node=node)
        return
    document = Document(data=data, source=source, index=index, node=node)
    if not isinstance(items, list | None):
        raise document.error(f"the items of a {kind} are not a list", "items", mend="make it one")
    for number, item in enumerate(items or ()):
        if not isinstance(item, dict):
            mend = "make each item a whole document, or remove it"
            raise document.error("an item is not a mapping", "items", number, mend=mend)
        child = lazy_child(node, "items", number)
        typed = _typed(item, data)
        yield from _documents(typed, child, source, index, line)


def _typed(item: dict[str, Any], parent: dict[str, Any]) -> dict[str, Any]:
    """Give an item of a ``ServiceList`` its kind, which the API leaves out there.

    Kubernetes API conventions, "Lists": the items of a list type are of the one kind.
    """
    kind = parent["kind"].removesuffix("List")
    if not kind or "kind" in item:
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": kind, **item}


def _not_a_mapping(data: object, where: str) -> InputError:
    if isinstance(data, list):
        what = "the document is a list, not a mapping"
        mend = "separate its documents by --- lines, or put them under `kind: List` and `items:`"
        return InputError(what, where=where, mend=mend)
    what = f"the document is {_named(data)}, not a mapping"
    return InputError(what, where=where, mend="write `key: value` lines, as `kind: Service`")


def _named(data: object) -> str:
    if data is None:
        return "null"
    return "a text" if isinstance(data, str) else f"the value {data}"
