"""What is particular about a connection: by this it is counted what a campaign has tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["TRAITS", "traits"]

_OVERSIZED = 4096
_FORGED = frozenset(
    {
        "forwarded",
        "x-envoy-external-address",
        "x-envoy-internal",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-real-ip",
        "x-request-id",
    }
)


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
    return {name for name, holds in TRAITS.items() if holds(described)}


def _proxy(described: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one PROXY header, empty where there is none or more of them."""
    proxy = described.get("proxy")
    return proxy if isinstance(proxy, dict) else {}


def _version_1(described: Mapping[str, Any], *, unknown: bool) -> bool:
    header = _proxy(described)
    is_unknown = bool(header.get("unknown")) or "src" not in header
    return header.get("version") == 1 and is_unknown == unknown


def _version_2(described: Mapping[str, Any], *, local: bool, addresses: bool = True) -> bool:
    header = _proxy(described)
    if header.get("version") != 2 or (header.get("command") == "LOCAL") != local:
        return False
    return local or ("src" in header) == addresses


def _headers(described: Mapping[str, Any]) -> list[tuple[str, str]]:
    if "raw" in described:
        return []
    return [(name.lower(), value) for name, value in described.get("headers") or ()]


def _speaks(described: Mapping[str, Any], http: str) -> bool:
    return "raw" not in described and described.get("http", "1.1") == http


def _agrees_on_h2(described: Mapping[str, Any]) -> bool:
    return bool(described.get("tls")) and "h2" in described.get("alpn", ())


def _is_odd(host: str | None) -> bool:
    return host is not None and not all(sign.isalnum() or sign in "-." for sign in host)


TRAITS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "PROXY v1": lambda each: _version_1(each, unknown=False),
    "PROXY v1 UNKNOWN": lambda each: _version_1(each, unknown=True),
    "PROXY v2": lambda each: _version_2(each, local=False),
    "PROXY v2 LOCAL": lambda each: _version_2(each, local=True),
    "PROXY v2 without addresses": lambda each: _version_2(each, local=False, addresses=False),
    "PROXY header byte by byte, most malformed": lambda each: "raw" in _proxy(each),
    "several PROXY headers": lambda each: isinstance(each.get("proxy"), list),
    "IPv6 in a PROXY header": lambda each: ":" in _proxy(each).get("src", ""),
    "PROXY header in two segments": lambda each: bool(each.get("split")),
    "PROXY header inside TLS": lambda each: bool(each.get("proxy_in_tls")),
    "TLS": lambda each: bool(each.get("tls")),
    "TLS without SNI": lambda each: bool(each.get("tls")) and each.get("sni", "") is None,
    "SNI of its own": lambda each: bool(each.get("tls") and each.get("sni")),
    "limited TLS versions": lambda each: "tls_max" in each or "tls_min" in each,
    "HTTP/2 by ALPN": lambda each: _speaks(each, "2") and _agrees_on_h2(each),
    "HTTP/2 by prior knowledge": lambda each: _speaks(each, "2") and not _agrees_on_h2(each),
    "HTTP/1.0": lambda each: _speaks(each, "1.0"),
    "no Host header": lambda each: each.get("host", "") is None,
    "odd Host header": lambda each: _is_odd(each.get("host")),
    "forged headers": lambda each: any(name in _FORGED for name, _ in _headers(each)),
    "WebSocket or another upgrade": lambda each: "upgrade" in dict(_headers(each)),
    "gRPC": lambda each: ("content-type", "application/grpc") in _headers(each),
    "oversized headers": lambda each: sum(len(v) for _, v in _headers(each)) > _OVERSIZED,
    "raw bytes": lambda each: bool(each.get("raw")),
    "nothing is sent": lambda each: each.get("raw") == "",
    "the client ends its side early": lambda each: bool(each.get("closes")),
}
"""Name → whether a connection has it."""
