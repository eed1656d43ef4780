"""Where it is written down what a load balancer can and cannot do, and what it costs."""

from __future__ import annotations

from aws_lb_sim.aws.sources import (
    ALB_GUIDE,
    CLASSIC_GUIDE,
    CONTROLLER_SERVICE,
    ELB_API,
    ELB_HOW,
    KUBERNETES_SOURCE_IP,
    NLB_TARGET_GROUP,
    NLB_TLS,
    PROVIDER,
)
from aws_lb_sim.manifests.page import PAGE_URL

__all__ = [
    "ALB_GUIDE",
    "ALB_HEALTH",
    "ALB_TLS",
    "CLASSIC_GUIDE",
    "CLOUDFRONT_TLS",
    "CONTROLLER_RECONCILER",
    "CONTROLLER_SERVICE",
    "ELB_API",
    "ELB_HOW",
    "EMISSARY_HOST",
    "GRPC",
    "IPV4_PRICE",
    "KUBERNETES_SOURCE_IP",
    "NLB_GUIDE",
    "NLB_HEALTH",
    "NLB_TARGET_GROUP",
    "NLB_TLS",
    "PAGE",
    "PRICES",
    "PRICES_2",
    "PROVIDER",
    "PROVIDER_TARGET_GROUPS",
    "WAF",
    "WEBSOCKET",
]

_DOCS = "https://docs.aws.amazon.com/elasticloadbalancing/latest"
_CONTROLLER = "kubernetes-sigs/aws-load-balancer-controller@225f44568"

PAGE = f"Emissary-ingress with AWS, {PAGE_URL}"
NLB_GUIDE = (
    "AWS, Network Load Balancer guide "
    "(awsdocs/elb-network-load-balancers-user-guide@b5d8773, 2023-06-15)"
)
NLB_HEALTH = (
    "AWS, Health checks for Network Load Balancer target groups, "
    f"{_DOCS}/network/target-group-health-checks.html; {_CONTROLLER}, docs/guide/service/nlb.md"
)
ALB_HEALTH = (
    "AWS, Health checks for Application Load Balancer target groups, "
    f"{_DOCS}/application/target-group-health-checks.html"
)
ALB_TLS = (
    "AWS, HTTPS listeners for your Application Load Balancer, "
    f"{_DOCS}/application/create-https-listener.html"
)
CLOUDFRONT_TLS = (
    "AWS, Using HTTPS with CloudFront, "
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https.html"
)
WAF = (
    "AWS WAF, Resources that you can protect, "
    "https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html"
)
CONTROLLER_RECONCILER = f"{_CONTROLLER}, pkg/deploy/elbv2/target_group_attributes_reconciler.go"
PROVIDER_TARGET_GROUPS = (
    "kubernetes/cloud-provider-aws@63ec440c, pkg/providers/v1/aws_loadbalancer.go "
    "(buildTargetGroupName)"
)
EMISSARY_HOST = (
    "Emissary-ingress documentation, The Host resource and TLS termination; compiled as in "
    "emissary-ingress/emissary@v3.3.0, python/ambassador/ir/irhost.py"
)
WEBSOCKET = "RFC 6455, section 4; Emissary-ingress documentation, WebSocket connections"
GRPC = "gRPC over HTTP/2, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md"

# Transcriptions; AWS's own page is https://aws.amazon.com/elasticloadbalancing/pricing/.
PRICES = (
    "AWS, Elastic Load Balancing pricing, as transcribed on 2026-09-20 by "
    "api-evangelist/amazon-elastic-load-balancing@303e536b0, "
    "plans/amazon-elastic-load-balancing-plans-pricing.yml"
)
PRICES_2 = (
    "a third party's price guide of May 2026, "
    "https://awsnegotiations.com/elastic-load-balancer-cost.html"
)
IPV4_PRICE = (
    "AWS, Identify and optimize public IPv4 address usage (blog, update of 2024-02-01), "
    "https://aws.amazon.com/blogs/networking-and-content-delivery/"
    "identify-and-optimize-public-ipv4-address-usage-on-aws/"
)
