"""Connections as plain mappings → the records that travel, each field checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim._fields import (
    Field,
    checked,
    known_only,
    one_of,
    read_address,
    read_bytes,
    read_flag,
    read_items,
    read_port,
    read_seconds,
    read_text,
    read_text_or_none,
    read_texts,
    read_whole_number,
    wrong,
)
from aws_lb_sim.envoy.addresses import parse_address
from aws_lb_sim.envoy.http1_parser import is_plain, write_request
from aws_lb_sim.errors import InputError
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Headers, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.network.box import Payload
    from aws_lb_sim.network.connection import TlsVersion

__all__ = ["DescribedConnection", "read_connection"]

DEFAULT_HOST = "shop.example.com"
POD_IP = "10.0.3.30"
_TLS_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
_OLDEST_USUAL: TlsVersion = "1.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedConnection:
    """A connection that reaches Emissary's pod, as it was described.

    Parameters
    ----------
    connection, payload
        What arrives.
    wait
        Seconds that the client waits before it calls silence a timeout.
    sends_request_id
        Whether the client sends an X-Request-Id.
    closes
        Whether the client ends its side once it has sent.
    """

    connection: Connection
    payload: Payload
    wait: float
    sends_request_id: bool
    closes: bool


def read_connection(described: object, where: str) -> DescribedConnection:
    """Read a connection from a mapping of the contract's fields.

    Parameters
    ----------
    described
        The mapping; absent fields have their defaults.
    where
        Its place, for errors.

    Raises
    ------
    InputError
        It is no mapping, or a field is not known or means nothing.

    Examples
    --------
    >>> read_connection({"port": 8443, "tls": True}, "item 1").connection.tls.server_name
    'shop.example.com'
    """
    given = known_only(described, _FIELDS, where)
    read = checked(given, _FIELDS, where, _NONE_IS_MEANT)
    if read["tls"] and read["closes"]:
        raise InputError(
            "a TLS client that ends its side early is not modelled",
            where=f"{where}, closes",
            mend="leave out tls or closes",
        )
    proxy, inside = read["proxy"], read["proxy_in_tls"]
    connection = Connection(
        source_ip=read["source"],
        destination_ip=POD_IP,
        destination_port=read["port"],
        proxy=() if inside else proxy,
        tls=_client_hello(read, named="sni" in given) if read["tls"] else None,
        proxy_in_tls=proxy if inside else (),
    )
    payload, request = _payload(read)
    return DescribedConnection(
        connection=connection,
        payload=payload,
        wait=read["wait"],
        sends_request_id=request is not None and request.header("x-request-id") is not None,
        closes=read["closes"],
    )


def _payload(read: Mapping[str, Any]) -> tuple[Payload, Request | None]:
    """Return (what is sent, the request that was meant)."""
    if read["raw"] is not None:
        return bytes(read["raw"]), None
    request = Request(
        method=read["method"],
        authority=read["host"],
        path=read["path"],
        http=read["http"],
        headers=read["headers"],
    )
    # A blank in the path or a line break in a value is another request on the wire.
    as_meant = request.http == "2" or is_plain(request)
    return request if as_meant else write_request(request), request


def _client_hello(read: Mapping[str, Any], *, named: bool) -> ClientHello:
    """Make the ClientHello; without ``sni`` its server name is the host without its port.

    An address is no server name: a client sends none then (RFC 6066, section 3).
    """
    host: str | None = (read["host"] or DEFAULT_HOST).rsplit(":", 1)[0]
    if parse_address(host or ""):
        host = None
    highest: TlsVersion = read["tls_max"]
    # A client that is limited to an old version offers just that one.
    lowest: TlsVersion = read["tls_min"] or min(highest, _OLDEST_USUAL)
    return ClientHello(
        server_name=read["sni"] if named else host,
        alpn=read["alpn"],
        min_version=lowest,
        max_version=highest,
    )


def _headers(value: object, where: str) -> Headers:
    pairs = []
    for number, pair in enumerate(read_items(value, where)):
        place = f"{where}[{number}]"
        parts = read_items(pair, place)
        if len(parts) != 2:  # noqa: PLR2004  (a pair)
            raise wrong(pair, place, "a pair", "write [name, value]")
        pairs.append((read_text(parts[0], place), read_text(parts[1], place)))
    return tuple(pairs)


def _proxy_headers(value: object, where: str) -> tuple[ProxyHeader, ...]:
    if not isinstance(value, list | tuple):
        return (_proxy_header(value, where),)
    return tuple(_proxy_header(each, f"{where}[{n}]") for n, each in enumerate(value))


def _proxy_header(value: object, where: str) -> ProxyHeader:
    """Read a PROXY header; whether what it says is valid is for Envoy to decide."""
    read = checked(known_only(value, _PROXY_FIELDS, where), _PROXY_FIELDS, where)
    if read["raw"] is not None:
        return ProxyHeader(version=1, malformed=read["raw"])
    return ProxyHeader(
        version=1 if read["version"] == "1" else 2,
        command="UNKNOWN" if read["unknown"] else read["command"],
        source_ip=read["src"],
        source_port=read["sport"],
        destination_ip=read["dst"],
        destination_port=read["dport"],
        tlvs=read["tlvs"],
    )


def _tlvs(value: object, where: str) -> tuple[tuple[int, bytes], ...]:
    pairs = []
    for number, pair in enumerate(read_items(value, where)):
        place = f"{where}[{number}]"
        parts = read_items(pair, place)
        try:
            kind, content = parts
            pairs.append((read_whole_number(kind, place), bytes.fromhex(read_text(content, place))))
        except ValueError:
            mend = 'write [type, "hexadecimal"]'
            raise wrong(pair, place, "a type with its bytes", mend) from None
    return tuple(pairs)


_NONE_IS_MEANT = ("host", "sni")
# Field → (how it is read, its default).
_FIELDS: dict[str, Field] = {
    "port": (read_port, 8080),
    "source": (read_address, "127.0.0.9"),
    "proxy": (_proxy_headers, ()),
    "split": (read_flag, False),  # one segment or two: Envoy reads on (observed)
    "proxy_in_tls": (read_flag, False),
    "tls": (read_flag, False),
    "sni": (read_text_or_none, None),
    "alpn": (read_texts, ()),
    "tls_min": (one_of(*_TLS_VERSIONS), None),
    "tls_max": (one_of(*_TLS_VERSIONS), "1.3"),
    "http": (one_of("1.0", "1.1", "2"), "1.1"),
    "host": (read_text_or_none, DEFAULT_HOST),
    "method": (read_text, "GET"),
    "path": (read_text, "/"),
    "headers": (_headers, ()),
    "raw": (read_bytes, None),
    "wait": (read_seconds, 3.0),
    "closes": (read_flag, False),
}
_PROXY_FIELDS: dict[str, Field] = {
    "version": (one_of("1", "2"), "2"),
    "command": (one_of("PROXY", "LOCAL"), "PROXY"),
    "src": (read_text, None),
    "dst": (read_text, None),
    "sport": (read_whole_number, 40000),
    "dport": (read_whole_number, 443),
    "unknown": (read_flag, False),
    "tlvs": (_tlvs, ()),
    "raw": (read_text, None),
}
