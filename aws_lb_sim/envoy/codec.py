"""What Envoy's HTTP codecs make of a request before the connection manager sees it.

Sources: Envoy source/common/http/http1/{codec_impl,balsa_parser}.cc and
http2/codec_impl.cc; RFC 9112 (HTTP/1.1) and RFC 9113 (HTTP/2). Every refusal was
observed on Envoy 1.40; older ones may differ in the details of malformed input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import HttpConnectionManager
    from aws_lb_sim.network.request import Request

__all__ = ["ONE_LINE", "Decoded", "Refusal", "decode", "is_bad_first_line"]

Pairs = list[tuple[str, str]]

# Envoy API common_http_protocol_options.max_headers_count; HTTP/2 counts pseudo headers.
_MAX_HEADERS = 100
_METHODS = frozenset(
    """
    ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL
    MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE
    SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE
    """.split()  # noqa: SIM905 - words read better than forty strings
)
_TARGET = re.compile(r"[!-~]*")
_NOT_IN_PATH = re.compile(r"[\x00-\x20\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# An absolute URL: scheme, user information, host with its port, the rest.
_AUTHORITY_FORM = re.compile(r"[^/@]+:[0-9]+")
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^@/?#]*@)?([^/?#@\\]*)([/?].*)?")
_URL_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_LARGEST_PORT = 65535
_HTTP2_AUTHORITY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:\[\]%-]+")
_CONNECTION_HEADERS = frozenset(
    {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}
)


ONE_LINE = frozenset(
    """
    accept accept-encoding access-control-request-headers access-control-request-method
    authorization cache-control cdn-loop connection content-encoding content-type expect
    grpc-accept-encoding grpc-timeout if-match if-modified-since if-none-match origin pragma
    proxy-status referer te upgrade user-agent via x-client-trace-id x-envoy-attempt-count
    x-envoy-decorator-operation x-envoy-downstream-service-cluster
    x-envoy-downstream-service-node x-envoy-external-address x-envoy-internal x-forwarded-for
    x-forwarded-host x-forwarded-port x-forwarded-proto x-request-id
    """.split()  # noqa: SIM905 - words read better than forty strings
)
"""Headers that Envoy keeps in one line: further lines join the first after a comma.

Source: Envoy envoy/http/header_map.h (inline headers); each observed on Envoy 1.40.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that the codec does not let pass.

    Parameters
    ----------
    status
        Of the answer; None where the stream is reset or the connection closed.
    why
        Envoy's reason.
    """

    status: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A request as the connection manager gets it.

    Parameters
    ----------
    authority
        ``Host`` or ``:authority``; None where there was none.
    path
        With its query.
    headers
        Lower-case (name, value) pairs.
    upgrade
        The protocol that an HTTP/1 request asks to upgrade to, lower-case; None where
        it does not.
    """

    authority: str | None
    path: str
    headers: Pairs
    upgrade: str | None = None


def decode(manager: HttpConnectionManager, request: Request, *, tls: bool) -> Decoded | Refusal:
    """Read a request as the codec of its HTTP version does.

    Parameters
    ----------
    manager
        Gives the limits.
    request
        As it arrived.
    tls
        Whether it came on a TLS connection.

    Examples
    --------
    >>> decode(HttpConnectionManager(), Request(method="get", authority="a.test"), tls=False)
    Refusal(status=400, why='http1.codec_error')
    """
    if request.http == "2":
        # HTTP/2 keeps blanks around a value.
        headers = [(name.lower(), value) for name, value in request.headers]
        return _decode_http2(manager, request, headers)
    headers = [(name.lower(), value.strip(" \t")) for name, value in request.headers]
    return _decode_http1(manager, request, headers, tls=tls)


def _decode_http1(
    manager: HttpConnectionManager, request: Request, headers: Pairs, *, tls: bool
) -> Decoded | Refusal:
    if is_bad_first_line(request):
        return Refusal(400, "http1.codec_error")
    refused = _refuse_http1_headers(manager, request, headers)
    if refused is not None:
        return refused
    path, authority = request.path, request.authority
    if authority is not None:
        authority = authority.strip(" \t")
    # Where X-Forwarded-Proto of the client is believed, so is the scheme of its URL.
    strict = manager.use_remote_address and not manager.xff_num_trusted_hops
    target = _target(path, request.method, https=tls or not strict)
    if isinstance(target, Refusal):
        return target
    path, authority = target[0], target[1] if target[1] is not None else authority
    headers, authority = _join_hosts(headers, authority)
    headers, upgrade = _find_upgrade(_join_lines(headers))
    return Decoded(authority, path, headers, upgrade)


