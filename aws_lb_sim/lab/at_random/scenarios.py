"""Designs and requests at random, from a seed: what a whole testbed is tried with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.design.design import Design
from aws_lb_sim.design.problems import values
from aws_lb_sim.design.space import change
from aws_lb_sim.errors import InputError
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest

if TYPE_CHECKING:
    import random

    from aws_lb_sim.network.request import Headers

__all__ = ["random_design", "random_requests"]

_MOST_CHANGES = 7
_FREE_TEXT = ("namespace", "hostname", "certificate_arn", "tls_secret", "backend")
_SCHEMES = ("http", "https", "https", "http", "https", "ws", "wss")
_HOSTS = (
    *("shop.example.com",) * 12,  # what designs serve: most requests are to get through
    "SHOP.Example.COM",
    "other.example.org",
    "shop.example.com.",
    "10.0.1.10",
    "[2001:db8:1::10]",
)
_PATHS = ("/", "/cart?id=1", "//double//slash", "/a/../b", "/a%2Fb", "/caf%C3%A9", "/?q=%20x&y", "")
_CLIENTS = ("203.0.113.7", "203.0.113.7", "198.51.100.23", "10.9.8.7", "2001:db8::7", "fd00::7")
_FORGED_ADDRESSES = (
    "198.51.100.66",
    "10.0.0.1",
    "1.1.1.1, 2.2.2.2",
    "2001:db8::66",
    "unknown",
    "198.51.100.66:1234",
    "",
    ", ".join(f"192.0.2.{number}" for number in range(31)),
)
_FORGERIES = (
    ("X-Forwarded-Proto", ("https", "http", "HTTPS", "gopher", "https,http")),
    ("X-Forwarded-Port", ("443", "80", "x")),
    ("X-Forwarded-Host", ("evil.example.org",)),
    ("Forwarded", ("for=198.51.100.66;proto=https",)),
    ("X-Real-IP", ("198.51.100.66",)),
    ("X-Request-Id", ("given-by-the-client",)),
    ("X-Amzn-Trace-Id", ("Root=1-00000000-000000000000000000000000", "Self=1-x;Root=1-y", "x=y")),
    ("X-Client_Name", ("underscore",)),
    ("Cookie", ("a=1; b=2",)),
    ("Content-Type", ("application/grpc", "application/json")),
)


def random_design(rng: random.Random) -> Design:
    """Return a design that can be deployed, with some choices made at random.

    Examples
    --------
    >>> import random
    >>> random_design(random.Random(1)) == random_design(random.Random(1))
    True
    """
    design = Design()
    offered = {name: each for name, each in values().items() if name not in _FREE_TEXT}
    for _ in range(rng.randrange(1, _MOST_CHANGES + 1)):
        name = rng.choice(list(offered))
        try:
            design = change(design, **{name: rng.choice(offered[name])})
        except InputError:
            continue  # what stands already rules it out
    return design


def random_requests(rng: random.Random, count: int) -> list[ClientRequest]:
    """Return requests of all sorts, forged ones among them.

    Parameters
    ----------
    rng
        Decides everything.
    count
        How many.

    Examples
    --------
    >>> import random
    >>> len(random_requests(random.Random(1), 3))
    3
    """
    return [_request(rng) for _ in range(count)]


def _request(rng: random.Random) -> ClientRequest:
    scheme = rng.choice(_SCHEMES)
    port = rng.choice((*("",) * 12, ":8443", ":443", ":80"))
    url = f"{scheme}://{rng.choice(_HOSTS)}{port}{rng.choice(_PATHS)}"
    secure = scheme in {"https", "wss"}
    forges_outside = rng.random() < 0.1
    forges_inside = secure and not forges_outside and rng.random() < 0.05
    return ClientRequest(
        url=url,
        client_ip=rng.choice(_CLIENTS),
        method=rng.choice(("GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "DELETE")),
        http=rng.choice(("1.1", "1.1", "1.1", "2")) if secure or rng.random() < 0.2 else "1.1",
        headers=_headers(rng),
        proxy=_proxy(rng) if forges_outside else (),
        proxy_in_tls=_proxy(rng) if forges_inside else (),
    )


def _headers(rng: random.Random) -> Headers:
    chosen: list[tuple[str, str]] = []
    if rng.random() < 0.4:
        chosen.append(("X-Forwarded-For", rng.choice(_FORGED_ADDRESSES)))
    for name, texts in _FORGERIES:
        if rng.random() < 0.12:
            chosen.append((name, rng.choice(texts)))
    rng.shuffle(chosen)
    return tuple(chosen)


def _proxy(rng: random.Random) -> tuple[ProxyHeader, ...]:
    six = rng.random() < 0.3
    header = ProxyHeader(
        version=rng.choice((1, 2)),
        source_ip="2001:db8::66" if six else "198.51.100.66",
        source_port=1234,
        destination_ip="2001:db8:1::10" if six else "10.0.1.10",
        destination_port=443,
    )
    return (header,)
