"""What reaches an Emissary pod → what Emissary does: the first of the two fixed interfaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.envoy.connection import evaluate
from aws_lb_sim.envoy.forwarding import NEW_REQUEST_ID
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest
    from aws_lb_sim.network.box import Payload

__all__ = ["receive"]

DEFAULT_HOST = "shop.example.com"
DEFAULT_SOURCE = "127.0.0.9"
POD_IP = "10.0.3.30"


def receive(
    manifests: Sequence[Mapping[str, Any]],
    connections: Iterable[Mapping[str, Any]],
    emissary_version: str = "3.3",
    missing_secrets: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Tell what Emissary does with connections that reach its pod.

    Parameters
    ----------
    manifests
        Kubernetes documents as ``yaml.safe_load_all`` gives them: all that Emissary reads.
    connections
        One mapping for each TCP connection, as a load balancer or node would open it:
        ``port`` (8080), ``source`` (127.0.0.9), ``proxy``, ``proxy_in_tls``, ``tls``,
        ``sni``, ``alpn``, ``tls_min``, ``tls_max``, ``http`` (1.1), ``host``, ``method``,
        ``path``, ``headers``, ``raw``, ``wait`` (3 seconds).
    emissary_version
        ``"1.14"`` to ``"4.1"``.
    missing_secrets
        Names of TLS Secrets that do not exist; every other one does.

    Returns
    -------
    list of dict
        One observation for each connection: ``connection`` and, where they apply,
        ``status``, ``location``, ``client``, ``upstream`` (``path``, ``host``, ``who``,
        ``headers``), ``tls_error``, ``alpn``, ``tls``, ``server``, ``alt_svc``, ``why``.

    Raises
    ------
    InputError
        An unknown version, a document that Emissary could not read, or a connection
        with a field that means nothing.

    Examples
    --------
    >>> receive([], [{}])[0]["connection"]
    'refused'
    """
    documents = [
        Document(data=_document(data, index), index=index)
        for index, data in enumerate(manifests, 1)
    ]
    compiled = compile_documents(
        documents, emissary_version=emissary_version, missing_secrets=missing_secrets
    )
    return [_observe(compiled.config, each, number) for number, each in enumerate(connections, 1)]


def _document(data: Mapping[str, Any], index: int) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise InputError(
            f"a document is {type(data).__name__}, not a mapping",
            where=f"manifests, document {index}",
            mend="give Kubernetes documents as yaml.safe_load_all reads them",
        )
    return dict(data)


def _observe(config: Any, described: Mapping[str, Any], number: int) -> dict[str, Any]:
    connection, payload = _read_connection(described, f"connections, item {number}")
    outcome = evaluate(config, connection, payload, wait=float(described.get("wait", 3)))
    return _observation(outcome, described)


def _read_connection(described: Mapping[str, Any], where: str) -> tuple[Connection, Payload]:
    if not isinstance(described, Mapping):
        raise InputError("a connection is not a mapping", where=where, mend="write {} at least")
    host = described.get("host", DEFAULT_HOST)
    payload: Payload
    if "raw" in described:
        payload = str(described["raw"]).encode("latin-1", "replace")
    else:
        payload = Request(
            method=str(described.get("method", "GET")),
            authority=host,
            path=str(described.get("path", "/")),
            http=_http_version(described.get("http", "1.1"), where),
            headers=tuple((str(n), str(v)) for n, v in described.get("headers") or ()),
        )
    headers = _proxy_headers(described.get("proxy"))
    inside = bool(described.get("proxy_in_tls"))
    return Connection(
        source_ip=str(described.get("source", DEFAULT_SOURCE)),
        destination_ip=POD_IP,
        destination_port=int(described.get("port", 8080)),
        proxy=() if inside else headers,
        tls=_client_hello(described, host) if described.get("tls") else None,
        proxy_in_tls=headers if inside else (),
    ), payload


def _http_version(value: Any, where: str) -> Any:
    if str(value) not in ("1.0", "1.1", "2"):
        raise InputError(f"http is {value!r}", where=where, mend='use "1.0", "1.1" or "2"')
    return str(value)


def _client_hello(described: Mapping[str, Any], host: str | None) -> ClientHello:
    """Make the ClientHello; without ``sni`` its server name is the host without its port."""
    if "sni" in described:
        server_name = described["sni"]
    else:
        server_name = (host or DEFAULT_HOST).rsplit(":", 1)[0]
    return ClientHello(
        server_name=server_name,
        alpn=tuple(described.get("alpn") or ()),
        min_version=described.get("tls_min") or _lowest(described.get("tls_max")),
        max_version=described.get("tls_max") or "1.3",
    )


def _lowest(highest: str | None) -> Any:
    """Return the lowest version offered: a client limited to an old one offers just that."""
    return highest if highest is not None and highest < "1.2" else "1.2"


def _proxy_headers(described: Any) -> tuple[ProxyHeader, ...]:
    if described is None:
        return ()
    several = described if isinstance(described, list) else [described]
    return tuple(_proxy_header(each) for each in several)


def _proxy_header(described: Mapping[str, Any]) -> ProxyHeader:
    if "raw" in described:
        return ProxyHeader(version=1, malformed=str(described["raw"]))
    version = 1 if described.get("version") == 1 else 2
    command = described.get("command", "PROXY")
    if described.get("unknown"):
        command = "UNKNOWN"
    return ProxyHeader(
        version=version,  # type: ignore[arg-type]
        command=command,
        source_ip=described.get("src"),
        source_port=int(described.get("sport", 40000)),
        destination_ip=described.get("dst"),
        destination_port=int(described.get("dport", 443)),
    )


def _observation(outcome: Outcome, described: Mapping[str, Any]) -> dict[str, Any]:
    seen: dict[str, Any] = {"connection": outcome.ending}
    for name in ("tls_error", "status", "location", "server", "client", "alt_svc", "why"):
        value = getattr(outcome, name)
        if value is not None:
            seen[name] = value
    if outcome.tls is not None:
        seen["tls"] = outcome.tls
        seen["alpn"] = outcome.alpn
    if outcome.upstream is not None:
        seen["upstream"] = _upstream(outcome.upstream, described)
    return seen


def _upstream(upstream: UpstreamRequest, described: Mapping[str, Any]) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    for name, value in upstream.headers:
        if name in headers:
            lines = headers[name] if isinstance(headers[name], list) else [headers[name]]
            headers[name] = [*lines, value]
        else:
            headers[name] = value
    if "x-request-id" in headers:
        sent = any(str(n).lower() == "x-request-id" for n, _ in described.get("headers") or ())
        kept = headers["x-request-id"] != NEW_REQUEST_ID
        headers["x-request-id"] = "kept" if kept else "replaced"
        if not sent:
            del headers["x-request-id"]
    seen = {"path": upstream.path, "host": upstream.host, "headers": headers}
    if upstream.who == "diagd":
        seen["who"] = "diagd"
    return seen
