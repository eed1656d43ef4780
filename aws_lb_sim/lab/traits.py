"""What is particular about a connection: by this it is counted what a campaign has tried."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["traits"]

_OVERSIZED = 4096
_FORGED = (
    "forwarded",
    "x-envoy-external-address",
    "x-envoy-internal",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
)
_UPGRADE = "upgrade"
_GRPC = "application/grpc"


def traits(described: Mapping[str, Any]) -> set[str]:
    """Name what is particular about a connection.

    Parameters
    ----------
    described
        By the field names of :func:`aws_lb_sim.receive`.

    Examples
    --------
    >>> sorted(traits({"tls": True, "sni": None, "http": "2", "alpn": ["h2"]}))
    ['HTTP/2 by ALPN', 'TLS', 'TLS without SNI']
    """
    found = {*_proxy_traits(described.get("proxy")), *_tls_traits(described)}
    if described.get("proxy_in_tls"):
        found.add("PROXY header inside TLS")
    if described.get("closes"):
        found.add("the client ends its side early")
    if "raw" in described:
        found.add("raw bytes" if described["raw"] else "nothing is sent")
    else:
        found |= {*_request_traits(described), *_header_traits(described)}
    return found


def _proxy_traits(proxy: Any) -> Iterator[str]:
    if proxy is None:
        return
    if isinstance(proxy, list):
        yield "several PROXY headers"
        return
    source = proxy.get("src")
    if "raw" in proxy:
        yield "PROXY header byte by byte"
    elif proxy["version"] == 1:
        yield "PROXY v1 UNKNOWN" if proxy.get("unknown") or source is None else "PROXY v1"
    elif proxy.get("command") == "LOCAL":
        yield "PROXY v2 LOCAL"
    else:
        yield "PROXY v2" if source else "PROXY v2 without addresses"
    if source is not None and ip_address(source).version == 6:  # noqa: PLR2004 - IPv6
        yield "IPv6 in a PROXY header"


def _tls_traits(described: Mapping[str, Any]) -> Iterator[str]:
    if not described.get("tls"):
        return
    yield "TLS"
    if "sni" in described:
        yield "TLS without SNI" if described["sni"] is None else "SNI unlike the host"
    if "tls_max" in described or "tls_min" in described:
        yield "limited TLS versions"


def _request_traits(described: Mapping[str, Any]) -> Iterator[str]:
    http = described.get("http", "1.1")
    if http == "2":
        by_alpn = described.get("tls") and "h2" in described.get("alpn", ())
        yield "HTTP/2 by ALPN" if by_alpn else "HTTP/2 by prior knowledge"
    elif http == "1.0":
        yield "HTTP/1.0"
    host = described.get("host", "")
    if host is None:
        yield "no Host header"
    elif not all(sign.isalnum() or sign in "-." for sign in host):
        yield "odd Host header"


def _header_traits(described: Mapping[str, Any]) -> Iterator[str]:
    headers = [(name.lower(), value) for name, value in described.get("headers") or ()]
    names = {name for name, _ in headers}
    if not names.isdisjoint(_FORGED):
        yield "forged headers"
    if _UPGRADE in names:
        yield "WebSocket or another upgrade"
    if any(name == "content-type" and value.startswith(_GRPC) for name, value in headers):
        yield "gRPC"
    if sum(len(value) for _, value in headers) > _OVERSIZED:
        yield "oversized headers"
