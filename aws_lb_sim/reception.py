"""What reaches an Emissary pod → what Emissary does: the first of the two fixed interfaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aws_lb_sim._described import read_connection
from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.envoy.connection import evaluate
from aws_lb_sim.envoy.forwarding import NEW_REQUEST_ID
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import EnvoyConfig
    from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest

__all__ = ["receive"]


def receive(
    manifests: Sequence[Mapping[str, Any] | None],
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
        ``port`` of the pod (8080), ``source`` address (127.0.0.9), ``proxy`` header
        (or a list of them: ``version``, ``command``, ``src``, ``sport``, ``dst``,
        ``dport``, ``unknown``, ``tlvs``, or ``raw`` text), ``split``,
        ``proxy_in_tls``, ``tls`` (false), ``sni`` (the host without its port; None
        sends none), ``alpn``, ``tls_min``, ``tls_max``, ``http`` (``"1.1"``),
        ``host`` (shop.example.com; None sends none), ``method`` (GET), ``path`` (/),
        ``headers`` as pairs in order, ``raw`` bytes in place of a request (empty for
        a bare connect), ``wait`` in seconds (3), ``closes`` (false): the client ends its
        side once it has sent.
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
        if data is not None  # an empty document between two lines of ---
    ]
    compiled = compile_documents(
        documents, emissary_version=emissary_version, missing_secrets=missing_secrets
    )
    return [_observe(compiled.config, each, number) for number, each in enumerate(connections, 1)]


def _document(data: object, index: int) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise InputError(
            f"a document is {type(data).__name__}, not a mapping",
            where=f"manifests, document {index}",
            mend="give Kubernetes documents as yaml.safe_load_all reads them",
        )
    return dict(data)


def _observe(config: EnvoyConfig, described: object, number: int) -> dict[str, Any]:
    read = read_connection(described, f"connections, item {number}")
    outcome = evaluate(config, read.connection, read.payload, wait=read.wait, closes=read.closes)
    return _observation(outcome, sent_request_id=read.sends_request_id)


def _observation(outcome: Outcome, *, sent_request_id: bool) -> dict[str, Any]:
    seen: dict[str, Any] = {"connection": outcome.ending}
    for name in ("tls_error", "status", "location", "server", "client", "alt_svc", "why"):
        value = getattr(outcome, name)
        if value is not None:
            seen[name] = value
    if outcome.tls is not None:
        seen["tls"] = outcome.tls
        seen["alpn"] = outcome.alpn
    if outcome.upstream is not None:
        seen["upstream"] = _upstream(outcome.upstream, sent_request_id=sent_request_id)
    return seen


def _upstream(upstream: UpstreamRequest, *, sent_request_id: bool) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    for name, value in upstream.headers:
        if name in headers:
            lines = headers[name] if isinstance(headers[name], list) else [headers[name]]
            headers[name] = [*lines, value]
        else:
            headers[name] = value
    request_id = headers.pop("x-request-id", None)
    if request_id is not None and sent_request_id:
        headers["x-request-id"] = "replaced" if request_id == NEW_REQUEST_ID else "kept"
    seen = {"path": upstream.path, "host": upstream.host, "headers": headers}
    if upstream.who == "diagd":
        seen["who"] = "diagd"
    return seen
