"""Random connections: honest clients, forgers, health checkers and broken ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.read_listener import PROTOCOL_STACKS

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.lab.random_documents import Document

__all__ = ["random_connections"]

Connection = dict[str, Any]

_HOSTS = (
    "shop.example.com",
    "api.example.com",
    "a.b.example.com",
    "x.b.example.com",
    "example.com",
    "SHOP.example.COM",
    "other.test",
    "10.0.3.30",
    "10.0.3.30:8080",
    "shop.example.com:8080",
    "shop.example.com:8443",
    "shop.example.com:443",
    "shop.example.com:80",
    "api.example.com:08080",
    "shop.example.com.",
    ".example.com",
    "[2001:db8::1]",
    "[2001:db8::1]:8080",
    "user@shop.example.com",
    "shop.example.com:",
    "shop_1.example.com",
    "shop example.com",
    "shop.example.com/x",
    "shop.example.com,other.test",
    "[::1]:8443",
    ":8080",
    "",
)
_PATHS = (
    "/",
    "/api/x",
    "/api",
    "/apix",
    "/a/b",
    "/a/B/c",
    "/A/B/",
    "/r/12",
    "/r/12?q=1",
    "/api/x?q=1&q=2",
    "/api/?q=",
    "/?q",
    "/?a%20b=c+d",
    "/?a+b=c%20d",
    "/api/./x/../y",
    "/api/%2e%2e/x",
    "/api/..",
    "/../../etc/passwd",
    "/a//b",
    "//double/x",
    "///",
    "/a/%2Fb",
    "/c%2fd/e",
    "/a\\b",
    "/a%5Cb",
    "/x.php",
    "/a;p=1/b",
    "/%",
    "/%zz",
    "/a%00b",
    "/caf\u00e9",
    "/caf%C3%A9",
    "/a#frag",
    "/a?x#frag",
    "/?http://a.test/../b",
    "http://shop.example.com/api/x",
    "https://other.test/api",
    "http://other.test",
    "*",
    "api/x",
    "/.well-known/acme-challenge/token",
    "/ambassador/v0/check_ready",
    "/ambassador/v0/diag/",
    "/a?b?c=d",
    "/%61pi/x",
    "/api/%2e%2e%2fx",
    "/a%2Eb/..;/c",
    "http://user@api.example.com:8080/api/x?q=1",
    "https://shop.example.com:8443/a/b",
    "ftp://shop.example.com/",
    "http://shop.example.com?q=1",
    "?q=1",
    "/\\..\\x",
    "/a%20b",
    "/a%c3%a9%E9",
    "/~u/-_.!$&'()*+,;=:@",
    '/a|b^c`{}"<>',
)
_ADDRESSES = (
    "203.0.113.7",
    "198.51.100.7",
    "10.0.3.4",
    "192.168.1.1",
    "172.16.0.9",
    "127.0.0.1",
    "2001:db8::7",
    "fd00::5",
    "::1",
    "::ffff:203.0.113.7",
)
_XFF = (
    *_ADDRESSES,
    "",
    " 203.0.113.7 ",
    "203.0.113.7, 198.51.100.7",
    "203.0.113.7,198.51.100.7,10.0.3.4",
    "203.0.113.7 , 10.0.3.4 ",
    "203.0.113.7,",
    ",203.0.113.7",
    "203.0.113.7,,10.0.3.4",
    "unknown",
    "203.0.113.7:1234",
    "[2001:db8::7]:443",
    "[2001:db8::7]",
    "2001:DB8:0:0::7",
    "203.0.113.007",
    "203.0.113",
    "0x7f.1",
    "203.0.113.7 198.51.100.7",
    "203.0.113.7;198.51.100.7",
    "fe80::1",
    "256.1.1.1",
    "10.0.0.0/8",
)
_XFP = ("http", "https", "HTTPS", "Http", "", "wss", "https,http", " https ", "ftp")
_HEADERS: dict[str, tuple[str, ...]] = {
    "X-Forwarded-For": _XFF,
    "x-forwarded-FOR": _XFF,
    "X-Forwarded-Proto": _XFP,
    "X-FORWARDED-PROTO": _XFP,
    "X-Forwarded-Port": ("443", "80", ""),
    "X-Forwarded-Host": ("evil.test", "shop.example.com"),
    "Forwarded": ("for=203.0.113.7;proto=https",),
    "X-Real-IP": ("203.0.113.9",),
    "X-Envoy-External-Address": ("6.6.6.6",),
    "X-Envoy-Internal": ("true", "false", ""),
    "X-Request-Id": ("forged", "", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
    "X-Envoy-Retry-On": ("5xx",),
    "X-Envoy-Max-Retries": ("3",),
    "X-Envoy-Ip-Tags": ("a",),
    "X-Envoy-Original-Path": ("/forged",),
    "X-Envoy-Original-Url": ("http://a.test/",),
    "X-Envoy-Force-Trace": ("true",),
    "X-Envoy-Decorator-Operation": ("op",),
    "X-Envoy-Downstream-Service-Cluster": ("c",),
    "X-Envoy-Downstream-Service-Node": ("n",),
    "X-Envoy-Upstream-Rq-Timeout-Ms": ("5000",),
    "X-Envoy-Expected-Rq-Timeout-Ms": ("10",),
    "X-Envoy-Upstream-Alt-Stat-Name": ("s",),
    "X-Envoy-Hedge-On-Per-Try-Timeout": ("true",),
    "X-Envoy-Attempt-Count": ("7",),
    "X-A": ("1", "", "2", "1,2", " 1 "),
    "X-Empty": ("",),
    "x_under_score": ("1",),
    "User-Agent": ("curl/8", "ELB-HealthChecker/2.0", ""),
    "Accept": ("*/*",),
    "Cookie": ("a=1", "b=2"),
    "Authorization": ("Basic Zm9v",),
    "Via": ("1.1 x.cloudfront.net",),
    "X-Amzn-Trace-Id": ("Root=1-67891233-abcdef012345678912345678",),
    "Accept-Encoding": ("gzip",),
    "Expect": ("100-continue",),
    "TE": ("trailers", "gzip"),
    "Keep-Alive": ("timeout=5",),
    "Connection": (
        "close",
        "keep-alive",
        "X-A",
        "close, X-A",
        "close, X-Forwarded-For",
        "X-Forwarded-Port, te",
        "close, host",
        "upgrade",
    ),
    "Proxy-Connection": ("keep-alive",),
    "Host": ("second.test",),
    "Content-Length": ("0",),
    "X-Client-Trace-Id": ("t",),
    "X-Forwarded-Client-Cert": ("By=spiffe://a;Hash=b",),
    "X-Envoy-Upstream-Service-Time": ("3",),
    "Content-Type": ("application/grpc", "application/json", "application/grpc+proto"),
    "Transfer-Encoding": ("gzip", "identity"),
    "Pragma": ("no-cache",),
    "Referer": ("https://a.test/",),
    "Traceparent": ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",),
    "Upgrade-Insecure-Requests": ("1",),
    "Origin": ("https://a.test",),
    "X-Scheme": ("https",),
    "Max-Forwards": ("0",),
}
_WEBSOCKET = [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
]
_RAW = (
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
_RAW_PROXY = (
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
        or PROTOCOL_STACKS[each["spec"]["protocol"]]
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
    port = rng.choice((*stacks, *stacks, *stacks, *stacks, *stacks, *stacks, 9000))
    stack = stacks.get(port, ("TCP",))
    connection: Connection = {"port": port}
    if rng.random() < (0.95 if "PROXY" in stack else 0.06):
        connection |= _proxy(rng)
    if rng.random() < (0.6 if "TLS" in stack else 0.05):
        connection |= _tls(rng)
    if rng.random() < 0.95:
        connection |= _request(rng, names)
    if rng.random() < 0.1:
        connection |= _source(rng)
    if rng.random() < 0.06:
        connection["raw"] = rng.choice(_RAW)
    if "proxy" in connection and connection.get("tls") and rng.random() < 0.04:
        connection["proxy_in_tls"] = True
    return connection


def _source(rng: random.Random) -> Connection:
    return {"source": rng.choice(("127.0.0.9", "127.0.0.10", "127.0.0.11", "127.0.0.1"))}


def _proxy(rng: random.Random) -> Connection:
    kind = rng.random()
    if kind < 0.08:
        return {"proxy": {"raw": rng.choice(_RAW_PROXY)}}
    if kind < 0.11:
        return {"proxy": [_proxy_header(rng), _proxy_header(rng)]}
    return {"proxy": _proxy_header(rng), **({"split": True} if kind > 0.93 else {})}


def _proxy_header(rng: random.Random) -> Connection:
    header: Connection = {"version": rng.choice((1, 2, 2)), "src": rng.choice(_ADDRESSES)}
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
        tls["sni"] = rng.choice(
            (
                None,
                "shop.example.com",
                "SHOP.example.com",
                "api.example.com",
                "x.b.example.com",
                "other.test",
                "example.com",
                "a.b.example.com",
            )
        )
    if rng.random() < 0.3:
        tls["alpn"] = rng.choice((["h2", "http/1.1"], ["h2"], ["http/1.1"], ["foo"]))
    if rng.random() < 0.1:
        tls["tls_max"] = rng.choice(("1.0", "1.1", "1.2"))
    elif rng.random() < 0.05:
        tls["tls_min"] = "1.3"
    return tls


def _request(  # noqa: C901 - a list of what can be odd about a request
    rng: random.Random, names: Sequence[str]
) -> Connection:
    request: Connection = {}
    if rng.random() < 0.3:
        request["host"] = rng.choice(_HOSTS)
    elif names and rng.random() < 0.9:
        request["host"] = rng.choice(names).replace("*", "x")
    elif rng.random() < 0.05:
        request["host"] = None
    if rng.random() < 0.75:
        request["path"] = rng.choice(_PATHS[:10] if rng.random() < 0.4 else _PATHS)
    if rng.random() < 0.3:
        request["http"] = rng.choice(("2", "2", "2", "2", "1.0"))
    if rng.random() < 0.25:
        request["method"] = rng.choice(("POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"))
    headers = [_header(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5)))]
    kind = rng.random()
    if kind < 0.08:
        headers += [list(pair) for pair in _WEBSOCKET]
    elif kind < 0.12:
        request |= {"http": "2", "method": "POST", "path": "/api/Service/Call"}
        headers += [["content-type", "application/grpc"], ["te", "trailers"]]
    elif kind < 0.15:
        size = rng.choice((3500, 5000, 55_000, 61_000, 62_000, 70_000))
        headers.append(["X-Large", "x" * size])
    elif kind < 0.16:
        headers += [[f"x-{n}", "1"] for n in range(rng.choice((80, 90, 99, 105)))]
    if headers:
        request["headers"] = headers
    return request


def _header(rng: random.Random) -> list[str]:
    forged = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "x-forwarded-FOR")
    name = rng.choice(forged) if rng.random() < 0.5 else rng.choice(sorted(_HEADERS))
    return [name, rng.choice(_HEADERS[name])]
