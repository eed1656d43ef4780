"""Fields of AWS's JSON, read with an error that names resource and field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.manifests.document import Document

__all__ = ["Unresolved", "items", "mapping", "mappings", "number", "section", "text"]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A template value that only AWS can compute; an error where it decides."""

    intrinsic: str


def text(raw: Mapping[str, Any], key: str, where: str, *, default: str | None = None) -> str:
    """Return a text field; numbers count as text.

    Raises
    ------
    InputError
        Where it is absent without a default, unresolved, or not text.

    Examples
    --------
    >>> text({"Protocol": "TLS"}, "Protocol", "here")
    'TLS'
    """
    value = _field(raw, key, where, default)
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _error(key, value, where, "text")


def number(raw: Mapping[str, Any], key: str, where: str, *, default: int | None = None) -> int:
    """Return a whole number, which a template may also write as text.

    Raises
    ------
    InputError
        Where it is absent without a default, unresolved, or no number.
    """
    value = _field(raw, key, where, default)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isdigit():
        return int(value)
    raise _error(key, value, where, "a whole number")


def items(raw: Mapping[str, Any], key: str, where: str) -> tuple[Any, ...]:
    """Return a list field; empty where it is absent."""
    value = _field(raw, key, where, None)
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(value)
    raise _error(key, value, where, "a list")


def mapping(raw: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    """Return a mapping field; empty where it is absent."""
    value = _field(raw, key, where, None)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _error(key, value, where, "a mapping")


def mappings(raw: Mapping[str, Any], key: str, where: str) -> tuple[Mapping[str, Any], ...]:
    """Return a field that is a list of mappings; empty where it is absent."""
    found = items(raw, key, where)
    for each in found:
        if not isinstance(each, dict):
            raise _error(f"an item of {key}", each, where, "a mapping")
    return found


def section(document: Document, *path: str) -> dict[str, Any]:
    """Return the mapping at a path of a Kubernetes document; empty where it is absent.

    Raises
    ------
    InputError
        Where something on the path is there and no mapping.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> section(Document(data={"spec": {"type": "NodePort"}}), "spec")
    {'type': 'NodePort'}
    """
    found: dict[str, Any] = document.data
    for depth, key in enumerate(path, 1):
        inner = found.get(key)
        if inner is None:
            return {}
        if not isinstance(inner, dict):
            raise document.error(
                f"{key} is {inner!r}", *path[:depth], mend="write a mapping: fields with values"
            )
        found = inner
    return found


def _field(raw: object, key: str, where: str, default: object) -> object:
    if not isinstance(raw, dict):
        raise InputError(
            f"a mapping with {key} is expected, and there is {raw!r}",
            where=where,
            mend="write fields with values",
        )
    return raw.get(key, default)


def _error(key: str, value: object, where: str, wanted: str) -> InputError:
    if isinstance(value, Unresolved):
        return InputError(
            f"{key} is {value.intrinsic}, which only AWS can resolve",
            where=where,
            mend="write the value itself, or give the parameter a Default",
        )
    what = f"{key} is missing" if value is None else f"{key} is {value!r}"
    return InputError(what, where=where, mend=f"give {wanted}")
