"""Connections as plain mappings → the records that travel, each field checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from aws_lb_sim.envoy.addresses import parse_address
from aws_lb_sim.envoy.http1_parser import is_plain, write_request
from aws_lb_sim.errors import InputError
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Headers, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.network.box import Payload
    from aws_lb_sim.network.connection import TlsVersion

__all__ = ["DescribedConnection", "read_connection"]

DEFAULT_HOST = "shop.example.com"
POD_IP = "10.0.3.30"
HIGHEST_PORT = 65535
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
    given = _known_only(described, _FIELDS, where)
    read = _checked(given, _FIELDS, where)
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


def _known_only(described: object, known: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    if not isinstance(described, Mapping):
        raise _wrong(described, where, "a mapping", "write field: value, {} for the defaults")
    for name in described:
        if name not in known:
            close = get_close_matches(str(name), known, n=1)
            hint = f"perhaps {close[0]}; " if close else ""
            raise InputError(
                f"{name!r} is not a field",
                where=where,
                mend=f"{hint}the fields are {', '.join(known)}",
            )
    return described


def _checked(given: Mapping[str, Any], fields: Mapping[str, _Field], where: str) -> dict[str, Any]:
    """Read each field; null is the same as absent, but for those where it means none."""
    return {
        name: check(given[name], f"{where}, {name}")
        if given.get(name) is not None or (name in given and name in _NONE_IS_MEANT)
        else default
        for name, (check, default) in fields.items()
    }


def _wrong(value: object, where: str, wanted: str, mend: str) -> InputError:
    return InputError(f"{value!r} is not {wanted}", where=where, mend=mend)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(value, where, "text", "put it in quotes")
    return value


def _text_or_none(value: object, where: str) -> str | None:
    return None if value is None else _text(value, where)


def _flag(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong(value, where, "true or false", "use true or false")


def _port(value: object, where: str) -> int:
    number = _whole_number(value, where)
    if not 1 <= number <= HIGHEST_PORT:
        raise _wrong(value, where, "a port", f"use a number from 1 to {HIGHEST_PORT}")
    return number


def _whole_number(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, where, "a whole number", "write it without quotes")
    return value


def _seconds(value: object, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise _wrong(value, where, "a number of seconds", "use 0 or more")
    return float(value)


def _address(value: object, where: str) -> str:
    text = _text(value, where)
    try:
        return str(ip_address(text))
    except ValueError:
        mend = "give one such as 203.0.113.7 or 2001:db8::7"
        raise _wrong(value, where, "an IP address", mend) from None


def _one_of(*allowed: str) -> Callable[[object, str], str]:
    def check(value: object, where: str) -> str:
        text = str(value)
        if text not in allowed:
            raise _wrong(value, where, "known", f"use one of {', '.join(allowed)}")
        return text

    return check


def _items(value: object, where: str) -> Sequence[object]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise _wrong(value, where, "a list", "write [one, another]")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    return tuple(_text(each, f"{where}[{n}]") for n, each in enumerate(_items(value, where)))


def _headers(value: object, where: str) -> Headers:
    pairs = []
    for number, pair in enumerate(_items(value, where)):
        place = f"{where}[{number}]"
        parts = _items(pair, place)
        if len(parts) != 2:  # noqa: PLR2004  (a pair)
            raise _wrong(pair, place, "a pair", "write [name, value]")
        pairs.append((_text(parts[0], place), _text(parts[1], place)))
    return tuple(pairs)


def _bytes(value: object, where: str) -> bytes:
    if isinstance(value, bytes):
        return value
    return _text(value, where).encode("latin-1", "replace")


def _proxy_headers(value: object, where: str) -> tuple[ProxyHeader, ...]:
    if not isinstance(value, list | tuple):
        return (_proxy_header(value, where),)
    return tuple(_proxy_header(each, f"{where}[{n}]") for n, each in enumerate(value))


def _proxy_header(value: object, where: str) -> ProxyHeader:
    """Read a PROXY header; whether what it says is valid is for Envoy to decide."""
    read = _checked(_known_only(value, _PROXY_FIELDS, where), _PROXY_FIELDS, where)
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
    for number, pair in enumerate(_items(value, where)):
        place = f"{where}[{number}]"
        parts = _items(pair, place)
        try:
            kind, content = parts
            pairs.append((_whole_number(kind, place), bytes.fromhex(_text(content, place))))
        except ValueError:
            mend = 'write [type, "hexadecimal"]'
            raise _wrong(pair, place, "a type with its bytes", mend) from None
    return tuple(pairs)


_NONE_IS_MEANT = ("host", "sni")
_Field = tuple["Callable[[object, str], Any]", Any]
# Field → (how it is read, its default).
_FIELDS: dict[str, _Field] = {
    "port": (_port, 8080),
    "source": (_address, "127.0.0.9"),
    "proxy": (_proxy_headers, ()),
    "split": (_flag, False),  # one segment or two: Envoy reads on (observed)
    "proxy_in_tls": (_flag, False),
    "tls": (_flag, False),
    "sni": (_text_or_none, None),
    "alpn": (_texts, ()),
    "tls_min": (_one_of(*_TLS_VERSIONS), None),
    "tls_max": (_one_of(*_TLS_VERSIONS), "1.3"),
    "http": (_one_of("1.0", "1.1", "2"), "1.1"),
    "host": (_text_or_none, DEFAULT_HOST),
    "method": (_text, "GET"),
    "path": (_text, "/"),
    "headers": (_headers, ()),
    "raw": (_bytes, None),
    "wait": (_seconds, 3.0),
    "closes": (_flag, False),
}
_PROXY_FIELDS: dict[str, _Field] = {
    "version": (_one_of("1", "2"), "2"),
    "command": (_one_of("PROXY", "LOCAL"), "PROXY"),
    "src": (_text, None),
    "dst": (_text, None),
    "sport": (_whole_number, 40000),
    "dport": (_whole_number, 443),
    "unknown": (_flag, False),
    "tlvs": (_tlvs, ()),
    "raw": (_text, None),
}
