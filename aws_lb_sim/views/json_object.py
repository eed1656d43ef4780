"""A flow as plain dicts and lists, which is what the command line prints as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aws_lb_sim.network.request import Request
from aws_lb_sim.views.words import address

if TYPE_CHECKING:
    from aws_lb_sim.flow import Exchange, Flow, Hop
    from aws_lb_sim.network.box import Answer, Step
    from aws_lb_sim.network.connection import Connection, ProxyHeader
    from aws_lb_sim.network.request import Headers

__all__ = ["to_json_object"]


def to_json_object(flow: Flow) -> dict[str, Any]:
    """Return a flow as an object that JSON can hold.

    Parameters
    ----------
    flow
        What happened.

    Returns
    -------
    dict
        ``result``, ``status``, ``location``, ``reason`` and ``hops`` are of the
        first request; ``exchanges`` has one object for each request of a client
        that follows redirects. ``upstream_headers`` maps lower-case names to the
        value, or to a list where a header came in several lines.
    """
    return {
        "result": flow.result,
        "status": flow.status,
        "location": flow.location,
        "reason": flow.answer.reason,
        "redirect_loop": flow.redirect_loop,
        "final_status": flow.final_status,
        "client_ip": flow.emissary_client_ip,
        "client_ip_is_right": {"right": True, "wrong": False}.get(flow.client_address),
        "peer_ip": flow.peer_ip,
        "secure": flow.secure,
        "tls_terminated_at": list(flow.tls_terminated_at),
        "upstream_headers": _by_name(flow.upstream_headers),
        "hops": [_hop(hop) for hop in flow.hops],
        "exchanges": [_exchange(exchange) for exchange in flow.exchanges],
        "findings": [asdict(finding) for finding in flow.findings],
    }


def _by_name(headers: Headers | None) -> dict[str, str | list[str]] | None:
    if headers is None:
        return None
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        lines.setdefault(name.lower(), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in lines.items()}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    return {
        "url": exchange.url,
        "result": answer.result,
        "status": answer.status,
        "location": answer.location,
        "reason": answer.reason,
        "headers": [list(header) for header in answer.headers],
        "answered_by": exchange.answered_by,
        "steps": [_step(step) for step in answer.steps],
        "cause": _cause(exchange.cause),
        "emissary": asdict(exchange.emissary) if exchange.emissary else None,
        "hops": [_hop(hop) for hop in exchange.hops],
    }


def _cause(cause: Answer | None) -> dict[str, Any] | None:
    """Return what the box did of which another made the answer."""
    if cause is None:
        return None
    steps = [_step(step) for step in cause.steps]
    return {"result": cause.result, "status": cause.status, "reason": cause.reason, "steps": steps}


def _hop(hop: Hop) -> dict[str, Any]:
    link, payload = hop.connection, hop.payload
    request = payload if isinstance(payload, Request) else None
    return {
        "from": hop.source,
        "to": hop.target,
        "source": address(link.source_ip, link.source_port),
        "destination": address(link.destination_ip, link.destination_port),
        "proxy": _proxy(link),
        "tls": {"sni": link.tls.server_name, "alpn": list(link.tls.alpn)} if link.tls else None,
        "http": request.http if request else None,
        "method": request.method if request else None,
        "authority": request.authority if request else None,
        "path": request.path if request else None,
        "headers": [list(header) for header in request.headers] if request else None,
        "bytes": payload.hex() if isinstance(payload, bytes) else None,
        "steps": [_step(step) for step in hop.steps],
    }


def _proxy(link: Connection) -> list[dict[str, Any]]:
    outside = [_proxy_header(header, inside_tls=False) for header in link.proxy]
    return outside + [_proxy_header(header, inside_tls=True) for header in link.proxy_in_tls]


def _proxy_header(header: ProxyHeader, *, inside_tls: bool) -> dict[str, Any]:
    words = asdict(header)
    words["tlvs"] = [[kind, value.hex()] for kind, value in header.tlvs]
    return {**words, "inside_tls": inside_tls}


def _step(step: Step) -> dict[str, Any]:
    return {
        "action": step.action,
        "subject": step.subject,
        "before": step.before,
        "after": step.after,
        "rule": step.rule.id,
        "source": step.rule.source,
    }
