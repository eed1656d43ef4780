"""PROXY protocol headers as bytes.

Source: https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt (sections 2.1, 2.2).
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any

from aws_lb_sim.envoy.proxy_protocol import SIGNATURE_V2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["proxy_bytes"]

_COMMANDS = {"LOCAL": 0x20, "PROXY": 0x21}
_UNSPEC, _TCP4, _TCP6 = 0x00, 0x11, 0x21
_DESTINATIONS = {False: "10.0.1.10", True: "2001:db8::10"}


def proxy_bytes(described: Mapping[str, Any]) -> bytes:
    r"""Write one PROXY header as the contract's connections describe it.

    Parameters
    ----------
    described
        ``raw``, or ``version`` (1 or 2), ``command``, ``src``, ``dst``, ``sport``,
        ``dport``, ``unknown`` and ``tlvs`` ([type, hexadecimal text] pairs). Without
        ``src`` version 2 has the family UNSPEC.

    Examples
    --------
    >>> proxy_bytes({"version": 1, "src": "203.0.113.7"})
    b'PROXY TCP4 203.0.113.7 10.0.1.10 40000 443\r\n'
    >>> proxy_bytes({"version": 2, "command": "LOCAL"})[12:]
    b' \x00\x00\x00'
    """
    if "raw" in described:
        return str(described["raw"]).encode("latin-1", "replace")
    source = described.get("src")
    six = source is not None and ":" in source
    target = described.get("dst") or _DESTINATIONS[six]
    ports = int(described.get("sport", 40000)), int(described.get("dport", 443))
    if described.get("version") == 1:
        return _version_1(described, source, target, ports)
    body = b""
    family = _UNSPEC
    if source is not None:
        family = _TCP6 if six else _TCP4
        kind = socket.AF_INET6 if six else socket.AF_INET
        addresses = socket.inet_pton(kind, source) + socket.inet_pton(kind, target)
        body = addresses + struct.pack("!HH", *ports)
    body += _tlvs(described.get("tlvs") or ())
    command = _COMMANDS[described.get("command", "PROXY")]
    return SIGNATURE_V2 + struct.pack("!BBH", command, family, len(body)) + body


def _version_1(
    described: Mapping[str, Any], source: str | None, target: str, ports: tuple[int, int]
) -> bytes:
    unknown = bool(described.get("unknown")) or described.get("command") == "UNKNOWN"
    if source is None:
        return b"PROXY UNKNOWN\r\n"
    family = "UNKNOWN" if unknown else ("TCP6" if ":" in source else "TCP4")
    return f"PROXY {family} {source} {target} {ports[0]} {ports[1]}\r\n".encode("latin-1")


def _tlvs(pairs: Iterable[tuple[int, str]]) -> bytes:
    return b"".join(
        struct.pack("!BH", kind, len(value)) + value
        for kind, text in pairs
        for value in [bytes.fromhex(text)]
    )
