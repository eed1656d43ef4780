"""What Envoy's codec of HTTP/2 makes of a request: what is malformed resets the stream.

Sources: Envoy source/common/http/http2/codec_impl.cc, QUICHE's oghttp2; RFC 9113. Every
refusal was observed on Envoy 1.40.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.decoded import (
    CONTROL,
    MAX_HEADERS,
    Decoded,
    Pairs,
    Refusal,
    count_entries,
    is_token,
    join_lines,
)

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import HttpConnectionManager
    from aws_lb_sim.network.request import Request

__all__ = ["decode_http2"]

_NOT_IN_PATH = re.compile(r"[\x00-\x20\x7f]")
_AUTHORITY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:\[\]%-]+")
_CONNECTION_HEADERS = frozenset(
    {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}
)


def decode_http2(
    manager: HttpConnectionManager, request: Request, *, tls: bool
) -> Decoded | Refusal:
    """Read a request of HTTP/2; blanks around a value stay.

    Parameters
    ----------
    manager, request, tls
        As for :func:`aws_lb_sim.envoy.codec.decode`.

    Examples
    --------
    >>> from aws_lb_sim.envoy.listener import HttpConnectionManager
    >>> from aws_lb_sim.network.request import Request
    >>> decode_http2(HttpConnectionManager(), Request(authority="a", path="x"), tls=False).why
    'http2.violation.of.messaging.rule'
    """
    headers = [(name.lower(), value) for name, value in request.headers]
    authority, path = request.authority, request.path
    pseudo = 3 if authority is None else 4
    # :method, :scheme and :path with their names, and http or https.
    size = len(request.method) + len(path) + 23 + tls
    if authority is not None:
        size += len(authority) + 10
    for name, value in headers:
        size += len(name) + len(value)
    refused = _refuse_pseudo(request) or _refuse_headers(manager, headers)
    if refused is not None:
        return refused
    if size > manager.max_request_headers_kb * 1024:
        return Refusal(None, "http2.header_list_size_too_large")
    if count_entries([name for name, _ in headers]) + pseudo > MAX_HEADERS:
        return Refusal(None, "http2.too_many_headers")
    hosts = [value for name, value in headers if name == "host"]
    if hosts:
        headers = [pair for pair in headers if pair[0] != "host"]
        authority = hosts[0] if authority is None else authority
    if authority is None:
        return Refusal(None, "http2.violation.of.messaging.rule")
    # A client says of which scheme it takes the connection to be.
    scheme = "https" if tls else "http"
    return Decoded(authority, path, join_lines(_join_cookies(headers)), None, scheme)


def _join_cookies(headers: Pairs) -> Pairs:
    """Join the cookies, which HTTP/2 may split, by semicolons (RFC 9113, section 8.2.3)."""
    cookies = ""
    for name, value in headers:
        if name == "cookie":
            cookies = f"{cookies}; {value}" if cookies else value
    others = [pair for pair in headers if pair[0] != "cookie"]
    return [*others, ("cookie", cookies)] if cookies else others


def _refuse_pseudo(request: Request) -> Refusal | None:
    path = request.path
    authority = request.authority
    if not path or _NOT_IN_PATH.search(path) or not is_token(request.method):
        return Refusal(None, "http2.invalid.header.field")
    if authority is not None and not _AUTHORITY.fullmatch(authority):
        return Refusal(None, "http2.invalid.header.field")
    if path[0] != "/" and not (path == "*" and request.method == "OPTIONS"):
        return Refusal(None, "http2.violation.of.messaging.rule")
    if request.method == "CONNECT":
        return Refusal(None, "http2.violation.of.messaging.rule")
    return None


def _refuse_headers(manager: HttpConnectionManager, headers: Pairs) -> Refusal | None:
    underscores = manager.headers_with_underscores_action == "REJECT_REQUEST"
    names = [name for name, _ in headers]
    if names.count("host") > 1 or names.count("content-length") > 1:
        return Refusal(None, "http2.invalid.header.field")
    for name, value in headers:
        if not is_token(name) or CONTROL.search(value) or _not_in_http2(name, value):
            return Refusal(None, "http2.invalid.header.field")
        if underscores and "_" in name:
            return Refusal(None, "http2.unexpected_underscore")
    return None


def _not_in_http2(name: str, value: str) -> bool:
    """Tell whether HTTP/2 forbids a header (RFC 9113, section 8.2.2)."""
    if name in _CONNECTION_HEADERS:
        return True
    if name == "host":
        return _AUTHORITY.fullmatch(value) is None
    if name == "te":
        return value.lower() != "trailers"
    # None of our requests has a body.
    return name == "content-length" and (not value or value.strip("0") != "")
