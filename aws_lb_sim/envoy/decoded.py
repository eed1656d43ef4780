"""A request as an HTTP codec hands it on, and what both codecs have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "CONTROL",
    "MAX_HEADERS",
    "ONE_LINE",
    "Decoded",
    "Pairs",
    "Refusal",
    "count_entries",
    "is_token",
    "join_lines",
]

Pairs = list[tuple[str, str]]
"""Lower-case header names with their values, in order."""

MAX_HEADERS = 100
"""Envoy API common_http_protocol_options.max_headers_count; HTTP/2 counts pseudo headers."""

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""Characters that a header value may not hold."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

ONE_LINE = frozenset(
    """
    accept accept-encoding access-control-request-headers access-control-request-method
    authorization cache-control cdn-loop connection content-encoding content-type expect
    grpc-accept-encoding grpc-timeout if-match if-modified-since if-none-match origin pragma
    proxy-status referer te upgrade user-agent via x-client-trace-id x-envoy-attempt-count
    x-envoy-decorator-operation x-envoy-downstream-service-cluster
    x-envoy-downstream-service-node x-envoy-external-address x-envoy-internal
    x-envoy-is-timeout-retry x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto
    x-request-id
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
    scheme
        ``:scheme`` of HTTP/2, or that of an absolute URL; None where none was given.
    """

    authority: str | None
    path: str
    headers: Pairs
    upgrade: str | None = None
    scheme: str | None = None


@lru_cache(maxsize=4096)
def is_token(name: str) -> bool:
    """Tell whether a text can be the name of a header (RFC 9110, section 5.6.2).

    Examples
    --------
    >>> is_token("X-Forwarded-For"), is_token("X Forwarded")
    (True, False)
    """
    return _TOKEN.fullmatch(name) is not None


def count_entries(names: list[str]) -> int:
    """Count headers as Envoy does: those that it keeps in one line count once.

    Examples
    --------
    >>> count_entries(["via", "x-a", "via", "x-a"])
    3
    """
    if len(set(names)) == len(names):
        return len(names)
    repeated = [name for name in names if name in ONE_LINE]
    return len(names) - len(repeated) + len(set(repeated))


def join_lines(headers: Pairs) -> Pairs:
    """Join several lines of a header that Envoy keeps in one; empty ones add nothing.

    Examples
    --------
    >>> join_lines([("via", "a"), ("x-a", "1"), ("via", "b"), ("x-a", "2")])
    [('via', 'a,b'), ('x-a', '1'), ('x-a', '2')]
    """
    if len({name for name, _ in headers}) == len(headers):
        return headers
    joined: Pairs = []
    places: dict[str, int] = {}
    for name, value in headers:
        at = places.get(name) if name in ONE_LINE else None
        if at is None:
            places[name] = len(joined)
            joined.append((name, value))
        elif value:
            before = joined[at][1]
            joined[at] = (name, f"{before},{value}" if before else value)
    return joined
