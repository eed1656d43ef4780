"""What Envoy's codec of HTTP/1 makes of a request.

Sources: Envoy source/common/http/http1/{codec_impl,balsa_parser}.cc and utility.cc
(sanitizeConnectionHeader); RFC 9112. Every refusal was observed on Envoy 1.40.
"""

from __future__ import annotations

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
from aws_lb_sim.envoy.request_target import is_bad_first_line, read_target

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import HttpConnectionManager
    from aws_lb_sim.network.request import Request

__all__ = ["decode_http1", "refuse_first"]

_TREATED = frozenset({"connection", "content-length", "host", "transfer-encoding", "upgrade"})
_PARSED_AT_ONCE = 16 * 1024
# A Connection header may name so many others, and none that says who the client is.
_MOST_NOMINATED = 9
_NEVER_NOMINATED = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})


def decode_http1(
    manager: HttpConnectionManager, request: Request, *, tls: bool
) -> Decoded | Refusal:
    """Read a request of HTTP/1.

    Parameters
    ----------
    manager, request, tls
        As for :func:`aws_lb_sim.envoy.codec.decode`.

    Examples
    --------
    >>> from aws_lb_sim.envoy.listener import HttpConnectionManager
    >>> from aws_lb_sim.network.request import Request
    >>> decode_http1(HttpConnectionManager(), Request(method="get", authority="a"), tls=False)
    Refusal(status=400, why='http1.codec_error')
    """
    headers = [(name.lower(), value.strip(" \t")) for name, value in request.headers]
    names = [name for name, _ in headers]
    values = "".join(value for _, value in headers)
    size = _size(request, names, values)
    refused = refuse_first(manager, size, bad_line=is_bad_first_line(request))
    if refused is None:
        refused = _refuse_headers(manager, request, names, values)
    if refused is not None:
        return refused
    authority = request.authority.strip(" \t") if request.authority is not None else None
    upgrade = None
    if len(set(names)) < len(names) or not _TREATED.isdisjoint(names):
        treated = _treat(headers, authority)
        if isinstance(treated, Refusal):
            return treated
        headers, authority, upgrade = treated
    # Where X-Forwarded-Proto of the client is believed, so is the scheme of its URL.
    strict = manager.use_remote_address and not manager.xff_num_trusted_hops
    target = read_target(request.path, request.method, https=tls or not strict)
    if isinstance(target, Refusal):
        return target
    if target.authority is not None:
        authority = target.authority
    return Decoded(authority, target.path, headers, upgrade, target.scheme)


def refuse_first(manager: HttpConnectionManager, size: int, *, bad_line: bool) -> Refusal | None:
    """Check the request line and the size of the head.

    Envoy looks for errors after each piece of 16 KiB that it has parsed: there too many
    bytes are noticed along with the request line, and said in its place.

    Parameters
    ----------
    manager
        Gives the limit.
    size
        Of the head, in bytes, as far as it came.
    bad_line
        Whether the request line alone is refused.
    """
    most = manager.max_request_headers_kb * 1024
    if size > most and (most < _PARSED_AT_ONCE or not bad_line):
        return Refusal(431, "http1.headers_too_large")
    return Refusal(400, "http1.codec_error") if bad_line else None


def _size(request: Request, names: list[str], values: str) -> int:
    """Count the bytes of the request line and the header lines."""
    # " HTTP/1.1", ends of lines, a blank; ": " and the end of each line.
    size = len(request.method) + len(request.path) + 14
    size += sum(map(len, names)) + len(values) + 4 * len(names)
    return size if request.authority is None else size + len(request.authority) + 8


def _refuse_headers(
    manager: HttpConnectionManager, request: Request, names: list[str], values: str
) -> Refusal | None:
    """Check the header lines: names, characters (in the request line too), count."""
    authority = request.authority
    if not all(map(is_token, names)):
        return Refusal(400, "http1.codec_error")
    if CONTROL.search(f"{values}{request.path}{authority}"):
        return Refusal(400, "http1.invalid_characters")
    if manager.headers_with_underscores_action == "REJECT_REQUEST" and "_" in "".join(names):
        return Refusal(400, "http1.unexpected_underscore")
    if count_entries(names) + (authority is not None) > MAX_HEADERS:
        return Refusal(431, "http1.too_many_headers")
    return None


def _treat(headers: Pairs, authority: str | None) -> tuple[Pairs, str | None, str | None] | Refusal:
    """Treat framing, further Host lines, repeated lines, Connection and Upgrade.

    Returns
    -------
    tuple or Refusal
        (headers, authority, protocol to upgrade to).
    """
    refused = _refuse_framing(headers)
    if refused is not None:
        return refused
    headers, authority = _join_hosts(headers, authority)
    headers, upgrade = _find_upgrade(join_lines(headers))
    if upgrade is not None:
        return headers, authority, upgrade
    sanitized = _without_nominated(headers, authority)
    return sanitized if isinstance(sanitized, Refusal) else (*sanitized, None)


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


def _join_hosts(headers: Pairs, authority: str | None) -> tuple[Pairs, str | None]:
    """Join further Host lines to the first with a comma."""
    more = [value for name, value in headers if name == "host"]
    if more:
        headers = [pair for pair in headers if pair[0] != "host"]
        # An empty line adds nothing, as with every header that is kept in one line.
        authority = ",".join(filter(None, [authority, *more]))
    return headers, authority


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


def _without_nominated(headers: Pairs, authority: str | None) -> tuple[Pairs, str | None] | Refusal:
    """Take the headers away that Connection names: they were for this connection only.

    Whoever could name X-Forwarded-For would have a proxy forget the client.
    """
    connection = next((value for name, value in headers if name == "connection"), "")
    names = [token.strip().lower() for token in connection.split(",") if token.strip()]
    if not names:
        return headers, authority
    if (
        len(names) > _MOST_NOMINATED
        or not _NEVER_NOMINATED.isdisjoint(names)
        or any(name.startswith(":") for name in names)
    ):
        return Refusal(400, "http1.connection_header_rejected")
    gone = set(names) - {"te"}
    kept = [pair for pair in headers if pair[0] not in gone]
    return kept, None if "host" in gone else authority
