"""What a person types, read: addresses and headers, or an error that says how to write them."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.network.request import Headers

__all__ = ["read_headers", "read_ip"]

# RFC 9110, section 5.1: a field name is a token.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def read_ip(text: str, *, where: str) -> str:
    """Read an IP address, IPv4 or IPv6.

    Parameters
    ----------
    text
        What was typed.
    where
        Where it was typed, for the error.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> read_ip("2001:DB8::7", where="--client")
    '2001:db8::7'
    """
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        mend = "write one, such as 203.0.113.7"
        raise InputError(f"{text!r} is no IP address", where=where, mend=mend) from None


def read_headers(lines: Iterable[str], *, where: str) -> Headers:
    """Read headers written as ``Name: value``, in order; repeats are kept.

    Parameters
    ----------
    lines
        One header each.
    where
        Where they were typed, for the error.

    Raises
    ------
    InputError
        If one has no colon or no proper name, or its value breaks the line.

    Examples
    --------
    >>> read_headers(["X-Forwarded-For: 198.51.100.66"], where="--header")
    (('X-Forwarded-For', '198.51.100.66'),)
    """
    return tuple(_header(line, where) for line in lines)


def _header(line: str, where: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not _HEADER_NAME.fullmatch(name):
        mend = "write 'Name: value'; a name has no blanks"
        raise InputError(f"{line!r} is no header", where=where, mend=mend)
    if any(letter in value for letter in "\r\n\0"):
        mend = "write each header on its own"
        raise InputError(f"the value of {name} breaks the line", where=where, mend=mend)
    return name, value.strip(" \t")
