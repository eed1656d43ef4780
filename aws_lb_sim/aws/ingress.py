"""The AWS Load Balancer Controller: an Ingress becomes an ALB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.aws.annotations import INGRESS_PREFIX, Annotations, all_annotations
from aws_lb_sim.aws.ingress_backend import IngressBackends
from aws_lb_sim.aws.ingress_ports import read_ports, redirect_port
from aws_lb_sim.aws.load_balancer import (
    FixedResponseAction,
    ListenerAction,
    ListenerRule,
    LoadBalancer,
    LoadBalancerListener,
    RedirectAction,
)
from aws_lb_sim.aws.provisioned import Provisioned, info
from aws_lb_sim.aws.sources import CONTROLLER_INGRESS
from aws_lb_sim.aws.target_attributes import check_attributes
from aws_lb_sim.aws.values import mapping, mappings, section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["is_alb_ingress", "provision"]

_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
_CONTROLLER = "ingress.k8s.aws/alb"
# Read by the controller, and without effect on what is simulated, or beyond it.
_BEYOND = {
    "conditions.": "rule conditions from annotations",
    "transforms.": "URL and host rewrites",
    "mutual-authentication": "mutual TLS at the load balancer",
    "enable-frontend-nlb": "an NLB in front of the ALB",
    "auth-": "authentication at the load balancer",
    "wafv2-acl-arn": "AWS WAF",
    "group.name": "other Ingresses of the same group",
    "inbound-cidrs": "source address ranges",
    "use-regex-path-match": "regular expressions as paths",
}


def is_alb_ingress(document: Document, documents: Sequence[Document]) -> bool:
    """Tell whether the AWS Load Balancer Controller makes an ALB of an Ingress.

    Parameters
    ----------
    document
        An Ingress.
    documents
        All documents; an IngressClass among them may name the controller.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> is_alb_ingress(Document(data={"spec": {"ingressClassName": "alb"}}), ())
    True
    """
    annotated = all_annotations(document).get(_CLASS_ANNOTATION)
    if annotated is not None:
        return annotated == "alb"
    spec = section(document, "spec")
    name = spec.get("ingressClassName")
    classes = [each for each in documents if each.kind == "IngressClass"]
    for each in classes:
        is_default = all_annotations(each).get(_DEFAULT_CLASS) == "true"
        if each.name == name or (name is None and is_default):
            return bool(section(each, "spec").get("controller") == _CONTROLLER)
    return bool(name == "alb")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    rule: ListenerRule
    rank: tuple[int, int]


def provision(document: Document, documents: Sequence[Document]) -> Provisioned:
    """Make the ALB that the AWS Load Balancer Controller makes of an Ingress.

    Parameters
    ----------
    document
        The Ingress.
    documents
        All documents; the Services it names are among them.

    Raises
    ------
    Refused
        Where the controller reports an error and makes nothing.
    InputError
        Where a value cannot be read.
    """
    annotations = Annotations(document, INGRESS_PREFIX)
    findings = _beyond(annotations)
    ports = read_ports(annotations)
    target = redirect_port(annotations, ports)
    backends = IngressBackends(document, documents, annotations, findings)
    rules = _rules(document, backends)
    default = _default(document, backends)
    certificate = next(iter(annotations.items("certificate-arn")), "(discovered by host name)")
    redirect = RedirectAction(protocol="HTTPS", port=str(target))
    listeners = tuple(
        LoadBalancerListener(
            port=port,
            protocol=protocol,
            certificate=certificate if protocol == "HTTPS" else None,
            # Every HTTP listener loses its rules to the redirect.
            action=redirect if target and protocol == "HTTP" else default,
            rules=() if target and protocol == "HTTP" else rules,
        )
        for port, protocol in sorted(ports.items())
    )
    return Provisioned(
        load_balancer=LoadBalancer(
            kind="alb",
            scheme=_scheme(annotations),
            listeners=listeners,
            attributes=_attributes(annotations),
            provisioned_by="aws-load-balancer-controller",
            where=document.where(),
        ),
        findings=tuple(findings),
    )


def _beyond(annotations: Annotations) -> list[Finding]:
    return [
        info(
            "not-modelled",
            f"not modelled: {what}",
            source=CONTROLLER_INGRESS,
            where=annotations.where(suffix),
        )
        for start, what in _BEYOND.items()
        for suffix in annotations.starting(start)
    ]


def _scheme(annotations: Annotations) -> Literal["internet-facing", "internal"]:
    value = annotations.get("scheme", "internal")
    if value == "internet-facing":
        return "internet-facing"
    if value == "internal":
        return "internal"
    raise annotations.error("scheme", f"scheme is {value!r}", "use internal or internet-facing")


def _attributes(annotations: Annotations) -> dict[str, str]:
    pairs = annotations.pairs("load-balancer-attributes")
    if pairs is None:
        raise annotations.error(
            "load-balancer-attributes",
            "load-balancer-attributes is not a list of key=value",
            "write key=value pairs separated by commas",
        )
    check_attributes(pairs, annotations.where("load-balancer-attributes"))
    return pairs


def _default(document: Document, backends: IngressBackends) -> ListenerAction:
    backend = section(document, "spec").get("defaultBackend")
    if backend is None:
        # The controller's default action where there is no default backend.
        return FixedResponseAction(status=404)
    return backends.action(backend, ("spec", "defaultBackend"))


def _rules(document: Document, backends: IngressBackends) -> tuple[ListenerRule, ...]:
    found: list[ListenerRule] = []
    place = document.where("spec", "rules")
    rules = mappings(section(document, "spec"), "rules", place)
    for index, rule in enumerate(rules):
        host = rule.get("host")
        paths = mappings(mapping(rule, "http", place), "paths", place)
        ranked: list[_Rule] = []
        for position, entry in enumerate(paths):
            at = ("spec", "rules", index, "http", "paths", position)
            ranked.append(_path_rule(document, entry, host, at, backends))
        # The controller puts exact paths first, then longer prefixes before shorter ones.
        found.extend(each.rule for each in sorted(ranked, key=lambda each: each.rank))
    return tuple(found)


def _path_rule(
    document: Document,
    entry: Mapping[str, Any],
    host: object,
    place: tuple[str | int, ...],
    backends: IngressBackends,
) -> _Rule:
    path = str(entry.get("path") or "/")
    kind = entry.get("pathType", "ImplementationSpecific")
    patterns: tuple[str, ...] = (path,)
    rank = (2, 0)
    if kind == "Exact":
        rank = (0, 0)
    elif kind == "Prefix":
        stripped = path.rstrip("/")
        patterns = (stripped, f"{stripped}/*") if stripped else ("/*",)
        rank = (1, -len(path))
    elif kind == "ImplementationSpecific":
        if not entry.get("path"):
            patterns = ("/*",)
    else:
        raise document.error(
            f"pathType is {kind!r}",
            *place,
            "pathType",
            mend="use Prefix, Exact or ImplementationSpecific",
        )
    action = backends.action(entry.get("backend"), (*place, "backend"))
    return _Rule(
        rule=ListenerRule(hosts=(str(host),) if host else (), paths=patterns, action=action),
        rank=rank,
    )
