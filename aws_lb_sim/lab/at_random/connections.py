"""Random connections: honest clients, forgers, health checkers and broken ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.read_listener import PROTOCOL_STACKS
from aws_lb_sim.lab.at_random.odd_bytes import PROXY_HEADERS, REQUESTS, WHOLE, misspelt
from aws_lb_sim.lab.at_random.odd_requests import (
    ADDRESSES,
    HEADERS,
    HOSTS,
    METHODS,
    PATHS,
    UPGRADES,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.lab.at_random.documents import Document

__all__ = ["random_connections"]

Connection = dict[str, Any]

_FORGED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "x-forwarded-FOR")
_SERVER_NAMES = (
    None,
    "shop.example.com",
    "SHOP.example.com",
    "api.example.com",
    "x.b.example.com",
    "other.test",
    "example.com",
    "a.b.example.com",
)
_SIZES = (3500, 3900, 5000, 55_000, 61_000, 62_000, 70_000, 97_000)


def random_connections(
    rng: random.Random, documents: Sequence[Document], count: int
) -> list[Connection]:
    """Make connections at random, as the interface ``receive`` describes them.

    Most suit the Listeners and Hosts; the others are what goes wrong in practice.

    Parameters
    ----------
    rng
        Decides; the same state gives the same connections.
    documents
        What they are sent to.
    count
        How many.

    Examples
    --------
    >>> import random
    >>> len(random_connections(random.Random(1), [], 3))
    3
    """
    stacks = {
        each["spec"]["port"]: each["spec"].get("protocolStack")
        or PROTOCOL_STACKS.get(each["spec"]["protocol"], ())
        for each in documents
        if each["kind"] == "Listener"
    }
    hosts = [each["spec"] for each in documents if each["kind"] == "Host"]
    names = [host["hostname"] for host in hosts]
    if not any("tlsSecret" in host for host in hosts):
        stacks = {port: [e for e in stack if e != "TLS"] for port, stack in stacks.items()}
    return [_connection(rng, stacks, names) for _ in range(count)]


def _connection(
    rng: random.Random, stacks: Mapping[int, Sequence[str]], names: Sequence[str]
) -> Connection:
    port = rng.choice(list(stacks) if stacks and rng.random() < 0.95 else [9000])
    stack = stacks.get(port, ("TCP",))
    connection: Connection = {"port": port}
    if rng.random() < (0.95 if "PROXY" in stack else 0.06):
        connection |= _proxy(rng)
    if rng.random() < (0.6 if "TLS" in stack else 0.05):
        connection |= _tls(rng)
    if rng.random() < 0.95:
        connection |= _request(rng, names)
    if rng.random() < 0.1:
        connection["source"] = f"127.0.0.{rng.choice((9, 10, 11, 1))}"
    if rng.random() < 0.1:
        connection["raw"] = _raw(rng)
    if not connection.get("tls") and "proxy" not in connection and rng.random() < 0.04:
        # Nothing that is answered at once: whether the answer comes first is up to chance.
        connection |= {"raw": rng.choice(("", "G", "GET / HTTP/1.1\r\n")), "closes": True}
    if "proxy" in connection and connection.get("tls") and rng.random() < 0.04:
        connection["proxy_in_tls"] = True
    return connection


def _raw(rng: random.Random) -> str:
    if rng.random() < 0.4:
        return rng.choice(REQUESTS)
    return misspelt(rng, rng.choice(WHOLE))


def _proxy(rng: random.Random) -> Connection:
    kind = rng.random()
    if kind < 0.06:
        return {"proxy": {"raw": rng.choice(PROXY_HEADERS)}}
    if kind < 0.1:
        return {"proxy": {"raw": misspelt(rng, rng.choice(PROXY_HEADERS))}}
    if kind < 0.13:
        return {"proxy": [_proxy_header(rng), _proxy_header(rng)]}
    return {"proxy": _proxy_header(rng), **({"split": True} if kind > 0.93 else {})}


def _proxy_header(rng: random.Random) -> Connection:
    header: Connection = {"version": rng.choice((1, 2, 2)), "src": rng.choice(ADDRESSES)}
    kind = rng.random()
    if header["version"] == 1 and kind < 0.15:
        header["unknown"] = True
        if kind < 0.08:
            del header["src"]
    elif header["version"] == 2 and kind < 0.2:
        header["command"] = "LOCAL"
        if kind < 0.15:
            del header["src"]
    elif header["version"] == 2 and kind < 0.25:
        del header["src"]
    if rng.random() < 0.3:
        header["dport"] = rng.choice((80, 8080, 8443))
    if header["version"] == 2 and rng.random() < 0.2:
        header["tlvs"] = [[0xEA, "0176706365"], [0x04, "0000"]]
    return header


def _tls(rng: random.Random) -> Connection:
    tls: Connection = {"tls": True}
    if rng.random() < 0.2:
        tls["sni"] = rng.choice(_SERVER_NAMES)
    if rng.random() < 0.3:
        tls["alpn"] = rng.choice((["h2", "http/1.1"], ["h2"], ["http/1.1"], ["foo"]))
        if "h2" in tls["alpn"] and rng.random() < 0.6:
            tls["http"] = "2"
    if rng.random() < 0.1:
        tls["tls_max"] = rng.choice(("1.0", "1.1", "1.2"))
    elif rng.random() < 0.05:
        tls["tls_min"] = "1.3"
    return tls


def _request(rng: random.Random, names: Sequence[str]) -> Connection:
    request: Connection = {}
    if rng.random() < 0.3:
        request["host"] = rng.choice(HOSTS)
    elif names and rng.random() < 0.9:
        request["host"] = rng.choice(names).replace("*", "x")
    elif rng.random() < 0.05:
        request["host"] = None
    if rng.random() < 0.75:
        request["path"] = rng.choice(PATHS[:10] if rng.random() < 0.4 else PATHS)
    if rng.random() < 0.06:
        request["path"] = misspelt(rng, request.get("path", "/a/b?c=d")) or "/"
    if rng.random() < 0.3:
        request["http"] = rng.choice(("2", "2", "2", "2", "1.0"))
    if rng.random() < 0.25:
        request["method"] = rng.choice(METHODS)
    headers = [_header(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5)))]
    headers += _more_headers(rng, request)
    if headers:
        request["headers"] = headers
    return request


def _more_headers(rng: random.Random, request: Connection) -> list[list[str]]:
    """Make of some requests an upgrade, a gRPC call, or one with headers beyond measure."""
    kind = rng.random()
    if kind < 0.08:
        return [list(pair) for pair in rng.choice(UPGRADES)]
    if kind < 0.12:
        request |= {"http": "2", "method": "POST", "path": "/api/Service/Call"}
        return [["content-type", "application/grpc"], ["te", "trailers"]]
    if kind < 0.15:
        return [["X-Large", "x" * (rng.choice(_SIZES) + rng.randint(-90, 90))]]
    if kind < 0.16:
        return [[f"x-{number}", "1"] for number in range(rng.choice((80, 90, 96, 99, 105)))]
    return []


def _header(rng: random.Random) -> list[str]:
    name = rng.choice(_FORGED) if rng.random() < 0.5 else rng.choice(sorted(HEADERS))
    value = rng.choice(HEADERS[name])
    if rng.random() < 0.04:
        value = misspelt(rng, value)
    if rng.random() < 0.02:
        name = misspelt(rng, name)
    return [name, value]