def is_bad_first_line(request: Request) -> bool:
    """Tell whether a request line alone is refused, before the header lines have come.

    Examples
    --------
    >>> is_bad_first_line(Request(method="GET", path="nowhere"))
    True
    """
    method, path = request.method, request.path
    if method not in _METHODS:
        return True
    if path[:1] == "/" and _TARGET.fullmatch(path):
        return False
    target = _target(path, method, https=True)
    return isinstance(target, Refusal) and target.why == "http1.codec_error"


def _refuse_http1_headers(
    manager: HttpConnectionManager, request: Request, headers: Pairs
) -> Refusal | None:
    """Check the header lines: names, characters, size, count, framing."""
    # " HTTP/1.1", ends of lines, a blank; ": " and the end of each line.
    size = len(request.method) + len(request.path) + 14
    size += sum(len(name) + len(value) + 4 for name, value in headers)
    framing = 0
    underscores = manager.headers_with_underscores_action == "REJECT_REQUEST"
    if request.authority is not None:
        size += len(request.authority) + 8
    if size > manager.max_request_headers_kb * 1024:
        return Refusal(431, "http1.headers_too_large")
    if request.authority is not None and _CONTROL.search(request.authority):
        return Refusal(400, "http1.invalid_characters")
    for name, value in headers:
        if not _is_token(name):
            return Refusal(400, "http1.codec_error")
        if _CONTROL.search(value):
            return Refusal(400, "http1.invalid_characters")
        if name in ("content-length", "transfer-encoding"):
            framing += 1
        elif underscores and "_" in name:
            return Refusal(400, "http1.unexpected_underscore")
    if len(headers) + (request.authority is not None) > _MAX_HEADERS:
        return Refusal(431, "http1.too_many_headers")
    return _refuse_framing(headers) if framing else None


@lru_cache(maxsize=4096)
def _is_token(name: str) -> bool:
    return _TOKEN.fullmatch(name) is not None


def _refuse_framing(headers: Pairs) -> Refusal | None:
    """Check Content-Length and Transfer-Encoding, by which requests could be smuggled."""
    lengths = [value for name, value in headers if name == "content-length"]
    if len(lengths) > 1 or (lengths and not (lengths[0].isascii() and lengths[0].isdigit())):
        return Refusal(400, "http1.codec_error")
    codings = [value for name, value in headers if name == "transfer-encoding"]
    if codings and lengths:
        return Refusal(400, "http1.content_length_and_chunked_not_allowed")
    if codings and ",".join(codings).lower() != "chunked":
        return Refusal(501, "http1.invalid_transfer_encoding")
    return None


def _target(  # noqa: PLR0911 - one for each form that a target can have
    target: str, method: str, *, https: bool
) -> tuple[str, str | None] | Refusal:
    """Read a request target: (path, authority of an absolute URL); ``https``: may it be one."""
    if target[:1] == "/" and method != "CONNECT" and _TARGET.fullmatch(target):
        return target, None
    if _CONTROL.search(target):
        return Refusal(400, "http1.invalid_characters")
    if method == "CONNECT":
        # No route of Emissary's takes it.
        fits = _AUTHORITY_FORM.fullmatch(target)
        return ("", target) if fits else Refusal(400, "http1.invalid_url")
    if target == "*":
        return ("*", None) if method == "OPTIONS" else Refusal(400, "http1.invalid_url")
    absolute = _ABSOLUTE.fullmatch(target) if _TARGET.fullmatch(target) else None
    if absolute is None:
        return Refusal(400, "http1.codec_error")
    scheme, host = absolute[1].lower(), _URL_HOST.fullmatch(absolute[2])
    if scheme not in ("http", "https"):
        return Refusal(400, "http1.invalid_scheme")
    if host is None or int(host[2] or 0) > _LARGEST_PORT:
        return Refusal(400, "http1.invalid_url")
    if scheme == "https" and not https:
        return Refusal(403, "http1.https_url_on_plaintext_connection")
    return absolute[3] or "/", absolute[2]


def _join_hosts(headers: Pairs, authority: str | None) -> tuple[Pairs, str | None]:
    """Join further Host lines to the first with a comma."""
    more = [value for name, value in headers if name == "host"]
    if more:
        headers = [pair for pair in headers if pair[0] != "host"]
        # An empty line adds nothing, as with every header that is kept in one line.
        authority = ",".join(filter(None, [authority, *more]))
    return headers, authority


