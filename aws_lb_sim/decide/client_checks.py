"""Whom Emissary takes for the client, whom it can be made to take, and what the app is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.decide.probes import CLIENT, FORGED_SCHEME, FORGERIES, HTTPS
from aws_lb_sim.decide.requirement import Verdict
from aws_lb_sim.decide.words import arrives, ending, owner

if TYPE_CHECKING:
    from aws_lb_sim.decide.candidate import Candidate
    from aws_lb_sim.flow import Exchange

__all__ = ["forwarded_proto", "real_client_ip", "unforgeable_client_ip"]

_SCHEME = "x-forwarded-proto"


def real_client_ip(candidate: Candidate) -> Verdict:
    """Tell whether Emissary takes the true client for the client."""
    behaviour = candidate.behaviour
    exchange = behaviour.exchange(HTTPS)
    believed = _believed(exchange)
    if believed is None:
        why = f"Emissary reads no request: {ending(exchange)}"
        return Verdict(holds=False, reason=why, evidence=exchange)
    if believed == CLIENT:
        why = f"Emissary takes the true client {CLIENT} for the client"
        return Verdict(holds=True, reason=why, evidence=exchange)
    why = (
        f"Emissary takes {owner(behaviour.cluster, believed)} {believed} for the client"
        f"{_lost(exchange)}"
    )
    return Verdict(holds=False, reason=why, evidence=exchange)


def unforgeable_client_ip(candidate: Candidate) -> Verdict:
    """Tell whether no forged header changes whom Emissary takes for the client."""
    honest = real_client_ip(candidate)
    if not honest.holds:
        return honest
    behaviour = candidate.behaviour
    for forgery in FORGERIES:
        exchange = behaviour.exchange(forgery)
        believed = _believed(exchange)
        # No request read: the forgery was refused, or answered before it came to Emissary.
        if believed not in (None, CLIENT):
            why = f"{forgery.words} makes Emissary take {believed} for the client"
            return Verdict(holds=False, reason=why, evidence=exchange)
    why = f"{len(FORGERIES)} forgeries (X-Forwarded-For, PROXY headers) change nothing"
    return Verdict(holds=True, reason=why, evidence=behaviour.exchange(FORGERIES[0]))


def forwarded_proto(candidate: Candidate) -> Verdict:
    """Tell whether the app is told https, and only of requests that came over https."""
    behaviour = candidate.behaviour
    exchange = behaviour.exchange(HTTPS)
    told = _told(exchange)
    if told != "https":
        said = "no request" if exchange.upstream_headers is None else f"X-Forwarded-Proto: {told}"
        why = f"the service gets {said} for a request over https: {arrives(exchange)}"
        return Verdict(holds=False, reason=why, evidence=exchange)
    lie = behaviour.exchange(FORGED_SCHEME)
    if _told(lie) == "https":
        why = f"{FORGED_SCHEME.words} reaches the service as https"
        return Verdict(holds=False, reason=why, evidence=lie)
    why = "the service gets X-Forwarded-Proto: https, and no client can claim it over http"
    return Verdict(holds=True, reason=why, evidence=exchange)


def _believed(exchange: Exchange) -> str | None:
    return exchange.emissary.client_ip if exchange.emissary else None


def _told(exchange: Exchange) -> str | None:
    headers = exchange.upstream_headers or ()
    return next((value for name, value in headers if name.lower() == _SCHEME), None)


def _lost(exchange: Exchange) -> str:
    """Say by which rule the client's address was lost on the way."""
    for hop in reversed(exchange.hops):
        for step in hop.steps:
            if step.subject == "source address" and step.action == "rewritten":
                return f": {step.rule.text[0].lower()}{step.rule.text[1:].rstrip('.')}"
    return ""
