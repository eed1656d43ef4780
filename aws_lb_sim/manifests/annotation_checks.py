"""Annotations of a Service or Ingress: text, and known to one of the AWS controllers."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.findings.finding import Finding
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from aws_lb_sim.manifests.document import Document

__all__ = [
    "ANNOTATION_RULES",
    "check_annotations",
    "is_known_annotation",
    "nearest_annotation",
    "refusal",
]

ANNOTATION_TEXT = Rule(
    "annotations.text",
    "The values of annotations are strings; the API server refuses numbers and truth values.",
    "Kubernetes API, ObjectMeta.annotations (object of strings); "
    "kubernetes-sigs/aws-load-balancer-controller@225f44568, docs/guide/service/annotations.md",
)
ANNOTATION_KNOWN = Rule(
    "annotations.known",
    "Controllers pass over an annotation whose name they do not know, without a word.",
    "kubernetes/cloud-provider-aws@63ec440c, docs/service_controller.md; "
    "kubernetes-sigs/aws-load-balancer-controller@225f44568, docs/guide/service/annotations.md, "
    "docs/guide/ingress/annotations.md and pkg/annotations/constants.go",
)
ANNOTATION_RULES = (ANNOTATION_TEXT, ANNOTATION_KNOWN)
"""Every rule that is checked here."""

SERVICE_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESS_PREFIX = "alb.ingress.kubernetes.io/"

# kubernetes/cloud-provider-aws@63ec440c, docs/service_controller.md and pkg/providers/v1/aws.go;
# kubernetes-sigs/aws-load-balancer-controller@225f44568, docs/guide/service/annotations.md and
# pkg/annotations/constants.go.
_SERVICE = frozenset(
    """access-log-emit-interval access-log-enabled access-log-s3-bucket-name
    access-log-s3-bucket-prefix additional-resource-tags alpn-policy attributes backend-protocol
    connection-draining-enabled connection-draining-timeout connection-idle-timeout
    cross-zone-load-balancing-enabled disable-nlb-sg eip-allocations
    eip-allocations-discovery-tags enable-icmp-for-path-mtu-discovery
    enable-prefix-for-ipv6-source-nat enable-tcp-udp-listener extra-security-groups
    healthcheck-healthy-threshold healthcheck-interval healthcheck-path healthcheck-port
    healthcheck-protocol healthcheck-success-codes healthcheck-timeout
    healthcheck-unhealthy-threshold inbound-sg-rules-on-private-link-traffic internal
    ip-address-type ipv6-addresses manage-backend-security-group-rules
    minimum-load-balancer-capacity multi-cluster-target-group name nlb-target-type
    private-ipv4-addresses proxy-protocol proxy-protocol-per-target-group
    quic-enabled-containers quic-enabled-ports scheme security-group-prefix-lists
    security-groups source-nat-ipv6-prefixes ssl-cert ssl-negotiation-policy ssl-ports subnets
    target-group-attributes target-node-labels type""".split()  # noqa: SIM905  (a list of 50 lines reads worse)
)
# kubernetes-sigs/aws-load-balancer-controller@225f44568, docs/guide/ingress/annotations.md and
# pkg/annotations/constants.go.
_INGRESS = frozenset(
    """acm-pca-arn auth-idp-cognito auth-idp-oidc auth-on-unauthenticated-request auth-scope
    auth-session-cookie auth-session-timeout auth-type backend-protocol backend-protocol-version
    certificate-arn create-acm-cert customer-owned-ipv4-pool dry-run-plan enable-frontend-nlb
    frontend-nlb-attributes frontend-nlb-eip-allocations
    frontend-nlb-healthcheck-healthy-threshold-count frontend-nlb-healthcheck-interval-seconds
    frontend-nlb-healthcheck-path frontend-nlb-healthcheck-port
    frontend-nlb-healthcheck-protocol frontend-nlb-healthcheck-success-codes
    frontend-nlb-healthcheck-timeout-seconds frontend-nlb-healthcheck-unhealthy-threshold-count
    frontend-nlb-listener-port-mapping frontend-nlb-scheme frontend-nlb-security-groups
    frontend-nlb-subnets frontend-nlb-tags group.name group.order healthcheck-interval-seconds
    healthcheck-path healthcheck-port healthcheck-protocol healthcheck-timeout-seconds
    healthy-threshold-count inbound-cidrs ip-address-type ipam-ipv4-pool-id jwt-validation
    listen-ports load-balancer-attributes load-balancer-name
    manage-backend-security-group-rules minimum-load-balancer-capacity multi-cluster-target-group
    mutual-authentication scheme security-group-prefix-lists security-groups
    shield-advanced-protection ssl-policy ssl-redirect subnets success-codes tags
    target-control-port target-group-attributes target-node-labels target-type
    unhealthy-threshold-count use-regex-path-match waf-acl-id wafv2-acl-arn wafv2-acl-name
    web-acl-id""".split()  # noqa: SIM905  (as above)
)
_NAMES = {SERVICE_PREFIX: _SERVICE, INGRESS_PREFIX: _INGRESS}
# The rest of the name is a port, a protocol and port, or a name of the user's own.
_OPEN = {
    SERVICE_PREFIX: ("listener-attributes.", "target-group-attributes."),
    INGRESS_PREFIX: ("actions.", "conditions.", "listener-attributes.", "transforms."),
}
# The start that all names of one kind share, however the rest is misspelt.
_FAMILIES = {
    "service.beta.kubernetes.io/aws": SERVICE_PREFIX,
    "service.kubernetes.io/aws-load-balancer-": SERVICE_PREFIX,
    "alb.ingress.": INGRESS_PREFIX,
}
# Of other controllers or of other parts of this one; see the same sources.
_OTHER = frozenset({"service.beta.kubernetes.io/load-balancer-source-ranges"})


def is_known_annotation(name: str) -> bool:
    """Tell whether a controller reads the annotation, or it is none of theirs at all.

    Examples
    --------
    >>> is_known_annotation("service.beta.kubernetes.io/aws-load-balancer-typ")
    False
    >>> is_known_annotation("example.com/owner")
    True
    """
    if name in _OTHER or not name.startswith(tuple(_FAMILIES)):
        return True
    # The AWS Load Balancer Controller reads service.kubernetes.io/ as well (annotations.md).
    name = name.replace("service.kubernetes.io/", "service.beta.kubernetes.io/", 1)
    return any(
        name.startswith(prefix)
        and (name[len(prefix) :] in known or name[len(prefix) :].startswith(_OPEN[prefix]))
        for prefix, known in _NAMES.items()
    )


def nearest_annotation(name: str) -> str | None:
    """Return the known annotation most like ``name``, None where none is like it.

    Examples
    --------
    >>> nearest_annotation("service.beta.kubernetes.io/aws-load-balancer-typ")
    'service.beta.kubernetes.io/aws-load-balancer-type'
    """
    names = {prefix + suffix for prefix, known in _NAMES.items() for suffix in known}
    # Sorted, so that of two equally near the same one is named each time.
    close = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.9)
    return close[0] if close else None


def check_annotations(document: Document) -> list[Finding]:
    """Check the annotations of a Service or Ingress: text, and known to a controller.

    Parameters
    ----------
    document
        Any document.

    Returns
    -------
    list of Finding
        ``annotation-not-text`` and ``annotation-unknown``, in the order written.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> annotations = {"service.beta.kubernetes.io/aws-load-balancer-internal": True}
    >>> service = {"kind": "Service", "metadata": {"annotations": annotations}}
    >>> check_annotations(Document(data=service))[0].fix
    'write it in quotes: "true"'
    """
    metadata = document.data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if annotations is None:
        return []
    path: tuple[str | int, ...] = ("metadata", "annotations")
    if not isinstance(annotations, dict):
        message, fix = (
            "annotations are not a mapping: the API server refuses it",
            "write key: value",
        )
        code = "annotation-not-text"
        return [refusal(document, ANNOTATION_TEXT, message, path, fix=fix, code=code)]
    found = []
    for name, value in annotations.items():
        if not isinstance(value, str):
            found.append(_not_text(document, name, value))
        if not is_known_annotation(name):
            found.append(_unknown(document, name))
    return found


def _not_text(document: Document, name: str, value: object) -> Finding:
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return refusal(
        document,
        ANNOTATION_TEXT,
        f"annotation {name} is {value!r}, not a text: the API server refuses the {document.kind}",
        ("metadata", "annotations", name),
        fix='write "" for an empty text' if value is None else f'write it in quotes: "{said}"',
        code="annotation-not-text",
    )


def _unknown(document: Document, name: str) -> Finding:
    near = nearest_annotation(name)
    return refusal(
        document,
        ANNOTATION_KNOWN,
        f"no controller reads the annotation {name}: it has no effect",
        ("metadata", "annotations", name),
        fix=f"write {near}" if near else "check its spelling, or remove it",
        code="annotation-unknown",
        severity="warning",
    )


def refusal(  # noqa: PLR0913  (a finding's own fields)
    document: Document,
    rule: Rule,
    message: str,
    path: tuple[str | int, ...],
    *,
    fix: str,
    code: str,
    severity: Literal["error", "warning"] = "error",
) -> Finding:
    """Return the finding that ``document`` breaks ``rule`` at ``path``."""
    return Finding(
        code=code,
        severity=severity,
        message=message,
        fix=fix,
        source=rule.source,
        where=document.where(*path),
    )
