"""Reading an HTTP/1 request from raw bytes."""

from __future__ import annotations

import re

from aws_lb_sim.network.request import HttpVersion, Request

__all__ = ["parse_request"]

# RFC 9110 section 5.6.2 (token), RFC 9112 sections 3 and 5.
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")


def parse_request(raw: bytes) -> tuple[Request | None, bool]:
    r"""Read the head of an HTTP/1.0 or 1.1 request.

    Returns
    -------
    tuple
        (the request, or None where it is not valid or not complete; whether enough
        came to tell).

    Examples
    --------
    >>> parse_request(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")[0].authority
    'a.test'
    >>> parse_request(b"PROXY TCP4 nonsense\r\n")
    (None, True)
    """
    head, end, _ = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    first = _REQUEST_LINE.fullmatch(lines[0])
    if first is None:
        return None, b"\r\n" in raw or b"\n" in raw
    if not end:
        return None, False
    fields = [_FIELD.fullmatch(line) for line in lines[1:]]
    if any(field is None for field in fields):
        return None, True
    headers = tuple(
        (field[1].decode("latin-1"), field[2].decode("latin-1")) for field in fields if field
    )
    version: HttpVersion = "1.0" if first[3] == b"0" else "1.1"
    return Request(
        method=first[1].decode("latin-1"),
        authority=next((value for name, value in headers if name.lower() == "host"), None),
        path=first[2].decode("latin-1"),
        http=version,
        headers=tuple(pair for pair in headers if pair[0].lower() != "host"),
    ), True
