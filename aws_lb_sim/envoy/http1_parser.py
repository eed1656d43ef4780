"""Reading an HTTP/1 request from raw bytes, as leniently as Envoy does.

Source: Envoy source/common/http/http1/balsa_parser.cc and QUICHE's BalsaFrame; observed on
Envoy 1.40. What Envoy's codec then refuses is a matter of :mod:`aws_lb_sim.envoy.codec`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_lb_sim.network.request import HttpVersion, Request

__all__ = ["HTTP2_PREFACE", "RawRequest", "parse_request"]

HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FIRST_LINE = re.compile(r"(\S+)[ \t]+(\S+)(?:[ \t]+HTTP/([0-9])\.([0-9]))?")
_LOWEST_FIRST_BYTE = 0x21
_CHUNKED_END = re.compile(rb"(?:[0-9A-Fa-f]+(?:;[^\r\n]*)?\r\n.*?\r\n)*?0+\r\n\r\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What could be read from the first bytes of a connection.

    Parameters
    ----------
    request
        The request; None where it is not valid, or not all there.
    is_complete
        Whether enough came to tell: False means that Envoy goes on waiting.
    has_body
        Whether all of the body that the headers announce is there as well.
    """

    request: Request | None
    is_complete: bool = True
    has_body: bool = True


_INVALID = RawRequest(None)
_INCOMPLETE = RawRequest(None, is_complete=False)


def parse_request(raw: bytes) -> RawRequest:
    r"""Read the head of a request.

    Empty lines before it, bare line feeds, folded header lines and several blanks in
    the request line are put up with. Anything but HTTP/1.1 counts as HTTP/1.0.

    Examples
    --------
    >>> parse_request(b"GET / HTTP/1.1\nHost: a.test\n\n").request.authority
    'a.test'
    >>> parse_request(b"PROXY TCP4 nonsense\r\n")
    RawRequest(request=None, is_complete=True, has_body=True)
    """
    text = raw.lstrip(b"\r\n")
    if not text:
        return _INCOMPLETE
    if text[0] < _LOWEST_FIRST_BYTE:
        return _INVALID
    line, newline, rest = text.partition(b"\n")
    if not newline:
        return _INCOMPLETE
    first = _FIRST_LINE.fullmatch(line.decode("latin-1").strip(" \t\r"))
    if first is None:
        return _INVALID
    if first[3] is None:
        # HTTP/0.9 is a request line alone.
        return RawRequest(Request(method=first[1], path=first[2], http="1.0"))
    return _read_fields(first, rest)


def _read_fields(first: re.Match[str], rest: bytes) -> RawRequest:
    """Read the header lines after a valid request line."""
    version: HttpVersion = "1.1" if first[3] + first[4] == "11" else "1.0"
    lines, body = _split_lines(rest)
    if body is None:
        # The request line is judged as soon as it is there.
        return RawRequest(Request(method=first[1], path=first[2], http=version), is_complete=False)
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if line[0] in " \t" and pairs:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + line)
            continue
        name, colon, value = line.partition(":")
        if not colon or "\r" in name:
            return _INVALID
        pairs.append((name, value))
    headers = tuple((name, value.replace("\r", "").strip(" \t")) for name, value in pairs)
    request = Request(
        method=first[1],
        authority=next((value for name, value in headers if name.lower() == "host"), None),
        path=first[2],
        http=version,
        headers=_without_first_host(headers),
    )
    return RawRequest(request, has_body=_has_body(request, body))


def _split_lines(rest: bytes) -> tuple[list[str], bytes | None]:
    """Split header lines at line feeds: (lines, what follows the empty line, None without it)."""
    lines: list[str] = []
    while True:
        line, newline, rest = rest.partition(b"\n")
        if not newline:
            return lines, None
        if not line.strip(b"\r"):
            return lines, rest
        lines.append(line.decode("latin-1").rstrip("\r"))


def _without_first_host(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    names = [name.lower() for name, _ in headers]
    if "host" not in names:
        return headers
    at = names.index("host")
    return headers[:at] + headers[at + 1 :]


def _has_body(request: Request, body: bytes) -> bool:
    length = request.header("content-length")
    if length is not None and length.isdigit():
        return len(body) >= int(length)
    if (request.header("transfer-encoding") or "").lower() == "chunked":
        return _CHUNKED_END.match(body) is not None
    return True
