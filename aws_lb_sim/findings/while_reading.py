"""Findings of other rooms, made while documents are read: described here, so that all are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws import sources
from aws_lb_sim.findings.registry import Hazard

if TYPE_CHECKING:
    from aws_lb_sim.findings.finding import Severity

__all__ = ["BY_AWS", "BY_MANIFESTS", "ELSEWHERE"]

_API_SERVER = "kubernetes/kubernetes, pkg/apis/core/validation/validation.go"
_SCHEMAS = "Emissary 3.3, CustomResourceDefinitions of getambassador.io/v3alpha1"


def _hazard(code: str, severity: Severity, summary: str, fix: str, source: str) -> Hazard:
    """Describe a hazard whose message is written where it is found."""
    return Hazard(
        code=code, severity=severity, summary=summary, message=summary, fix=fix, source=source
    )


_NO_BLANKS = "write port numbers, separated by commas without blanks"
_WITH_DEPLOYMENT = "include the Deployment, or give targetPort as a number"

BY_AWS = (
    _hazard(
        "annotation-ignored",
        "warning",
        "The controller does not read an annotation (info where nothing that travels changes).",
        "use what the controller reads, or remove it",
        sources.PROVIDER,
    ),
    _hazard(
        "annotation-value-unknown",
        "warning",
        "The controller takes the value of an annotation for another one.",
        "use a value that it knows",
        sources.PROVIDER,
    ),
    _hazard(
        "attribute-not-supported",
        "error",
        "This kind of load balancer has no such attribute.",
        "use the kind that has it",
        sources.ELB_API,
    ),
    _hazard(
        "attributes-joined-by-order",
        "info",
        "AWS's output does not say which target group some attributes belong to.",
        "give one output for each target group, in the same order",
        sources.ELB_API,
    ),
    _hazard(
        "connections-shared",
        "info",
        "HTTP listeners share their connections to Emissary among clients.",
        "",
        sources.ELB_HOW,
    ),
    _hazard(
        "controller-error",
        "error",
        "The controller refuses the document and makes no load balancer.",
        "write what it accepts",
        f"{sources.PROVIDER}; {sources.CONTROLLER_SERVICE}",
    ),
    _hazard(
        "ipv6-needs-dualstack",
        "info",
        "An IPv6 client reaches the load balancer only if that is dualstack.",
        "make the load balancer dualstack",
        sources.NLB_TARGET_GROUP,
    ),
    _hazard(
        "listener-not-tls",
        "warning",
        "backend-protocol asks for TLS, and without a certificate the listener is plain TCP.",
        "set aws-load-balancer-ssl-cert",
        sources.PROVIDER_LISTENER,
    ),
    _hazard(
        "load-balancer-not-followed",
        "info",
        "Several documents describe a load balancer: one is followed.",
        "simulate the others by themselves",
        "follows from the documents given",
    ),
    _hazard(
        "manual-edit-fragile",
        "info",
        "A setting made by hand is lost when the target group is made anew.",
        "annotate the Service in its place",
        sources.PROVIDER,
    ),
    _hazard(
        "manual-edit-reverted",
        "warning",
        "The AWS Load Balancer Controller puts a setting made by hand back.",
        "annotate the Service in its place",
        sources.CONTROLLER_SERVICE,
    ),
    _hazard(
        "needs-controller-version",
        "info",
        "Older releases of the controller do not read an annotation.",
        "use one of the releases named",
        "kubernetes/cloud-provider-aws@73428cd2",
    ),
    _hazard(
        "no-load-balancer",
        "error",
        "No controller takes the Service: no load balancer is ever made.",
        "say which controller is meant",
        f"{sources.CONTROLLER_SERVICE}; {sources.PROVIDER}",
    ),
    _hazard(
        "no-server-name",
        "info",
        "The load balancer opens TLS to Emissary without a server name (SNI).",
        'use a Host with hostname: "*", or end TLS at the load balancer',
        sources.NO_SNI_REPORTS,
    ),
    _hazard(
        "node-port-assumed",
        "info",
        "A port is taken for one that the pod opens on its node.",
        "include the Service of type NodePort if there is one",
        sources.ELB_API,
    ),
    _hazard(
        "policy-assumed",
        "info",
        "A Classic ELB's policy is judged by its name alone.",
        "include the output of aws elb describe-load-balancer-policies",
        sources.ELB_API,
    ),
    _hazard(
        "proxy-protocol-not-sent",
        "warning",
        "From SSL to SSL a Classic ELB sends no PROXY header, although it is asked to.",
        "use backend-protocol: tcp",
        sources.CLASSIC_LISTENERS,
    ),
    _hazard(
        "service-taken-by-controller",
        "warning",
        "The AWS Load Balancer Controller's webhook takes a Service meant for another one.",
        "set spec.loadBalancerClass, or turn the webhook off",
        sources.CONTROLLER_WEBHOOK,
    ),
    _hazard(
        "ssl-port-unmatched",
        "warning",
        "An entry of ssl-ports matches no port of the Service: that port gets no TLS.",
        _NO_BLANKS,
        sources.PROVIDER_LISTENER,
    ),
    _hazard(
        "target-port-assumed",
        "info",
        "A named targetPort is taken for the one of Emissary's chart.",
        _WITH_DEPLOYMENT,
        "emissary-ingress/emissary, charts/emissary-ingress/values.yaml",
    ),
)
"""What the room of AWS's load balancers finds."""

BY_MANIFESTS = (
    _hazard(
        "address-invalid",
        "error",
        "externalIPs or loadBalancerSourceRanges hold something else.",
        "write an address, or a range such as 203.0.113.0/24",
        _API_SERVER,
    ),
    _hazard(
        "annotation-not-text",
        "error",
        "An annotation is not a text: the API server refuses the document.",
        "write it in quotes",
        _API_SERVER,
    ),
    _hazard(
        "annotation-unknown",
        "warning",
        "No controller reads an annotation of this name.",
        "check its spelling",
        f"{sources.PROVIDER}; {sources.CONTROLLER_SERVICE}",
    ),
    _hazard(
        "port-duplicate",
        "error",
        "A Service lists one port twice.",
        "remove one of them",
        _API_SERVER,
    ),
    _hazard(
        "port-invalid",
        "error",
        "A port of a Service is not a port.",
        "write a whole number from 1 to 65535",
        _API_SERVER,
    ),
    _hazard(
        "port-name-duplicate",
        "error",
        "Two ports of a Service have one name.",
        "give each a name of its own",
        _API_SERVER,
    ),
    _hazard(
        "port-name-invalid",
        "error",
        "The API server refuses the name of a port (HTTP in capitals, say).",
        "write it in lower case",
        _API_SERVER,
    ),
    _hazard(
        "port-name-missing",
        "error",
        "One of several ports of a Service has no name.",
        "give each port a name",
        _API_SERVER,
    ),
    _hazard(
        "schema",
        "error",
        "The API server refuses a resource of Emissary, or drops a field (warning).",
        "write what the schema asks for",
        _SCHEMAS,
    ),
    _hazard(
        "schema-not-checked",
        "info",
        "The fields of this kind or version are not checked.",
        "write it as getambassador.io/v3alpha1",
        _SCHEMAS,
    ),
    _hazard(
        "service-no-ports",
        "error",
        "A Service has no ports.",
        "list a port under spec.ports",
        _API_SERVER,
    ),
)
"""What is found in the documents themselves."""

ELSEWHERE = (*BY_AWS, *BY_MANIFESTS)
"""All that is not found by a check of this package."""
