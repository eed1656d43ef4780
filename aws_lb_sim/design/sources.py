"""Where it is written down what goes together and what does not."""

from __future__ import annotations

__all__ = [
    "ALB_HEADERS",
    "ALB_LISTENERS",
    "ALB_TARGETS",
    "API",
    "CLASSIC_LISTENERS",
    "CLASSIC_PROXY",
    "CLASSIC_TARGETS",
    "CONTROLLER",
    "CONTROLLER_INGRESS",
    "CONTROLLER_TARGETS",
    "EMISSARY",
    "EMISSARY_1",
    "EMISSARY_SPLIT",
    "HOW",
    "KUBERNETES",
    "NLB_TARGETS",
    "PROVIDER",
    "PROVIDER_NLB",
    "TEMPLATE",
]

_GUIDES = "https://docs.aws.amazon.com/elasticloadbalancing/latest"
_LBC = "kubernetes-sigs/aws-load-balancer-controller@225f44568"

API = "AWS, Elastic Load Balancing API, version 2015-12-01 (botocore 1.44.5, data/elbv2)"
HOW = (
    "AWS, How Elastic Load Balancing works, "
    f"{_GUIDES}/userguide/how-elastic-load-balancing-works.html"
)
CLASSIC_LISTENERS = (
    "AWS, Listener configurations for Classic Load Balancers, "
    f"{_GUIDES}/classic/using-elb-listenerconfig-quickref.html"
)
CLASSIC_PROXY = (
    f"AWS, Configure proxy protocol support, {_GUIDES}/classic/enable-proxy-protocol.html"
)
CLASSIC_TARGETS = (
    "AWS, Registered instances for your Classic Load Balancer, "
    f"{_GUIDES}/classic/elb-backend-instances.html"
)
NLB_TARGETS = (
    "AWS, Edit target group attributes for your Network Load Balancer, "
    f"{_GUIDES}/network/edit-target-group-attributes.html"
)
ALB_TARGETS = (
    "AWS, Target groups for your Application Load Balancers, "
    f"{_GUIDES}/application/load-balancer-target-groups.html"
)
ALB_LISTENERS = (
    "AWS, Listeners for your Application Load Balancers, "
    f"{_GUIDES}/application/load-balancer-listeners.html"
)
ALB_HEADERS = (
    "AWS, HTTP headers and Application Load Balancers, "
    f"{_GUIDES}/application/x-forwarded-headers.html"
)
TEMPLATE = "AWS CloudFormation, AWS::ElasticLoadBalancingV2::TargetGroup, TargetGroupAttributes"
PROVIDER = (
    "kubernetes/cloud-provider-aws@63ec440c, pkg/providers/v1/aws.go, aws_loadbalancer.go, "
    "aws_validations.go"
)
PROVIDER_NLB = f"{PROVIDER}; kubernetes/kubernetes#101608"
CONTROLLER = f"{_LBC}, docs/guide/service/annotations.md and pkg/service"
CONTROLLER_INGRESS = f"{_LBC}, docs/guide/ingress/annotations.md"
CONTROLLER_TARGETS = f"{_LBC}, pkg/deploy/elbv2/target_group_attributes_reconciler.go"
KUBERNETES = "Kubernetes, Using Source IP, https://kubernetes.io/docs/tutorials/services/source-ip/"
EMISSARY = "emissary-ingress/emissary@v3.3.0, python/ambassador/ir/irlistener.py and irhost.py"
EMISSARY_SPLIT = "emissary-ingress/emissary#2725, and the Listener reference of its documentation"
EMISSARY_1 = "emissary-ingress/emissary@v1.14.4, python/ambassador/ir/irlistener.py"
