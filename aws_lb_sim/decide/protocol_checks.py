"""What a client can speak: http and https, HTTP/2, WebSocket, gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.decide.probes import GRPC, HTTP, HTTP2_ONLY, HTTPS, WEBSOCKET
from aws_lb_sim.decide.requirement import Verdict
from aws_lb_sim.decide.words import arrival, arrives, box, ending
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.decide.candidate import Candidate
    from aws_lb_sim.flow import Exchange, Flow

__all__ = ["grpc", "http2", "redirects", "serves", "websocket"]

_OK, _SWITCHING = 200, 101
_REDIRECTS = frozenset({301, 302, 307, 308})


def serves(candidate: Candidate) -> Verdict:
    """Tell whether a plain request over https is answered by the service."""
    flow = candidate.behaviour.flow(HTTPS)
    last = flow.exchanges[-1]
    if flow.redirect_loop:
        return Verdict(holds=False, reason=_loop(flow), evidence=last)
    if flow.final_status == _OK and last.answered_by == "service":
        return Verdict(holds=True, reason="a request over https is answered 200", evidence=last)
    why = f"a request over https is not served: {ending(last)}"
    return Verdict(holds=False, reason=why, evidence=last)


def redirects(candidate: Candidate) -> Verdict:
    """Tell whether http leads to https, and https is not sent round in circles."""
    flow = candidate.behaviour.flow(HTTP)
    first, last = flow.exchanges[0], flow.exchanges[-1]
    if flow.redirect_loop:
        return Verdict(holds=False, reason=_loop(flow), evidence=last)
    if first.answer.status not in _REDIRECTS:
        why = f"http is not redirected: {ending(first)}"
        return Verdict(holds=False, reason=why, evidence=first)
    if flow.final_status != _OK or not last.url.startswith("https:"):
        why = f"http is redirected to {last.url}, but there {ending(last)}"
        return Verdict(holds=False, reason=why, evidence=last)
    why = f"{box(first.answered_by)} answers {first.answer.status} to http, and https is served"
    return Verdict(holds=True, reason=why, evidence=first)


def http2(candidate: Candidate) -> Verdict:
    """Tell whether a client that speaks nothing but HTTP/2 is served."""
    exchange = candidate.behaviour.exchange(HTTP2_ONLY)
    if exchange.answer.status == _OK:
        where = box(exchange.tls_terminated_at[0]) if exchange.tls_terminated_at else "Emissary"
        return Verdict(
            holds=True, reason=f"{where} agrees on h2 with the client", evidence=exchange
        )
    why = f"{HTTP2_ONLY.words} is not served: {ending(exchange)}"
    return Verdict(holds=False, reason=why, evidence=exchange)


def websocket(candidate: Candidate) -> Verdict:
    """Tell whether a WebSocket handshake over wss is answered 101."""
    exchange = candidate.behaviour.exchange(WEBSOCKET)
    if exchange.answer.status == _SWITCHING:
        return Verdict(holds=True, reason="the upgrade is answered 101", evidence=exchange)
    lost = exchange.answer.status == _OK
    how = "what comes to the service is no longer a handshake" if lost else ending(exchange)
    why = f"the upgrade to WebSocket fails: {how}"
    return Verdict(holds=False, reason=why, evidence=exchange)


def grpc(candidate: Candidate) -> Verdict:
    """Tell whether a gRPC call comes to Emissary as HTTP/2, and is answered."""
    exchange = candidate.behaviour.exchange(GRPC)
    if exchange.answer.status != _OK:
        why = f"a gRPC call fails: {ending(exchange)}"
        return Verdict(holds=False, reason=why, evidence=exchange)
    version = _version_at_emissary(exchange)
    if version != "2":
        why = f"a gRPC call comes to Emissary as HTTP/{version}, without its trailers"
        return Verdict(holds=False, reason=why, evidence=exchange)
    why = "a gRPC call comes to Emissary as HTTP/2"
    return Verdict(holds=True, reason=why, evidence=exchange)


def _version_at_emissary(exchange: Exchange) -> str:
    hop = arrival(exchange)
    return hop.payload.http if hop and isinstance(hop.payload, Request) else "none"


def _loop(flow: Flow) -> str:
    last = flow.exchanges[-1]
    who = box(last.answered_by)
    if last.answered_by == "emissary":
        return (
            f"redirect loops because Emissary takes {last.url} for insecure and redirects it to "
            f"itself: {arrives(last)}"
        )
    return f"redirect loops because {who} redirects {last.url} to itself"
