"""Where TLS ends, and who therefore has a say in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.decide.facts import of_entrance
from aws_lb_sim.decide.probes import CLIENT, HTTPS, OLD_TLS, opening
from aws_lb_sim.decide.requirement import Verdict
from aws_lb_sim.decide.sources import EMISSARY_HOST
from aws_lb_sim.decide.words import arrival, box, cleartext_hop, ending, tls_ends

if TYPE_CHECKING:
    from aws_lb_sim.decide.candidate import Candidate

__all__ = ["acm_certificates", "client_certificates", "end_to_end", "tls_options"]

_OK = 200


def acm_certificates(candidate: Candidate) -> Verdict:
    """Tell whether the client's TLS ends at a box that can show a certificate of ACM."""
    behaviour = candidate.behaviour
    exchange = behaviour.exchange(HTTPS)
    ends = exchange.tls_terminated_at
    if ends and ends[0] in ("load-balancer", "cloudfront"):
        fact = of_entrance("acm-certificates", behaviour.cluster)
        return Verdict(holds=fact.holds, reason=fact.reason, source=fact.source, evidence=exchange)
    if not ends:
        why = f"no TLS ends at the load balancer: {ending(exchange)}"
        return Verdict(holds=False, reason=why, evidence=exchange)
    why = f"the client's TLS ends at {box(ends[0])}, whose certificate is a Secret, not ACM's"
    return Verdict(holds=False, reason=why, source=EMISSARY_HOST, evidence=exchange)


def end_to_end(candidate: Candidate) -> Verdict:
    """Tell whether every connection from the client to Emissary is encrypted."""
    exchange = candidate.behaviour.exchange(HTTPS)
    if arrival(exchange) is None or exchange.answer.status != _OK:
        why = f"a request over https is not served: {ending(exchange)}"
        return Verdict(holds=False, reason=why, evidence=exchange)
    hop = cleartext_hop(exchange)
    if hop is None:
        why = "every connection from the client to Emissary is TLS"
        return Verdict(holds=True, reason=why, evidence=exchange)
    why = f"cleartext from {box(hop.source)} to {box(hop.target)}: {tls_ends(exchange)}"
    return Verdict(holds=False, reason=why, evidence=exchange)


def client_certificates(candidate: Candidate) -> Verdict:
    """Tell whether the client's own TLS session, and so its certificate, reaches Emissary."""
    behaviour = candidate.behaviour
    exchange = behaviour.exchange(HTTPS)
    hop = arrival(exchange)
    sent = opening(HTTPS, behaviour.host, behaviour.cluster.destination(CLIENT)).connection.tls
    # A box that passes TLS through hands on the very same session.
    if hop is not None and hop.connection.tls is sent and "emissary" in exchange.tls_terminated_at:
        why = "the client's own TLS session reaches Emissary, which can demand its certificate"
        return Verdict(holds=True, reason=why, source=EMISSARY_HOST, evidence=exchange)
    why = f"Emissary never sees the client's certificate: {tls_ends(exchange)}"
    return Verdict(holds=False, reason=why, source=EMISSARY_HOST, evidence=exchange)


def tls_options(candidate: Candidate) -> Verdict:
    """Tell whether what a Host says of TLS binds clients, by asking for TLS 1.3 and sending 1.2."""
    behaviour = candidate.behaviour
    honest = behaviour.exchange(HTTPS)
    if honest.answer.status != _OK:
        why = f"a request over https is not served: {ending(honest)}"
        return Verdict(holds=False, reason=why, evidence=honest)
    exchange = behaviour.with_tls_1_3_demanded(OLD_TLS)
    if exchange.answer.result == "tls-error" and exchange.answered_by == "emissary":
        why = "where a Host asks for TLS 1.3, Emissary refuses a client that speaks TLS 1.2 at most"
        return Verdict(holds=True, reason=why, source=EMISSARY_HOST, evidence=exchange)
    why = (
        "a Host's TLS options do not bind clients (where it asks for TLS 1.3, one that speaks 1.2 "
        f"at most is served): {tls_ends(exchange)}"
    )
    return Verdict(holds=False, reason=why, source=EMISSARY_HOST, evidence=exchange)
