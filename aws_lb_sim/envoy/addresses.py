"""IP addresses as Envoy reads and writes them."""

from __future__ import annotations

import socket
from functools import lru_cache

__all__ = ["in_any_range", "in_range", "parse_address", "parse_range"]


_IPV4_BYTES = 4


@lru_cache(maxsize=4096)
def parse_address(text: str) -> str | None:
    """Return a bare IPv4 or IPv6 address in its usual form, None where it is none.

    Surrounding blanks are dropped. A port, brackets, words and two addresses are
    no address (Envoy issue 25517; observed).

    Examples
    --------
    >>> parse_address(" 2001:DB8::7 "), parse_address("203.0.113.7:80")
    ('2001:db8::7', None)
    """
    packed = _packed(text.strip(" \t"))
    if packed is None:
        return None
    return socket.inet_ntop(
        socket.AF_INET if len(packed) == _IPV4_BYTES else socket.AF_INET6, packed
    )


def _packed(text: str) -> bytes | None:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    try:
        return socket.inet_pton(family, text)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1024)
def parse_range(text: str) -> tuple[int, int, int] | None:
    """Return (bytes of the address, first bits as a number, how many bits), None where invalid.

    A bare address is a range of one.

    Examples
    --------
    >>> parse_range("10.0.0.0/8")
    (4, 10, 8)
    """
    address, slash, length = text.partition("/")
    packed = _packed(address)
    if packed is None or (slash and not length.isdigit()):
        return None
    total = len(packed) * 8
    bits = int(length) if slash else total
    if bits > total:
        return None
    return len(packed), int.from_bytes(packed, "big") >> (total - bits), bits


@lru_cache(maxsize=4096)
def in_range(address: str, text: str) -> bool:
    """Tell whether an address lies in a CIDR range; families do not mix.

    Examples
    --------
    >>> in_range("10.1.2.3", "10.0.0.0/8"), in_range("fd00::1", "10.0.0.0/8")
    (True, False)
    """
    packed = _packed(address)
    parsed = parse_range(text)
    if packed is None or parsed is None or len(packed) != parsed[0]:
        return False
    return int.from_bytes(packed, "big") >> (len(packed) * 8 - parsed[2]) == parsed[1]


@lru_cache(maxsize=4096)
def in_any_range(address: str, texts: tuple[str, ...]) -> bool:
    """Tell whether an address lies in one of several CIDR ranges.

    Examples
    --------
    >>> in_any_range("10.1.2.3", ("192.168.0.0/16", "10.0.0.0/8"))
    True
    """
    return any(in_range(address, text) for text in texts)
