"""What the TLS inspector makes of first bytes that no TLS client of ours has sent.

Source: Envoy source/extensions/filters/listener/tls_inspector/tls_inspector.cc, which has
BoringSSL read a ClientHello; observed on Envoy 1.40.
"""

from __future__ import annotations

__all__ = ["may_be_client_hello"]

_RECORD_HEADER = 5
_RECORD_TYPES = range(0x14, 0x18)
_HANDSHAKE = 0x16
_MAJOR_VERSION = 3
_CLIENT_HELLO = 1
_MESSAGE_HEADER = 4


def may_be_client_hello(raw: bytes) -> bool:
    r"""Tell whether the bytes may be the beginning of a ClientHello: Envoy waits for the rest.

    Examples
    --------
    >>> may_be_client_hello(b"\x16\x03\x01\x02\x00"), may_be_client_hello(b"GET / HTTP/1.1")
    (True, False)
    """
    if len(raw) < _RECORD_HEADER:
        return True
    if raw[0] not in _RECORD_TYPES or raw[1] != _MAJOR_VERSION:
        return False
    length = int.from_bytes(raw[3:5], "big")
    body = raw[_RECORD_HEADER : _RECORD_HEADER + length]
    if len(body) < length or not body:
        return True
    if raw[0] != _HANDSHAKE or body[0] != _CLIENT_HELLO:
        return False
    return len(body) < _MESSAGE_HEADER + int.from_bytes(body[1:4], "big")
