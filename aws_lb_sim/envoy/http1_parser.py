"""Reading an HTTP/1 request from raw bytes, as leniently as Envoy does.

Source: Envoy source/common/http/http1/balsa_parser.cc and QUICHE's BalsaFrame; observed on
Envoy 1.40. What Envoy's codec then refuses is a matter of :mod:`aws_lb_sim.envoy.codec`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from aws_lb_sim.network.request import HttpVersion, Request

__all__ = ["HTTP2_PREFACE", "Body", "RawRequest", "is_plain", "parse_request", "write_request"]

HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# Every sign up to the blank parts two words; where that is a control character, the whole
# head is refused as soon as it is there.
_BLANKS = "".join(map(chr, range(0x21)))
_FIRST_LINE = re.compile(
    r"([^\x00-\x20]+)[\x00-\x20]+([^\x00-\x20]+)(?:[\x00-\x20]+(HTTP/[0-9]\.[0-9]))?"
)
_NOT_IN_HEAD = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LOWEST_FIRST_BYTE = 0x21
# How PROXY headers and HTTP/2 begin: no server takes either for a request.
_NO_REQUEST = re.compile(rb"PROXY (?:UNKNOWN|TCP[46])\b|PRI \* HTTP/2\.0")
# What would end a line, or a word of the request line, before its time.
_NOT_IN_WORD = re.compile(r"[\x00-\x20\x7f]")
_NOT_IN_LINE = re.compile(r"[\r\n]")
_NOT_IN_NAME = re.compile(r"[\r\n:]|^[ \t]")
_CHUNK_LENGTH = re.compile(rb"([0-9A-Fa-f]+)(?:[ \t;][^\r\n]*)?\r\n")
_CHUNK_LENGTH_BEGUN = re.compile(rb"[0-9A-Fa-f]+(?:[ \t;][^\r\n]*)?\r?")
_LONGEST_CHUNK = 2**64 - 1


Body = Literal["whole", "begun", "invalid"]
"""How much of a request's body has come."""


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What could be read from the first bytes of a connection.

    Parameters
    ----------
    request
        The request; None where it is not valid, or not all there.
    is_complete
        Whether enough came to tell: False means that Envoy goes on waiting.
    body
        Whether the body that the headers announce is there as well.
    has_line
        Whether the request line, if it came, is one.
    line
        The request line alone, where it came and is one.
    head
        Length of the request line and the header lines, in bytes, as far as they came.
    """

    request: Request | None
    is_complete: bool = True
    body: Body = "whole"
    has_line: bool = field(default=True, repr=False)
    line: Request | None = field(default=None, compare=False, repr=False)
    head: int = field(default=0, compare=False, repr=False)


_INVALID = RawRequest(None, has_line=False)
_INCOMPLETE = RawRequest(None, is_complete=False)


def is_plain(request: Request) -> bool:
    r"""Tell whether a request of HTTP/1 is read as it is described: no word breaks its line.

    Examples
    --------
    >>> is_plain(Request(authority="a.test")), is_plain(Request(headers=(("X-A", "1\nB: 2"),)))
    (True, False)
    """
    if request.authority is None and request.header("host") is not None:
        return False  # the first Host line is the host
    words = (request.method, request.path)
    texts = (request.authority or "", *(value for _, value in request.headers))
    return (
        all(words)
        and not any(map(_NOT_IN_WORD.search, words))
        and not any(map(_NOT_IN_LINE.search, texts))
        and not any(not name or _NOT_IN_NAME.search(name) for name, _ in request.headers)
    )


def write_request(request: Request) -> bytes:
    r"""Write a request of HTTP/1, right or wrong, as its client puts it on the wire.

    Examples
    --------
    >>> write_request(Request(headers=(("X-A", "1"),)))
    b'GET / HTTP/1.1\r\nX-A: 1\r\n\r\n'
    """
    lines = [f"{request.method} {request.path} HTTP/{request.http}"]
    if request.authority is not None:
        lines.append(f"Host: {request.authority}")
    lines += [f"{name}: {value}" for name, value in request.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def parse_request(raw: bytes) -> RawRequest:
    r"""Read the head of a request.

    Empty lines before it, bare line feeds, folded header lines and several blanks in
    the request line are put up with. Anything but HTTP/1.1 counts as HTTP/1.0.

    Examples
    --------
    >>> parse_request(b"GET / HTTP/1.1\nHost: a.test\n\n").request.authority
    'a.test'
    >>> parse_request(b"PROXY TCP4 nonsense\r\n")
    RawRequest(request=None, is_complete=True, body='whole')
    """
    text = raw.lstrip(b"\r\n")
    if not text:
        return _INCOMPLETE
    if text[0] < _LOWEST_FIRST_BYTE:
        return _INVALID
    line, newline, rest = text.partition(b"\n")
    lines, body = _split_lines(rest)
    head = len(text) - len(body or b"")
    if not newline:
        return replace(_INCOMPLETE, head=head)
    words = line.decode("latin-1").strip(_BLANKS)
    first = _FIRST_LINE.fullmatch(words)
    if first is None or _NO_REQUEST.match(line):
        return replace(_INVALID, head=head)
    version: HttpVersion = "1.1" if words.endswith("HTTP/1.1") else "1.0"
    alone = Request(method=first[1], path=first[2], http=version)
    if first[3] is None:
        # HTTP/0.9 is a request line alone.
        return RawRequest(alone)
    if body is None:
        # The request line is judged as soon as it is there.
        return RawRequest(alone, is_complete=False, head=head, line=alone)
    if _NOT_IN_HEAD.search(line):
        return RawRequest(None, head=head, line=alone)
    return replace(_read_fields(alone, lines, body), head=head, line=alone)


def _read_fields(alone: Request, lines: list[str], body: bytes) -> RawRequest:
    """Read the header lines after a valid request line."""
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and pairs:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + line)
            continue
        name, colon, value = line.partition(":")
        if not colon or "\r" in name:
            return RawRequest(None)
        pairs.append((name, value))
    headers = tuple((name, value.replace("\r", "").strip(" \t")) for name, value in pairs)
    host = next((value for name, value in headers if name.lower() == "host"), None)
    request = replace(alone, authority=host, headers=_without_first_host(headers))
    return RawRequest(request, body=_read_body(request, body))


def _split_lines(rest: bytes) -> tuple[list[str], bytes | None]:
    """Split header lines at line feeds: (lines, what follows the empty line, None without it)."""
    lines: list[str] = []
    while True:
        line, newline, rest = rest.partition(b"\n")
        if not newline:
            return lines, None
        if line in (b"", b"\r"):
            return lines, rest
        lines.append(line.decode("latin-1").rstrip("\r"))


def _without_first_host(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    names = [name.lower() for name, _ in headers]
    if "host" not in names:
        return headers
    at = names.index("host")
    return headers[:at] + headers[at + 1 :]


def _read_body(request: Request, body: bytes) -> Body:
    length = request.header("content-length")
    if length is not None and length.isdigit():
        return "whole" if len(body) >= int(length) else "begun"
    if (request.header("transfer-encoding") or "").lower() == "chunked":
        return _read_chunks(body)
    return "whole"


def _read_chunks(body: bytes) -> Body:
    """Read chunks as QUICHE's BalsaFrame does: what follows a chunk up to the line feed is lost."""
    while length := _CHUNK_LENGTH.match(body):
        size, rest = int(length[1], 16), body[length.end() :]
        if size > _LONGEST_CHUNK:
            return "invalid"
        if size == 0:
            trailers, end = _split_lines(rest)
            if any(":" not in line for line in trailers):
                return "invalid"
            return "begun" if end is None else "whole"
        _, newline, body = rest[size:].partition(b"\n")
        if not newline:
            return "begun"
    return "invalid" if body and not _CHUNK_LENGTH_BEGUN.fullmatch(body) else "begun"
