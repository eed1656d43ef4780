"""The box of Emissary: Envoy's outcome as a hop to the service, or as an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.connection import evaluate
from aws_lb_sim.network.box import Answer, Forward, Payload, Result, Step
from aws_lb_sim.network.connection import ClientHello, Connection
from aws_lb_sim.network.request import Request
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import EnvoyConfig
    from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest

__all__ = ["GIVES_UP", "UPSTREAM_TLS", "visit"]

UPSTREAM_TLS = Rule(
    "emissary.upstream-tls",
    "A service written https:// is reached over a new TLS session.",
    "Emissary documentation, TLS origination (Mapping service with https://)",
)
GIVES_UP = Rule(
    "client.alpn",
    "A client that offers h2 and http/1.1 speaks HTTP/1.1 where Emissary negotiates nothing; one "
    "that accepts h2 alone, as gRPC clients do, gives up.",
    "RFC 7301, section 3.2; Emissary negotiates ALPN only if alpn_protocols is set (observed)",
)
_RESULTS: dict[str, Result] = {
    "http": "response",
    "refused": "connection-refused",
    "closed": "connection-closed",
    "tls-failed": "tls-error",
    "timeout": "timeout",
    "config-rejected": "connection-refused",
}
_REASONS = {
    "refused": "nothing listens on this port of the pod",
    "closed": "Emissary closed the connection without an answer",
    "tls-failed": "the TLS handshake with Emissary failed",
    "timeout": "nothing was sent that Emissary could answer",
    "config-rejected": "Envoy refuses the configuration",
}
_NO_H2 = Answer(
    result="tls-error",
    reason="the client accepts HTTP/2 only, and Emissary negotiated no h2 (alpn_protocols)",
    steps=(Step("refused", "ALPN", "h2", None, GIVES_UP),),
)
_UPSTREAM_HELLO = ClientHello()
_UPSTREAM_STEP = Step("encrypted", "TLS", None, "to the service", UPSTREAM_TLS)


def visit(
    config: EnvoyConfig, connection: Connection, payload: Payload, service_ip: str
) -> tuple[Forward | Answer, Outcome | None]:
    """Hand a connection to Emissary.

    Parameters
    ----------
    config
        What Emissary compiled its resources to.
    connection, payload
        As they reach the pod.
    service_ip
        Address of the service behind it.

    Returns
    -------
    tuple
        (what goes on to the service, or the answer; Envoy's outcome, None where the
        client gave up before it sent a request).

    Examples
    --------
    >>> from aws_lb_sim.envoy.listener import EnvoyConfig
    >>> arriving = Connection(
    ...     source_ip="10.0.1.10", destination_ip="10.0.3.30", destination_port=1
    ... )
    >>> visit(EnvoyConfig(listeners={}), arriving, None, "10.0.4.40")[0].result
    'connection-refused'
    """
    spoken = _spoken(config, connection, payload)
    if spoken is None:
        return _NO_H2, None
    outcome = evaluate(config, connection, spoken)
    if outcome.upstream is not None and outcome.upstream.who == "upstream":
        return _forward(connection, outcome, outcome.upstream, service_ip), outcome
    return _answer(outcome), outcome


def _spoken(config: EnvoyConfig, connection: Connection, payload: Payload) -> Payload | None:
    """Choose the HTTP version that a client speaks after ALPN; None where it gives up."""
    hello = connection.tls
    if hello is None or not isinstance(payload, Request) or payload.http != "2":
        return payload if payload is not None else b""
    listener = config.listeners.get(connection.destination_port)
    chain = listener.tls_chain(hello.server_name) if listener else None
    if not (hello.alpn and hello.obeys_alpn) or chain is None or chain.tls is None:
        return payload
    if chain.tls.agree(hello.alpn) == "h2":
        return payload
    return replace(payload, http="1.1") if "http/1.1" in hello.alpn else None


def _forward(
    connection: Connection,
    outcome: Outcome,
    upstream: UpstreamRequest,
    service_ip: str,
) -> Forward:
    secure = upstream.service.startswith("https://")
    port = upstream.service.rpartition(":")[2]
    to_port = int(port) if port.isdigit() else (443 if secure else 80)
    return Forward(
        connection=Connection(
            source_ip=connection.destination_ip,
            destination_ip=service_ip,
            destination_port=to_port,
            tls=_UPSTREAM_HELLO if secure else None,
        ),
        payload=Request(
            method=upstream.method,
            authority=upstream.host,
            path=upstream.path,
            headers=upstream.headers,
        ),
        steps=(*outcome.steps, _UPSTREAM_STEP) if secure else outcome.steps,
    )


def _answer(outcome: Outcome) -> Answer:
    headers = tuple(
        (name, value)
        for name, value in (
            ("location", outcome.location),
            ("server", outcome.server),
            ("alt-svc", outcome.alt_svc),
        )
        if value is not None
    )
    reason = _REASONS.get(outcome.ending, "")
    detail = outcome.tls_error or outcome.why
    return Answer(
        result=_RESULTS[outcome.ending],
        status=outcome.status,
        headers=headers,
        reason=f"{reason}: {detail}" if reason and detail else reason or detail or "",
        steps=outcome.steps,
    )
