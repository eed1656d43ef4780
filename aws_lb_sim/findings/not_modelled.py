"""What documents ask for and the simulation leaves out, said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.findings.registry import Hazard, cluster_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["CHECKS", "LEFT_OUT"]

NOT_MODELLED = Hazard(
    code="not-modelled",
    severity="info",
    summary="Something that the documents ask for is left out of the simulation.",
    message="not modelled: {what}",
    fix="",
    source="what is and is not modelled",
)
SPLIT = Hazard(
    code="traffic-split-not-simulated",
    severity="info",
    summary="Mappings split the requests by weight: one way alone is followed.",
    message="not modelled: Mappings {names} split the requests by weight: the flow goes to the one "
    "with the largest share",
    fix="",
    source="emissary-ingress python/ambassador/ir/irhttpmappinggroup.py@3.3.0",
)

_KINDS = {
    "AuthService": "AuthService: no request is refused, or changed, by it",
    "RateLimitService": "RateLimitService: no request is limited",
    "LogService": "LogService",
    "TracingService": "TracingService: no tracing headers are added",
    "ConsulResolver": "ConsulResolver: every upstream is there",
    "KubernetesEndpointResolver": "KubernetesEndpointResolver: every upstream is there",
    "KubernetesServiceResolver": "KubernetesServiceResolver: every upstream is there",
    "DevPortal": "DevPortal",
    "TargetGroupBinding": "TargetGroupBinding: targets that it adds to a target group",
    "NetworkPolicy": "NetworkPolicy: every connection is let through",
    "Gateway": "Gateway API: Gateway",
    "HTTPRoute": "Gateway API: HTTPRoute",
    "TLSRoute": "Gateway API: TLSRoute",
    "TCPRoute": "Gateway API: TCPRoute",
}
_CLIENT_CERTIFICATES = (
    "ca_secret",
    "caSecret",
    "cert_required",
    "certRequired",
    "ca_cert_chain_file",
)
_MAPPING_FIELDS = {
    "shadow": "the copies that a Mapping with shadow sends",
    "cors": "cors: answers to preflight requests",
    "circuit_breakers": "circuit_breakers",
    "retry_policy": "retry_policy: every request is answered at once",
    "error_response_overrides": "error_response_overrides",
    "keepalive": "keepalive",
    "load_balancer": "load_balancer: one endpoint stands for all",
}
LEFT_OUT = (*_KINDS.values(), *_MAPPING_FIELDS.values())
"""What this module looks for, in words: kinds, and fields of a Mapping."""
_CLASSES = ("ambassador", "emissary", "emissary-ingress")
_Path = tuple[str, ...]


@cluster_check(NOT_MODELLED, inputs=("documents",))
def is_modelled(cluster: Cluster) -> Iterator[Finding]:
    """Look for kinds and fields that are passed over."""
    for document in cluster.documents:
        for what, path in _left_out(document):
            yield NOT_MODELLED.found(where=document.where(*path), what=what)


def _left_out(document: Document) -> Iterator[tuple[str, _Path]]:
    kind, spec = document.kind, document.data.get("spec")
    if kind in _KINDS:
        yield _KINDS[kind], ("kind",)
    if not isinstance(spec, dict):
        return
    if kind == "Ingress" and _class_of(document, spec) in _CLASSES:
        yield "Ingress read by Emissary itself: write Mappings", ("spec",)
    elif kind == "Listener" and "UDP" in (spec.get("protocolStack") or ()):
        yield (
            "HTTP/3 (a UDP Listener announces it; requests are followed over TCP)",
            (
                "spec",
                "protocolStack",
            ),
        )
    elif kind in ("Host", "TLSContext"):
        yield from _tls(spec, kind)
    elif kind == "Mapping":
        for field, what in _MAPPING_FIELDS.items():
            if spec.get(field):
                yield what, ("spec", field)


def _class_of(document: Document, spec: dict[str, Any]) -> str:
    annotations = (document.data.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get("kubernetes.io/ingress.class") or spec.get("ingressClassName"))


def _tls(spec: dict[str, Any], kind: str) -> Iterator[tuple[str, _Path]]:
    tls = spec.get("tls") if kind == "Host" else spec
    for field in _CLIENT_CERTIFICATES:
        if isinstance(tls, dict) and tls.get(field):
            path = ("spec", "tls", field) if kind == "Host" else ("spec", field)
            yield "client certificates (mutual TLS): every client is taken to have a good one", path
            break
    provider = spec.get("acmeProvider")
    if (
        kind == "Host"
        and isinstance(provider, dict)
        and provider.get("authority") not in (None, "none")
    ):
        yield (
            "acmeProvider: certificates are not fetched (Edge Stack only)",
            ("spec", "acmeProvider"),
        )


@cluster_check(SPLIT, inputs=("Mappings", "Envoy configuration"))
def requests_go_one_way(cluster: Cluster) -> Iterator[Finding]:
    """Look for Mappings of one prefix that share the requests by weight."""
    if all(mapping.spec.get("weight") is None for mapping in cluster.compiled.resources.mappings):
        return
    seen: set[str] = set()
    for listener in cluster.compiled.config.listeners.values():
        for chain in listener.filter_chains:
            for host in chain.virtual_hosts:
                shared = sorted({r.name for r in host.routes if r.weight < 100})  # noqa: PLR2004  (per cent)
                names = ", ".join(shared)
                if shared and names not in seen:
                    seen.add(names)
                    yield SPLIT.found(names=names)


CHECKS = (is_modelled, requests_go_one_way)
