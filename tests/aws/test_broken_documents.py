"""Whatever stands in a document: a load balancer, or one error that says how to mend it."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.design.space import space
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.write import write

ARN = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/edge/1"
DESCRIBED = {
    "LoadBalancers": [{"LoadBalancerArn": ARN, "Type": "network", "Scheme": "internal"}],
    "Listeners": [
        {
            "ListenerArn": "l",
            "LoadBalancerArn": ARN,
            "Port": 443,
            "Protocol": "TLS",
            "AlpnPolicy": ["None"],
            "Certificates": [{"CertificateArn": "c"}],
            "DefaultActions": [
                {
                    "Type": "forward",
                    "Order": 1,
                    "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "t", "Weight": 1}]},
                }
            ],
        }
    ],
    "Rules": [{"RuleArn": "r", "Priority": "1", "Conditions": [], "Actions": []}],
    "TargetGroups": [{"TargetGroupArn": "t", "Port": 8443, "Protocol": "TCP", "TargetType": "ip"}],
    "Attributes": [{"Key": "proxy_protocol_v2.enabled", "Value": "true"}],
}
CLASSIC = {
    "LoadBalancerDescriptions": [
        {
            "LoadBalancerName": "edge",
            "ListenerDescriptions": [
                {
                    "Listener": {
                        "Protocol": "TCP",
                        "LoadBalancerPort": 80,
                        "InstanceProtocol": "TCP",
                        "InstancePort": 8080,
                    }
                }
            ],
            "BackendServerDescriptions": [{"InstancePort": 8080, "PolicyNames": ["proxy"]}],
            "HealthCheck": {"Target": "TCP:8080"},
        }
    ],
    "PolicyDescriptions": [
        {
            "PolicyName": "proxy",
            "PolicyTypeName": "ProxyProtocolPolicyType",
            "PolicyAttributeDescriptions": [
                {"AttributeName": "ProxyProtocol", "AttributeValue": "true"}
            ],
        }
    ],
}
LISTENER = {"kind": "Listener", "spec": {"port": 8080}}


def written(**choices):
    manifests = write(next(space(**choices)))
    parts = [each for each in manifests.documents if each["kind"] in ("Service", "Ingress")]
    if manifests.cloudformation is not None:
        parts.append(manifests.cloudformation)
    return parts


WHOLE = {
    "classic": written(
        load_balancer="classic-http",
        controller="cloud-provider-aws",
        tls_termination="load-balancer",
    ),
    "nlb": written(load_balancer="nlb", controller="aws-load-balancer-controller"),
    "ingress": written(
        load_balancer="alb",
        controller="aws-load-balancer-controller",
        tls_termination="load-balancer",
    ),
    "template": written(
        load_balancer="alb", controller="cloudformation", tls_termination="load-balancer"
    ),
    "classic template": written(
        load_balancer="classic-tcp", controller="cloudformation", tls_termination="emissary"
    ),
    "described": [DESCRIBED],
    "classic described": [CLASSIC, LISTENER],
}
JUNK = st.sampled_from(
    [None, True, 0, -1, 3.5, "", "x", [], ["x"], [None], {}, {"x": 1}, {"Ref": "x"}]
)


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        pairs = enumerate(value)
    for key, each in pairs:
        yield from places(each, (*path, key))


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_documents_are_read(name):
    made = read_load_balancer([Document(data=each) for each in WHOLE[name]])
    assert made.load_balancer.listeners


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_one_broken_field(data):
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    parts = copy.deepcopy(WHOLE[name])
    path = data.draw(st.sampled_from([each for each in places(parts) if len(each) > 1]))
    holder = parts
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(JUNK)
    refused = None
    try:
        read_load_balancer([Document(data=each) for each in parts])
    except InputError as error:
        refused = error
    assert refused is None or (refused.what and refused.mend)
