"""Fields of plain mappings, each checked: what, where and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any

from aws_lb_sim.errors import InputError

__all__ = [
    "Field",
    "checked",
    "known_only",
    "one_of",
    "read_address",
    "read_bytes",
    "read_flag",
    "read_items",
    "read_port",
    "read_seconds",
    "read_text",
    "read_text_or_none",
    "read_texts",
    "read_whole_number",
    "wrong",
]

HIGHEST_PORT = 65535

Field = tuple[Callable[[object, str], Any], Any]
"""How a field is read, and its default."""


def known_only(described: object, known: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """Return a mapping of known fields alone, as it was given.

    Raises
    ------
    InputError
        It is no mapping, or has another field.

    Examples
    --------
    >>> known_only({"port": 80}, {"port": None}, "item 1")
    {'port': 80}
    """
    if not isinstance(described, Mapping):
        raise wrong(described, where, "a mapping", "write field: value, {} for the defaults")
    for name in described:
        if name not in known:
            close = get_close_matches(str(name), known, n=1)
            hint = f"perhaps {close[0]}; " if close else ""
            raise InputError(
                f"{name!r} is not a field",
                where=where,
                mend=f"{hint}the fields are {', '.join(known)}",
            )
    return described


def checked(
    given: Mapping[str, Any],
    fields: Mapping[str, Field],
    where: str,
    none_is_meant: Container[str] = (),
) -> dict[str, Any]:
    """Read each field; null is the same as absent, but for those where it means none.

    Examples
    --------
    >>> checked({"port": 80}, {"port": (read_port, 8080), "tls": (read_flag, False)}, "item 1")
    {'port': 80, 'tls': False}
    """
    return {
        name: check(given[name], f"{where}, {name}")
        if given.get(name) is not None or (name in given and name in none_is_meant)
        else default
        for name, (check, default) in fields.items()
    }


def wrong(value: object, where: str, wanted: str, mend: str) -> InputError:
    """Make the error for a value that means nothing."""
    return InputError(f"{value!r} is not {wanted}", where=where, mend=mend)


def read_text(value: object, where: str) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise wrong(value, where, "text", "put it in quotes")
    return value


def read_text_or_none(value: object, where: str) -> str | None:
    """Read a text, or None where none is meant."""
    return None if value is None else read_text(value, where)


def read_flag(value: object, where: str) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise wrong(value, where, "true or false", "use true or false")


def read_port(value: object, where: str) -> int:
    """Read a port."""
    number = read_whole_number(value, where)
    if not 1 <= number <= HIGHEST_PORT:
        raise wrong(value, where, "a port", f"use a number from 1 to {HIGHEST_PORT}")
    return number


def read_whole_number(value: object, where: str) -> int:
    """Read a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(value, where, "a whole number", "write it without quotes")
    return value


def read_seconds(value: object, where: str) -> float:
    """Read a number of seconds."""
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise wrong(value, where, "a number of seconds", "use 0 or more")
    return float(value)


def read_address(value: object, where: str) -> str:
    """Read an IP address, and return it in its usual form."""
    text = read_text(value, where)
    try:
        return str(ip_address(text))
    except ValueError:
        mend = "give one such as 203.0.113.7 or 2001:db8::7"
        raise wrong(value, where, "an IP address", mend) from None


def one_of(*allowed: str) -> Callable[[object, str], str]:
    """Return what reads one of some words."""

    def check(value: object, where: str) -> str:
        text = str(value)
        if text not in allowed:
            raise wrong(value, where, "known", f"use one of {', '.join(allowed)}")
        return text

    return check


def read_items(value: object, where: str) -> Sequence[object]:
    """Read a list."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise wrong(value, where, "a list", "write [one, another]")
    return value


def read_texts(value: object, where: str) -> tuple[str, ...]:
    """Read a list of texts."""
    return tuple(
        read_text(each, f"{where}[{n}]") for n, each in enumerate(read_items(value, where))
    )


def read_bytes(value: object, where: str) -> bytes:
    """Read bytes, or a text whose characters stand for them."""
    if isinstance(value, bytes):
        return value
    return read_text(value, where).encode("latin-1", "replace")
