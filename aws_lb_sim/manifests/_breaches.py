"""What the jsonschema-rs library finds in a document, said with what and how to mend."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema_rs import Draft202012Validator, ValidationError

__all__ = ["Breach", "breaches", "closed", "nearest"]

_A_TYPE = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}
# By keyword: how to mend it. The other keywords have sentences of their own below.
_LIMITS = {
    "minimum": "write at least {}",
    "maximum": "write at most {}",
    "minItems": "write at least {}",
    "minProperties": "write at least {}",
    "maxProperties": "write at most {}",
    "pattern": "write what matches {}",
}
_Path = tuple[str | int, ...]


class Breach(NamedTuple):
    """One place where a document breaks its schema."""

    path: _Path
    what: str
    fix: str
    is_unknown_field: bool = False


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with unknown fields forbidden where Kubernetes would drop them.

    Kubernetes, Custom Resources, "Field pruning": fields that are not specified
    are dropped, unless x-kubernetes-preserve-unknown-fields is set.

    Examples
    --------
    >>> closed({"type": "object", "properties": {"port": {"type": "integer"}}})
    {'type': 'object', 'properties': {'port': {'type': 'integer'}}, 'additionalProperties': False}
    """
    result = {**schema}
    if "properties" in schema:
        result["properties"] = {name: closed(each) for name, each in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            result.setdefault("additionalProperties", False)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            result[keyword] = closed(schema[keyword])
    return result


def breaches(
    document: object, schema: dict[str, Any], validator: Draft202012Validator
) -> list[Breach]:
    """Return every breach of a closed schema, in the order of the document's fields.

    Parameters
    ----------
    document
        What is checked; its fields that are null count as absent, as Kubernetes
        drops them before it validates.
    schema
        What ``validator`` was made from.
    validator
        It finds the breaches.

    Examples
    --------
    >>> from jsonschema_rs import Draft202012Validator
    >>> schema = closed({"type": "object", "properties": {"port": {"maximum": 65535}}})
    >>> found = breaches({"prot": 1, "port": 70000}, schema, Draft202012Validator(schema))
    >>> [breach.fix for breach in found]
    ['write port', 'write at most 65535']
    """
    there = _as_json(document)
    errors = [*validator.iter_errors(there)]
    # A text where a number is due breaks the number's enum, too: one word about it is enough.
    mistyped = {tuple(each.instance_path) for each in errors if each.kind.name == "type"}
    told = [
        breach
        for each in errors
        if each.kind.name == "type" or tuple(each.instance_path) not in mistyped
        for breach in _told(each, there, schema)
    ]
    return sorted(told, key=lambda breach: _position(there, breach.path))


def _as_json(value: object) -> object:
    """Copy a document as the API server gets it: without null fields, dates as texts."""
    if isinstance(value, dict):
        return {_as_text(key): _as_json(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else _as_text(value)


def _as_text(value: object) -> str:
    return str(value).encode(errors="replace").decode()  # JSON has no half surrogate pairs


def _position(document: Any, path: _Path) -> list[int]:
    """Return where a path stands in a document: its place among its parent's, at each level."""
    position = []
    for part in path:
        keys = [*document] if isinstance(document, dict) else [*range(len(document))]
        if part not in keys:
            break
        position.append(keys.index(part))
        document = document[part]
    return position


def _told(error: ValidationError, document: object, schema: dict[str, Any]) -> list[Breach]:
    path, keyword = tuple(error.instance_path), error.kind.name
    limit = getattr(error.kind, "value", None)
    if keyword == "additionalProperties":
        parent = _at(schema, error.schema_path[:-1])
        return [_unknown(path, name, parent["properties"]) for name in limit or ()]
    value, field = _at(document, path), _dotted(path)
    if keyword == "required":
        what, fix = f"{field} has no {limit}, which is required", f"add {limit}"
    elif keyword == "type" and limit:
        what, fix = f"{field} is {_said(value)}, not {_A_TYPE[limit[0]]}", _as(limit[0], value)
    elif keyword == "enum" and limit:
        what, fix = f"{field} is {value!r}", nearest(str(value), map(str, limit))
    elif keyword in _LIMITS:
        size = f"has a size of {len(value)}" if isinstance(value, list | dict) else f"is {value!r}"
        what, fix = f"{field} {size}", _LIMITS[keyword].format(limit)
    else:
        what, fix = f"{field}: {error.message}", "correct it"
    return [Breach(path, what, fix)]


def _at(value: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        value = value[part]
    return value


def _unknown(path: _Path, name: str, known: Iterable[str]) -> Breach:
    close = difflib.get_close_matches(name, [*known], n=1)
    fix = f"write {close[0]}" if close else "remove it"
    there = (*path, name)
    return Breach(there, f"there is no field {_dotted(there)}", fix, is_unknown_field=True)


def nearest(word: str, words: Iterable[str]) -> str:
    """Say which of ``words`` is meant by ``word``, and list them all.

    Examples
    --------
    >>> nearest("redirect", ["Redirect", "Route"])
    'write Redirect (one of Redirect, Route)'
    """
    words = list(words)
    lower = {each.lower(): each for each in words}
    close = difflib.get_close_matches(word.lower(), lower, n=1)
    listed = ", ".join(each or '""' for each in words)
    return f"write {lower[close[0]]} (one of {listed})" if close else f"write one of {listed}"


def _dotted(path: _Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "the document"


def _said(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"the number {value}" if isinstance(value, int | float) else f"the text {str(value)!r}"


def _as(kind: str, value: object) -> str:
    if kind != "string" or value is None or isinstance(value, dict | list):
        return f"write {_A_TYPE[kind]}"
    said = str(value).lower() if isinstance(value, bool) else value
    return f'write "{said}" in quotes'
