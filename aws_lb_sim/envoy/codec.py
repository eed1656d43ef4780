"""What Envoy's HTTP codecs make of a request before the connection manager sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy.codec_http1 import decode_http1
from aws_lb_sim.envoy.codec_http2 import decode_http2

if TYPE_CHECKING:
    from aws_lb_sim.envoy.decoded import Decoded, Refusal
    from aws_lb_sim.envoy.listener import HttpConnectionManager
    from aws_lb_sim.network.request import Request

__all__ = ["decode"]


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
    >>> from aws_lb_sim.envoy.listener import HttpConnectionManager
    >>> from aws_lb_sim.network.request import Request
    >>> decode(HttpConnectionManager(), Request(authority="a.test"), tls=False).authority
    'a.test'
    """
    reader = decode_http2 if request.http == "2" else decode_http1
    return reader(manager, request, tls=tls)
