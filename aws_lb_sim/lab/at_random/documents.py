"""Random Emissary documents: every option that the model covers, in odd company.

Weights and shadows are left out: which of the Mappings takes a request is up to chance.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.at_random.odd_bytes import misspelt

if TYPE_CHECKING:
    import random

__all__ = ["Document", "random_documents"]

Document = dict[str, Any]

_PORTS = (8080, 8443, 8081)
_HOSTNAMES = (
    "*",
    "shop.example.com",
    "*.example.com",
    "api.example.com",
    "a.b.example.com",
    "*.b.example.com",
    "example.com",
    "shop.example.com:8080",
    "shop.example.com:8443",
    "10.0.3.30",
)
_LABELS: tuple[dict[str, str], ...] = (
    {},
    {"team": "a"},
    {"team": "b"},
    {"team": "a", "tier": "web"},
)
_PREFIXES = (
    "/",
    "/",
    "/api/",
    "/api",
    "/a/b",
    "/A/B/",
    "/c%2fd",
    "/.well-known/acme-challenge/",
    "/ambassador/v0/",
    "//double",
)
_REGEXES = ("/r/[0-9]+", "/api/.*", "(/[a-z]+){2}/?", "/.*[.]php", "/(a|A)/b")
_STACKS = (
    ["TLS", "HTTP", "TCP"],
    ["PROXY", "TLS", "HTTP", "TCP"],
    ["PROXY", "HTTP", "TCP"],
    ["TLS", "PROXY", "HTTP", "TCP"],
    ["HTTP", "PROXY", "TLS", "TCP"],
    ["HTTP", "TCP"],
    ["TLS", "HTTP", "TCP"],
    ["PROXY", "TLS", "HTTP", "TCP"],
    ["PROXY", "TCP"],
)
_PROTOCOLS = ("HTTP", "HTTP", "HTTP", "HTTPS", "HTTPS", "HTTPS", "HTTPPROXY", "HTTPSPROXY", "TLS")
# What makes Mappings one group: emissary-ingress ir/irhttpmapping.py (_group_id).
_GROUPED_BY = (
    "method",
    "prefix",
    "hostname",
    "headers",
    "regex_headers",
    "query_parameters",
    "regex_query_parameters",
    "precedence",
)
_MODULE: dict[str, tuple[Any, ...]] = {
    "use_remote_address": (True, False, False),
    "strip_matching_host_port": (True,),
    "merge_slashes": (True,),
    "reject_requests_with_escaped_slashes": (True,),
    "headers_with_underscores_action": ("REJECT_REQUEST", "DROP_HEADER", "ALLOW"),
    "enable_http10": (True,),
    "server_name": ("edge", ""),
    "preserve_external_request_id": (True,),
    "max_request_headers_kb": (4, 96),
    "ip_allow": (
        [{"remote": "203.0.113.0/24"}],
        [{"peer": "127.0.0.9"}, {"remote": "2001:db8::/32"}],
    ),
    "ip_deny": ([{"remote": "198.51.100.7"}], [{"peer": "127.0.0.10/31"}]),
    "diagnostics": ({"enabled": False},),
    "readiness_probe": ({"enabled": False},),
}


def random_documents(rng: random.Random) -> list[Document]:
    """Make Listeners, Hosts, Mappings and the like at random.

    Parameters
    ----------
    rng
        Decides; the same state gives the same documents.

    Examples
    --------
    >>> import random
    >>> random_documents(random.Random(1)) == random_documents(random.Random(1))
    True
    """
    ports = rng.sample(_PORTS, rng.choice((1, 2, 2, 3)))
    documents = [_listener(rng, port) for port in ports]
    documents += [_host(rng, index) for index in range(rng.choice((1, 1, 2, 2, 3, 4, 0)))]
    documents += [_mapping(rng, index) for index in range(rng.randint(1, 5))]
    documents = _without_shares(documents)
    if rng.random() < 0.85:
        everything = {"prefix": "/", "hostname": "*", "service": "http://UPSTREAM"}
        documents.append(_document("Mapping", "everything", {"precedence": -9, **everything}, {}))
    # Ports that speak no HTTP are open only where a TCPMapping asks for them.
    bare = [
        each["spec"]["port"]
        for each in documents
        if each["kind"] == "Listener"
        and (
            each["spec"].get("protocol") == "TLS"
            or "HTTP" not in each["spec"].get("protocolStack", "HTTP")
        )
    ]
    if bare and rng.random() < 0.9:
        documents.append(_tcp_mapping(rng, bare[0]))
    elif rng.random() < 0.05:
        documents.append(_tcp_mapping(rng, rng.choice((*ports, 9000))))
    if rng.random() < 0.6:
        documents.append(_module(rng))
    if rng.random() < 0.15:
        # What is chosen from the tables above belongs to all.
        documents = copy.deepcopy(documents)
        _misspell(rng, rng.choice(documents)["spec"])
    return documents


def _misspell(rng: random.Random, spec: Document) -> None:
    """Misspell one text somewhere in a document, as people do."""
    places: list[tuple[Any, Any]] = []
    within: list[Any] = [spec]
    while within:
        each = within.pop()
        items = each.items() if isinstance(each, dict) else enumerate(each)
        for key, value in items:
            if isinstance(value, dict | list):
                within.append(value)
            elif isinstance(value, str):
                places.append((each, key))
    if places:
        holder, key = rng.choice(places)
        holder[key] = misspelt(rng, holder[key])


def _without_shares(documents: list[Document]) -> list[Document]:
    """Leave out Mappings that would share their requests with an earlier one."""
    kept: dict[str, Document] = {}
    for index, document in enumerate(documents):
        spec = document["spec"]
        same = [spec.get(name) for name in _GROUPED_BY] if document["kind"] == "Mapping" else index
        kept.setdefault(repr(same), document)
    return list(kept.values())


def _document(kind: str, name: str, spec: Document, labels: dict[str, str]) -> Document:
    metadata: Document = {"name": name, "namespace": "ambassador"}
    if labels:
        metadata["labels"] = dict(labels)
    version = "getambassador.io/v3alpha1"
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _listener(rng: random.Random, port: int) -> Document:
    spec: Document = {
        "port": port,
        "securityModel": rng.choice(("XFP", "XFP", "XFP", "SECURE", "INSECURE")),
        "hostBinding": {"namespace": {"from": rng.choice(("ALL", "ALL", "ALL", "SELF"))}},
    }
    if rng.random() < 0.1:
        spec["hostBinding"]["selector"] = {"matchLabels": {"team": "a"}}
    if rng.random() < 0.5:
        spec["protocol"] = rng.choice(_PROTOCOLS)
    else:
        spec["protocolStack"] = list(rng.choice(_STACKS))
    depth = rng.choice((0, 0, 0, 1, 1, 2, 3))
    if depth:
        spec["l7Depth"] = depth
    return _document("Listener", f"listener-{port}", spec, {})


def _host(rng: random.Random, index: int) -> Document:
    spec: Document = {"hostname": rng.choice(("*", "*", "*", *_HOSTNAMES))}
    if rng.random() < 0.6:
        spec["tlsSecret"] = {"name": "tls"}
        if rng.random() < 0.4:
            spec["tls"] = _tls(rng)
    if rng.random() < 0.85:
        action = rng.choice(("Route", "Route", "Route", "Redirect", "Reject"))
        spec["requestPolicy"] = {"insecure": {"action": action}}
    if rng.random() < 0.15:
        spec["mappingSelector"] = {"matchLabels": {"team": rng.choice("ab")}}
    return _document("Host", f"host-{index}", spec, rng.choice(_LABELS))


def _tls(rng: random.Random) -> Document:
    tls: Document = {}
    if rng.random() < 0.6:
        tls["alpn_protocols"] = rng.choice(("h2,http/1.1", "http/1.1", "h2", "h2, http/1.1"))
    if rng.random() < 0.4:
        tls["min_tls_version"] = rng.choice(("v1.0", "v1.1", "v1.2", "v1.3"))
    if rng.random() < 0.3:
        tls["max_tls_version"] = rng.choice(("v1.2", "v1.3"))
    return tls or {"min_tls_version": "v1.2"}


def _module(rng: random.Random) -> Document:
    names = rng.sample(sorted(_MODULE), rng.choice((1, 1, 2, 3)))
    config = {name: rng.choice(_MODULE[name]) for name in names}
    return _document("Module", "ambassador", {"config": config}, {})


def _tcp_mapping(rng: random.Random, port: int) -> Document:
    spec: Document = {"port": port, "service": "UPSTREAM_HOST:UPSTREAM_PORT"}
    if rng.random() < 0.6:
        spec["host"] = rng.choice(("shop.example.com", "api.example.com"))
    return _document("TCPMapping", "tcp", spec, {})


def _mapping(rng: random.Random, index: int) -> Document:
    spec: Document = {"service": "http://UPSTREAM", "prefix": rng.choice(_PREFIXES)}
    spec["hostname"] = rng.choice((*("*",) * 8, *_HOSTNAMES, "shop.*", "*.com"))
    if rng.random() < 0.05:
        del spec["hostname"]
    kind = rng.random()
    if kind < 0.15:
        spec |= {"prefix": rng.choice(_REGEXES), "prefix_regex": True}
    elif kind < 0.25:
        spec["prefix_exact"] = True
    elif kind < 0.35:
        spec["case_sensitive"] = False
    spec |= _conditions(rng)
    spec |= _redirect(rng) if rng.random() < 0.15 else _rewrite(rng)
    spec["add_request_headers"] = {"x-served-by": f"mapping-{index}"}
    if rng.random() < 0.4:
        spec["add_request_headers"] |= _added(rng)
    if rng.random() < 0.2:
        spec["remove_request_headers"] = rng.sample(
            ("x-a", "X-Forwarded-For", "x-request-id", "cookie", "x-envoy-external-address"), 2
        )
    return _document("Mapping", f"mapping-{index}", spec, rng.choice(_LABELS))


def _conditions(rng: random.Random) -> Document:
    spec: Document = {}
    if rng.random() < 0.12:
        spec["method"] = rng.choice(("GET", "POST", "HEAD"))
    elif rng.random() < 0.06:
        spec |= {"method": "GET|HEAD", "method_regex": True}
    if rng.random() < 0.15:
        spec["headers"] = rng.choice(
            (
                {"x-a": "1"},
                {"X-A": True},
                {"x-forwarded-proto": "https"},
                {"x-forwarded-proto": "http", "x-a": "1"},
                {"x-empty": True},
                {"host": "shop.example.com"},
                {"user-agent": "curl/8,ELB-HealthChecker/2.0"},
                {"X-Forwarded-Host": "evil.test"},
                {"x-forwarded-for": "203.0.113.7"},
            )
        )
    if rng.random() < 0.08:
        spec["regex_headers"] = rng.choice(({"x-a": "[0-9,]+"}, {"x-forwarded-for": "203.*"}))
    if rng.random() < 0.12:
        spec["query_parameters"] = rng.choice(
            ({"q": "1"}, {"q": True}, {"a%20b": "c+d"}, {"q": ""})
        )
    if rng.random() < 0.05:
        spec["regex_query_parameters"] = {"q": "[0-9]+"}
    if rng.random() < 0.15:
        spec["precedence"] = rng.choice((-1, 1, 10))
    return spec


def _rewrite(rng: random.Random) -> Document:
    spec: Document = {}
    kind = rng.random()
    if kind < 0.4:
        spec["rewrite"] = rng.choice(("", "", "/", "/new", "/new/"))
    elif kind < 0.5:
        spec["regex_rewrite"] = rng.choice(
            (
                {"pattern": "^/api/(.*)$", "substitution": "/v2/\\1"},
                {"pattern": "[aA]", "substitution": "x"},
                {"pattern": "/([^/]*)", "substitution": "/\\1\\1"},
            )
        )
    if rng.random() < 0.1:
        spec["host_rewrite"] = "inner.test"
    if rng.random() < 0.3:
        spec["allow_upgrade"] = rng.choice((["websocket"], ["websocket", "spdy/3.1"]))
    return spec


def _redirect(rng: random.Random) -> Document:
    spec: Document = {"host_redirect": True, "service": rng.choice(("new.test", "new.test:8443"))}
    spec |= rng.choice(
        (
            {},
            {"path_redirect": "/moved"},
            {"path_redirect": "/moved?x=1"},
            {"prefix_redirect": "/pre"},
            {"regex_redirect": {"pattern": "^/(.*)$", "substitution": "/re/\\1"}},
        )
    )
    if rng.random() < 0.5:
        spec["redirect_response_code"] = rng.choice((301, 302, 303, 307, 308))
    return spec


def _added(rng: random.Random) -> Document:
    name = rng.choice(("x-a", "x-new", "x-forwarded-for", "X-Forwarded-Proto", "forwarded"))
    value = rng.choice(
        (
            "1",
            "a b",
            "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
            "%REQ(:AUTHORITY)%",
            "100%%",
            "%REQ(X-A)%",
            "%REQ(NONE?:PATH)%",
        )
    )
    return {name: rng.choice((value, {"value": value, "append": rng.random() < 0.5}))}
