"""Bytes that are nearly a request, or nearly a PROXY header."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["PROXY_HEADERS", "REQUESTS", "WHOLE", "misspelt"]

REQUESTS = (
    "",
    "GARBAGE\r\n\r\n",
    "GET / HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "GET / HTTP/1.1\nHost: shop.example.com\n\n",
    "GET  / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "get / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "GET / HTTP/2.0\r\nHost: shop.example.com\r\n\r\n",
    "GET / HTTP/1.2\r\nHost: shop.example.com\r\n\r\n",
    "GET / http/1.1\r\nHost: shop.example.com\r\n\r\n",
    "GET /\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : shop.example.com\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nX-A: 1\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nno colon\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nHost: shop.example.com\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nX-A: \x00\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nX-A: \x7f\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nX-\u00e9: 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 2\r\n\r\nok",
    "POST / HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: gzip\r\n\r\n",
    "\r\nGET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1 443\r\nGET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "\x16\x03\x01\x00\x05hello",
    "\x16\x03",
    "\x00\x01\x02\x03",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "G",
)
PROXY_HEADERS = (
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234 443\r\n",
    "PROXY TCP6 2001:db8::7 2001:db8::10 1234 443\r\n",
    "PROXY TCP4 2001:db8::7 2001:db8::10 1234 443\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234 8080\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234 99999\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 0 0\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 01234 443\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 -1 443\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234 443 extra\r\n",
    "PROXY TCP4  203.0.113.7 10.0.1.10 1234 443\r\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234 443\n",
    "PROXY TCP4 203.0.113.7 10.0.1.10 1234 443 \r\n",
    "PROXY TCP4 203.0.113.300 10.0.1.10 1234 443\r\n",
    "PROXY TCP4 0.0.0.0 255.255.255.255 1234 443\r\n",
    "PROXY TCP4 224.0.0.1 10.0.1.10 1234 443\r\n",
    "PROXY TCP6 ::ffff:203.0.113.7 2001:db8::10 1234 443\r\n",
    "PROXY UNKNOWN\r\n",
    "PROXY UNKNOWN 203.0.113.7 10.0.1.10 1234 443\r\n",
    "PROXY UNKNOWNX\r\n",
    "PROXY UDP4 203.0.113.7 10.0.1.10 1234 443\r\n",
    "PROXY\r\n",
    "PROXY \r\n",
    "proxy TCP4 203.0.113.7 10.0.1.10 1234 443\r\n",
    "PROXY TCP4 " + "1" * 120 + "\r\n",
    "PROXY UNKNOWN " + "x" * 91 + "\r\n",
    "PROXY UNKNOWN " + "x" * 92 + "\r\n",
    "\r\n\r\n\x00\r\nQUIT\n\x31\x11\x00\x0c" + "\x01" * 12,
    "\r\n\r\n\x00\r\nQUIT\n\x22\x11\x00\x0c" + "\x01" * 12,
    "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x04" + "\x01" * 4,
    "\r\n\r\n\x00\r\nQUIT\n\x21\x12\x00\x0c" + "\x01" * 12,
    "\r\n\r\n\x00\r\nQUIT\n\x21\x31\x00\x00",
    "\r\n\r\n\x00\r\nQUIT\n\x20\x11\x00\x0c" + "\x01" * 12,
    "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x10" + "\x01" * 12 + "\x04\x00\x01\x00",
    "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0e" + "\x01" * 12 + "\x04\x00",
    "\r\n\r\n\x00\r\nQUIX\n\x21\x11\x00\x0c" + "\x01" * 12,
)

WHOLE = (
    "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
    "GET /api/x?q=1 HTTP/1.1\r\nHost: shop.example.com\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 2\r\n\r\nok",
    "POST / HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    "GET http://shop.example.com/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "HEAD / HTTP/1.0\r\nHost: shop.example.com\r\n\r\n",
)
"""Whole requests, to be misspelt."""

_SIGNS = "\t\n\r !\"#%&'*+,-./0:;<=?@AZ[\\]^_az{|}~\x00\x01\x7f\x80\xe9\xff"
_MOST_EDITS = 3
_ONE_IN = 10


def misspelt(rng: random.Random, text: str) -> str:
    """Leave out, double, replace or add some characters; cut off the end of one in ten.

    Examples
    --------
    >>> import random
    >>> misspelt(random.Random(2), "GET / HTTP/1.1") != "GET / HTTP/1.1"
    True
    """
    for _ in range(rng.randint(1, _MOST_EDITS)):
        at = rng.randrange(len(text) + 1)
        sign = rng.choice(_SIGNS)
        text = rng.choice(
            (
                text[:at] + text[at + 1 :],
                text[:at] + text[max(0, at - 1) :],
                text[:at] + sign + text[at + 1 :],
                text[:at] + sign + text[at:],
                text[:at] + sign + text[at:],
            )
        )
    return text if rng.randrange(_ONE_IN) else text[: rng.randrange(len(text) + 1)]