def _join_lines(headers: Pairs, *, cookies: bool = False) -> Pairs:
    """Join several lines of a header that Envoy keeps in one; empty ones add nothing.

    HTTP/2 splits cookies, which are joined by a semicolon (RFC 9113, section 8.2.3).
    """
    if len({name for name, _ in headers}) == len(headers):
        return headers
    joined: Pairs = []
    places: dict[str, int] = {}
    for name, value in headers:
        at = places.get(name) if name in ONE_LINE or (cookies and name == "cookie") else None
        if at is None:
            places[name] = len(joined)
            joined.append((name, value))
        elif value:
            before, comma = joined[at][1], "; " if name == "cookie" else ","
            joined[at] = (name, f"{before}{comma}{value}" if before else value)
    return joined


def _find_upgrade(headers: Pairs) -> tuple[Pairs, str | None]:
    """Find out about an upgrade; h2c is not offered, and taken away.

    Source: Envoy source/common/http/http1/codec_impl.cc (onHeadersCompleteBase).
    """
    connection = next((value for name, value in headers if name == "connection"), "")
    if "upgrade" not in [token.strip() for token in connection.lower().split(",")]:
        return headers, None
    wanted = next((value for name, value in headers if name == "upgrade"), None)
    if wanted is None:
        return headers, None
    if wanted.lower() == "h2c":
        dropped = ("upgrade", "http2-settings")
        return [pair for pair in headers if pair[0] not in dropped], None
    return headers, wanted.lower()


def _decode_http2(
    manager: HttpConnectionManager, request: Request, headers: Pairs
) -> Decoded | Refusal:
    """Read a request of HTTP/2: whatever is malformed resets the stream, unanswered."""
    authority, path = request.authority, request.path
    pseudo = 3 if authority is None else 4
    # :method, :scheme and :path with their names; the scheme is taken for http.
    size = len(request.method) + len(path) + 23
    if authority is not None:
        size += len(authority) + 10
    for name, value in headers:
        size += len(name) + len(value)
    refused = _refuse_http2_pseudo(request) or _refuse_http2_headers(manager, headers)
    if refused is not None:
        return refused
    if size > manager.max_request_headers_kb * 1024:
        return Refusal(None, "http2.header_list_size_too_large")
    if len(headers) + pseudo > _MAX_HEADERS:
        return Refusal(None, "http2.too_many_headers")
    hosts = [value for name, value in headers if name == "host"]
    if hosts:
        headers = [pair for pair in headers if pair[0] != "host"]
        authority = hosts[0] if authority is None else authority
    if authority is None:
        return Refusal(None, "http2.violation.of.messaging.rule")
    return Decoded(authority, path, _join_lines(headers, cookies=True))


def _refuse_http2_pseudo(request: Request) -> Refusal | None:
    path = request.path
    authority = request.authority
    if not path or _NOT_IN_PATH.search(path):
        return Refusal(None, "http2.invalid.header.field")
    if authority is not None and not _HTTP2_AUTHORITY.fullmatch(authority):
        return Refusal(None, "http2.invalid.header.field")
    if path[0] != "/" and not (path == "*" and request.method == "OPTIONS"):
        return Refusal(None, "http2.violation.of.messaging.rule")
    if request.method == "CONNECT":
        return Refusal(None, "http2.violation.of.messaging.rule")
    return None


def _refuse_http2_headers(manager: HttpConnectionManager, headers: Pairs) -> Refusal | None:
    underscores = manager.headers_with_underscores_action == "REJECT_REQUEST"
    names = [name for name, _ in headers]
    if names.count("host") > 1 or names.count("content-length") > 1:
        return Refusal(None, "http2.invalid.header.field")
    for name, value in headers:
        if not _is_token(name) or _CONTROL.search(value) or _not_in_http2(name, value):
            return Refusal(None, "http2.invalid.header.field")
        if underscores and "_" in name:
            return Refusal(None, "http2.unexpected_underscore")
    return None


def _not_in_http2(name: str, value: str) -> bool:
    """Tell whether HTTP/2 forbids a header (RFC 9113, section 8.2.2)."""
    if name in _CONNECTION_HEADERS:
        return True
    if name == "te":
        return value.lower() != "trailers"
    # None of our requests has a body.
    return name == "content-length" and value.strip("0") != ""
