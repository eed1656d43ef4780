"""The request line of HTTP/1: methods and request targets (RFC 9112, section 3).

Source: Envoy source/common/http/http1/{balsa_parser,codec_impl}.cc (isUrlValid,
handlePath) and utility.cc (Url::initialize); observed on Envoy 1.40.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aws_lb_sim.envoy.decoded import Refusal

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Request

__all__ = ["Target", "is_bad_first_line", "is_referer", "read_target"]

_METHODS = frozenset(
    """
    ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL
    MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE
    SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE
    """.split()  # noqa: SIM905 - words read better than forty strings
)
_CONNECT = "CONNECT"
# What a request line may hold (isUrlValid): a path, or a scheme (none for CONNECT), host
# and path. Control characters are left for later, but for DEL.
_PATH = re.compile(r"[/*][\x00-\x7e]*")
_AUTHORITY = r"(?![^/?]*@@)[A-Za-z0-9!$%&'()*+,.:;=@\[\]_~-]*(?:[/?][\x00-\x7e]*)?"
_URL = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://{_AUTHORITY}")
_URL_OF_CONNECT = re.compile(rf"(?!$){_AUTHORITY}")
# An absolute URL: scheme, user information, host with its port, the rest.
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^@/?#]*@)?([^/?#@\\]*)([/?].*)?")
_URL_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
# What a Referer may be: an absolute URL without user information, or a relative one whose
# first segment has no colon (RFC 3986, section 4.2).
_ABSOLUTE_REFERER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#@\\]*)(?:[/?][!-~]*)?")
_RELATIVE_REFERER = re.compile(
    r"[A-Za-z0-9._~%!$&'()*+,;=@?-]*(?:/[A-Za-z0-9._~%!$&'()*+,;=@?:/-]*)?"
)
_LARGEST_PORT = 65535
_INVALID = Refusal(400, "http1.invalid_url")


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
    if _PATH.fullmatch(path):
        return False
    return (_URL_OF_CONNECT if method == _CONNECT else _URL).fullmatch(path) is None


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


def read_target(target: str, method: str, *, https: bool) -> Target | Refusal:
    """Read a request target of a request line that is not bad in itself.

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
    if method == _CONNECT:
        # No route of Emissary's takes it.
        authority = _url_host(target)
        return Target("", target) if authority and authority[2] else _INVALID
    if target[:1] == "/" or (target[:1] == "*" and method == "OPTIONS"):
        return Target(target)
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        return _INVALID
    scheme = absolute[1].lower()
    if scheme not in ("http", "https"):
        return Refusal(400, "http1.invalid_scheme")
    if _url_host(absolute[2]) is None:
        return _INVALID
    if scheme == "https" and not https:
        return Refusal(403, "http1.https_url_on_plaintext_connection")
    return Target(absolute[3] or "/", absolute[2], scheme)


def _url_host(text: str) -> re.Match[str] | None:
    """Match a host with its port, if it has one that there can be."""
    found = _URL_HOST.fullmatch(text)
    return found if found and int(found[2] or 0) <= _LARGEST_PORT else None


def is_referer(value: str) -> bool:
    """Tell whether a Referer is a valid one; Envoy takes others away.

    Source: Envoy source/common/http/utility.cc (isValidRefererValue); observed on Envoy 1.40.

    Examples
    --------
    >>> is_referer("https://a.test/x?y"), is_referer("/x"), is_referer("https://u@a.test/#part")
    (True, True, False)
    """
    absolute = _ABSOLUTE_REFERER.fullmatch(value)
    if absolute is not None and _url_host(absolute[1]) is not None:
        return not value.partition("#")[2]
    return _RELATIVE_REFERER.fullmatch(value) is not None
