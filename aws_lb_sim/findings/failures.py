"""Requests that fail at Emissary or on the way, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.findings.places import envoy_listener, host_of, module_where
from aws_lb_sim.findings.registry import Hazard, flow_check
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow

__all__ = ["CHECKS", "FAILED", "explain_failure"]

_OBSERVED = "observed with Emissary 3.3 and 4.1"
_LOWEST_FAILURE = 400

NO_HOST = Hazard(
    code="host-not-served",
    severity="error",
    summary="No Host covers the Host header that arrives.",
    message="{url}: Emissary answers 404, since none of its Hosts covers {authority}{why}",
    fix="add a Host (and a Mapping) with hostname: {authority}",
    source=f"Envoy API config.route.v3.VirtualHost.domains; {_OBSERVED}",
)
NO_MAPPING = Hazard(
    code="path-not-mapped",
    severity="error",
    summary="No Mapping of the Host takes the request.",
    message="{url}: Emissary answers 404, since no Mapping attached to Host {host} takes {path}",
    fix="add a Mapping with that prefix and hostname: {host}",
    source=f"Envoy source/common/router/config_impl.cc; {_OBSERVED}",
)
REJECTED = Hazard(
    code="insecure-rejected",
    severity="info",
    summary="An insecure request is answered 404, as the Host's action Reject asks for.",
    message="{url}: Emissary takes the request for insecure, and the Host's "
    "requestPolicy.insecure.action is Reject: 404",
    fix="set action: Redirect in the Host to send clients to https",
    source=f"emissary-ingress python/ambassador/envoy/v3/v3listener.py@3.3.0; {_OBSERVED}",
)
IP_REFUSED = Hazard(
    code="client-refused-by-ip-filter",
    severity="info",
    summary="ip_allow or ip_deny refuses the client.",
    message="{url}: Emissary takes {client} for the client, and the Module's ip_allow or ip_deny "
    "refuses it: 403",
    fix="change the Module's list, or the way in which the client's address gets to Emissary",
    source=f"Envoy RBAC filter; {_OBSERVED}",
)
FAILED = Hazard(
    code="request-failed",
    severity="error",
    summary="The request fails, for a reason that no other finding names.",
    message="{url} fails at the {box}: {what}",
    fix="see the steps of the flow",
    source="the steps of the flow name their rules",
)


@flow_check(
    NO_HOST,
    NO_MAPPING,
    REJECTED,
    IP_REFUSED,
    inputs=("flow", "Envoy configuration", "Hosts", "documents"),
)
def emissary_answers(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Explain a 404 or 403 that Emissary answers."""
    exchange = flow.exchanges[-1]
    arrived = exchange.hops[-1].payload
    if exchange.answered_by != "emissary" or not isinstance(arrived, Request):
        return
    ids = {step.rule.id for step in exchange.ending.steps}
    authority = arrived.authority or "(no Host header)"
    host = host_of(cluster, envoy_listener(cluster, exchange), authority)
    view = exchange.emissary
    if rules.NO_VIRTUAL_HOST.id in ids:
        port = authority.rpartition(":")[2]
        why = fix = None
        if port.isdigit() and ":" in authority:
            bare = authority.rpartition(":")[0]
            why = ": the port counts in the comparison"
            fix = (
                "ask on the default port, or set strip_matching_host_port: true in the Module (it "
                f"removes the Listener's own port alone), or add a Host for {authority} beside "
                f"{bare}"
            )
        yield NO_HOST.found(fix=fix, url=exchange.url, authority=authority, why=why or "")
    elif rules.NO_ROUTE.id in ids:
        hostname = host.hostname if host is not None else "*"
        insecure = view is not None and view.secure is False
        rejected = insecure and host is not None and host.insecure_action == "Reject"
        field = ("spec", "requestPolicy", "insecure", "action") if rejected else ("spec",)
        where = host.document.where(*field) if host and host.document else ""
        hazard = REJECTED if rejected else NO_MAPPING
        yield hazard.found(where=where, url=exchange.url, host=hostname, path=arrived.path)
    elif rules.IP_REFUSED.id in ids:
        client = view.client_ip if view else ""
        yield IP_REFUSED.found(where=module_where(cluster), url=exchange.url, client=client)


def explain_failure(flow: Flow, found: Iterable[Finding]) -> Iterator[Finding]:
    """Say that a request fails, where nothing that was found is about a request.

    Parameters
    ----------
    flow
        What happened.
    found
        All other findings.
    """
    exchange = flow.exchanges[-1]
    status = exchange.answer.status
    fails = status is None or status >= _LOWEST_FAILURE
    explained = any(each.code in _EXPLAIN for each in found)
    if fails and not flow.redirect_loop and not explained:
        yield FAILED.found(url=exchange.url, box=exchange.answered_by, what=_what(exchange))


# What makes requests fail; the other findings may be there all the same.
_EXPLAIN = frozenset(
    (
        NO_HOST.code,
        NO_MAPPING.code,
        REJECTED.code,
        IP_REFUSED.code,
        "alpn-policy-refuses",
        "attribute-not-supported",
        "configuration-refused",
        "controller-error",
        "http2-not-negotiated",
        "insecure-port-closed",
        "listener-ignored",
        "listener-not-opened",
        "load-balancer-port-closed",
        "no-load-balancer",
        "node-without-pod",
        "pod-port-closed",
        "protocol-version-mismatch",
        "proxy-after-tls",
        "proxy-protocol-missing",
        "proxy-protocol-not-expected",
        "server-name-not-served",
        "tls-not-served",
        "tls-version-refused",
        "websocket-refused",
    )
)


def _what(exchange: Exchange) -> str:
    ending = exchange.ending
    status = f"HTTP {ending.status}" if ending.status else ending.result.replace("-", " ")
    return f"{status}, {ending.reason}" if ending.reason else status


CHECKS = (emissary_answers,)
