"""Fields of a resource, read with the error that a user can mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.manifests.document import Document


__all__ = ["read_labels", "read_mapping", "read_port", "read_text"]

HIGHEST_PORT = 65535


def read_mapping(document: Document, value: Any, *path: str | int) -> Mapping[str, Any]:
    """Return a field that must be a mapping; an empty one where it is absent.

    Raises
    ------
    InputError
        It is something else; names the place.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise document.error(
            f"{path[-1]} is {_kind_of(value)}, not a mapping", *path, mend="write it as key: value"
        )
    return value


def read_text(document: Document, value: Any, *path: str | int) -> str | None:
    """Return a field that must be text; None where it is absent or empty.

    Raises
    ------
    InputError
        It is something else; names the place.
    """
    if value is None or isinstance(value, str):
        return value or None
    raise document.error(
        f"{path[-1]} is {_kind_of(value)}, not text", *path, mend=f'put it in quotes: "{value}"'
    )


def read_port(document: Document, value: Any, *path: str | int) -> int:
    """Return a field that must be a port, 1 to 65535.

    Raises
    ------
    InputError
        It is none; names the place.
    """
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if number is None or not 1 <= number <= HIGHEST_PORT:
        raise document.error(
            f"{path[-1]} is {value!r}, not a port", *path, mend="use a number from 1 to 65535"
        )
    return number


def read_labels(document: Document) -> Mapping[str, str]:
    """Return ``metadata.labels``; an empty mapping where there are none."""
    metadata = document.data.get("metadata") or {}
    return read_mapping(document, metadata.get("labels"), "metadata", "labels")


def _kind_of(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "a mapping" if isinstance(value, dict) else "text")
