"""The request line of HTTP/1: methods and request targets (RFC 9112, section 3).

Source: Envoy source/common/http/http1/{balsa_parser,codec_impl}.cc and utility.cc
(Url::initialize); observed on Envoy 1.40.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aws_lb_sim.envoy.decoded import CONTROL, Refusal

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Request

__all__ = ["Target", "is_bad_first_line", "read_target"]

_METHODS = frozenset(
    """
    ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL
    MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE
    SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE
    """.split()  # noqa: SIM905 - words read better than forty strings
)
_TARGET = re.compile(r"[!-~]*")
_AUTHORITY_FORM = re.compile(r"[^/@]+:[0-9]+")
# An absolute URL: scheme, user information, host with its port, the rest.
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^@/?#]*@)?([^/?#@\\]*)([/?].*)?")
_URL_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_LARGEST_PORT = 65535


def is_bad_first_line(request: Request) -> bool:
    """Tell whether a request line alone is refused, before the header lines have come.

    Examples
    --------
    >>> from aws_lb_sim.network.request import Request
    >>> is_bad_first_line(Request(method="GET", path="nowhere"))
    True
    """
    method, path = request.method, request.path
    if method not in _METHODS:
        return True
    if path[:1] == "/" and _TARGET.fullmatch(path):
        return False
    target = read_target(path, method, https=True)
    return isinstance(target, Refusal) and target.why == "http1.codec_error"


class Target(NamedTuple):
    """What a request target says.

    Parameters
    ----------
    path
        With its query.
    authority, scheme
        Of an absolute URL; None where the target is none.
    """

    path: str
    authority: str | None = None
    scheme: str | None = None


def read_target(  # noqa: PLR0911 - one for each form that a target can have
    target: str, method: str, *, https: bool
) -> Target | Refusal:
    """Read a request target.

    Parameters
    ----------
    target
        As it stands in the request line.
    method
        ``OPTIONS`` and ``CONNECT`` have forms of their own.
    https
        Whether an absolute URL may be one of https.

    Examples
    --------
    >>> tuple(read_target("http://user@a.test:8080/x?y", "GET", https=False))
    ('/x?y', 'a.test:8080', 'http')
    """
    if target[:1] == "/" and method != "CONNECT" and _TARGET.fullmatch(target):
        return Target(target)
    if CONTROL.search(target):
        return Refusal(400, "http1.invalid_characters")
    if method == "CONNECT":
        # No route of Emissary's takes it.
        fits = _AUTHORITY_FORM.fullmatch(target)
        return Target("", target) if fits else Refusal(400, "http1.invalid_url")
    if target == "*":
        return Target("*") if method == "OPTIONS" else Refusal(400, "http1.invalid_url")
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
    return Target(absolute[3] or "/", absolute[2], scheme)
