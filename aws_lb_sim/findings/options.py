"""Options that are written down and have no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.places import document_of, ignores_remote_address, module_where
from aws_lb_sim.findings.registry import Hazard, cluster_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS"]

NO_EFFECT = Hazard(
    code="option-without-effect",
    severity="warning",
    summary="An option that Emissary has not read since 2.0 is set.",
    message="{option} has had no effect since Emissary 2.0: {instead}",
    fix="remove {option}",
    source="observed with Emissary 3.3 and 4.1; emissary-ingress "
    "python/ambassador/envoy/v3/v3listener.py@3.3.0",
)
REMOTE_ADDRESS_OFF = Hazard(
    code="use-remote-address-off",
    severity="warning",
    summary="use_remote_address: false: what a client writes about itself goes further.",
    message="use_remote_address: false in the Module: Emissary takes the (l7Depth + 1)-th entry "
    "from the right of X-Forwarded-For for the client, keeps a client's X-Forwarded-Proto at "
    "l7Depth 0 too, passes a forged X-Envoy-External-Address on, and adds no address of its own",
    fix="remove use_remote_address: false, and set l7Depth to the number of L7 proxies in front",
    source="Envoy source/common/http/conn_manager_utility.cc; observed with Emissary 3.3 and 4.1",
)
IP_FILTERS = Hazard(
    code="ip-filters-both",
    severity="warning",
    summary="ip_allow and ip_deny are both given: only ip_allow counts.",
    message="the Module has ip_allow and ip_deny: Emissary reads ip_allow alone",
    fix="leave one of the two",
    source="emissary-ingress python/ambassador/ir/irambassador.py@3.3.0; observed",
)

_MODULE = {
    "use_proxy_proto": (
        "no Listener expects a PROXY header because of it",
        (
            "remove it; give each Listener that gets PROXY headers protocolStack: "
            "[PROXY, TLS, HTTP, TCP] (without TLS where TLS does not end at Emissary)"
        ),
    ),
    "xff_num_trusted_hops": (
        "no entry of X-Forwarded-For is trusted because of it",
        "remove it; set l7Depth: {value} in each Listener behind that many L7 proxies",
    ),
    "x_forwarded_proto_redirect": (
        "nothing is redirected because of it",
        "remove it; set requestPolicy.insecure.action: Redirect in each Host",
    ),
}


@cluster_check(NO_EFFECT, inputs=("Module", "release", "documents"))
def module_options(cluster: Cluster) -> Iterator[Finding]:
    """Look for options of the Module that were replaced by Listener and Host in 2.0."""
    if not cluster.compiled.release.has_listeners:
        return
    module = cluster.compiled.resources.module
    for option, (instead, fix) in _MODULE.items():
        value = module.get(option)
        if value:
            yield NO_EFFECT.found(
                where=module_where(cluster, option),
                fix=fix.format(value=value),
                option=f"{option} in the Module",
                instead=instead,
            )


@cluster_check(NO_EFFECT, inputs=("TLSContexts", "Hosts", "release", "documents"))
def ports_of_cleartext(cluster: Cluster) -> Iterator[Finding]:
    """Look for redirect_cleartext_from and additionalPort, which open and redirect nothing."""
    if not cluster.compiled.release.has_listeners:
        return
    for context in cluster.compiled.resources.tls_contexts:
        if context.spec.get("redirect_cleartext_from"):
            document = document_of(cluster, "TLSContext", context.name, context.namespace)
            yield NO_EFFECT.found(
                where=document.where("spec", "redirect_cleartext_from") if document else "",
                fix="remove it; set requestPolicy.insecure.action: Redirect in the Host, and let a "
                "Listener with securityModel: XFP (or INSECURE, for a port of cleartext alone) "
                "take that port",
                option=f"redirect_cleartext_from in TLSContext {context.name}",
                instead="whether a request is redirected is up to the Host and the Listener's "
                "securityModel, not to the port",
            )
    for host in cluster.compiled.resources.hosts:
        if (host.additional_port or 0) > 0 and host.document is not None:
            yield NO_EFFECT.found(
                where=host.document.where("spec", "requestPolicy", "insecure", "additionalPort"),
                fix=f"remove it; add a Listener with port: {host.additional_port} if it is wanted",
                option=f"additionalPort in Host {host.namespace}/{host.name}",
                instead="only Listeners open ports",
            )


@cluster_check(
    REMOTE_ADDRESS_OFF, IP_FILTERS, inputs=("Module", "Envoy configuration", "documents")
)
def module_trust(cluster: Cluster) -> Iterator[Finding]:
    """Look for Module options that change whom Emissary believes."""
    module = cluster.compiled.resources.module
    if ignores_remote_address(cluster):
        yield REMOTE_ADDRESS_OFF.found(where=module_where(cluster, "use_remote_address"))
    if module.get("ip_allow") and module.get("ip_deny"):
        yield IP_FILTERS.found(where=module_where(cluster, "ip_deny"))


CHECKS = (module_options, ports_of_cleartext, module_trust)
