"""Where it is written down how AWS, its controllers and Kubernetes behave."""

from __future__ import annotations

__all__ = [
    "ALB_GUIDE",
    "ALB_HEADERS",
    "ALB_TROUBLESHOOTING",
    "CLASSIC_ERRORS",
    "CLASSIC_GUIDE",
    "CLASSIC_LISTENERS",
    "CLASSIC_PROXY",
    "CLOUDFRONT_ORIGIN",
    "CONTROLLER_INGRESS",
    "CONTROLLER_SERVICE",
    "CONTROLLER_WEBHOOK",
    "ELB_API",
    "ELB_HOW",
    "KUBERNETES_SOURCE_IP",
    "NLB_LISTENERS",
    "NLB_TARGET_GROUP",
    "NLB_TLS",
    "NO_SNI_REPORTS",
    "PROVIDER",
    "PROVIDER_LISTENER",
]

_DOCS = "https://docs.aws.amazon.com/elasticloadbalancing/latest"

ALB_GUIDE = f"AWS, Application Load Balancer guide, {_DOCS}/application/"
ALB_HEADERS = (
    "AWS, HTTP headers and Application Load Balancers, "
    f"{_DOCS}/application/x-forwarded-headers.html"
)
ALB_TROUBLESHOOTING = (
    "AWS, Troubleshoot your Application Load Balancers, "
    f"{_DOCS}/application/load-balancer-troubleshooting.html"
)
CLASSIC_ERRORS = (
    "AWS, Troubleshoot a Classic Load Balancer: HTTP errors, "
    f"{_DOCS}/classic/ts-elb-error-message.html"
)
CLASSIC_GUIDE = (
    "AWS, Classic Load Balancer guide (awsdocs/elb-classic-load-balancers-user-guide@0e6e54e)"
)
CLASSIC_LISTENERS = (
    "AWS, Listener configurations for Classic Load Balancers, "
    f"{_DOCS}/classic/using-elb-listenerconfig-quickref.html"
)
CLASSIC_PROXY = f"AWS, Configure proxy protocol support, {_DOCS}/classic/enable-proxy-protocol.html"
CLOUDFRONT_ORIGIN = (
    "AWS, Request and response behavior for custom origins, "
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
    "RequestAndResponseBehaviorCustomOrigin.html"
)
CONTROLLER_INGRESS = (
    "kubernetes-sigs/aws-load-balancer-controller@225f44568, "
    "docs/guide/ingress/annotations.md and pkg/ingress/"
)
CONTROLLER_SERVICE = (
    "kubernetes-sigs/aws-load-balancer-controller@225f44568, "
    "docs/guide/service/annotations.md and pkg/service/"
)
CONTROLLER_WEBHOOK = (
    "kubernetes-sigs/aws-load-balancer-controller@225f44568, "
    "webhooks/core/service_mutator.go; Helm value enableServiceMutatorWebhook: true"
)
ELB_API = "AWS, Elastic Load Balancing API (botocore 1.44.5, data/elbv2 and data/elb)"
ELB_HOW = (
    "AWS, How Elastic Load Balancing works, "
    f"{_DOCS}/userguide/how-elastic-load-balancing-works.html"
)
KUBERNETES_SOURCE_IP = (
    "Kubernetes, Using Source IP, https://kubernetes.io/docs/tutorials/services/source-ip/"
)
NLB_LISTENERS = (
    f"AWS, Listeners for your Network Load Balancers, {_DOCS}/network/load-balancer-listeners.html"
)
NLB_TARGET_GROUP = (
    "AWS, Edit target group attributes for your Network Load Balancer, "
    f"{_DOCS}/network/edit-target-group-attributes.html"
)
NLB_TLS = (
    f"AWS, TLS listeners for your Network Load Balancer, {_DOCS}/network/create-tls-listener.html"
)
NO_SNI_REPORTS = (
    "observed by users: envoyproxy/gateway#4520, apache/apisix#11523, istio/istio#35420; "
    "not documented by AWS"
)
PROVIDER = (
    "kubernetes/cloud-provider-aws@63ec440c, pkg/providers/v1/aws.go and docs/service_controller.md"
)
PROVIDER_LISTENER = (
    "kubernetes/cloud-provider-aws@63ec440c, "
    "pkg/providers/v1/aws_loadbalancer.go (buildListener) and aws.go"
)
