from __future__ import annotations

import pytest

from aws_lb_sim.aws.load_balancer import FixedResponseAction
from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document

START = "arn:aws:elasticloadbalancing:us-east-1:111122223333"
NLB = f"{START}:loadbalancer/net/edge/1"
ALB = f"{START}:loadbalancer/app/edge/2"


def documents(*parts):
    return [Document(data=part, index=index) for index, part in enumerate(parts, 1)]


def balancer(arn, kind):
    return {"LoadBalancers": [{"LoadBalancerArn": arn, "Type": kind, "Scheme": "internal"}]}


def listener(arn, port, protocol, group, **more):
    return {
        "ListenerArn": arn.replace(":loadbalancer/", ":listener/") + f"/{port}",
        "LoadBalancerArn": arn,
        "Port": port,
        "Protocol": protocol,
        "DefaultActions": [
            {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group}]}}
        ],
        **more,
    }


def group(arn, port, protocol="TCP", kind="instance", **more):
    return {
        "TargetGroupArn": arn,
        "Port": port,
        "Protocol": protocol,
        "TargetType": kind,
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPort": "32000",
        "HealthCheckPath": "/healthz",
        "Matcher": {"HttpCode": "200-399"},
        **more,
    }


def attributes(**pairs):
    return {"Attributes": [{"Key": k.replace("__", "."), "Value": v} for k, v in pairs.items()]}


def an_nlb(*more):
    return documents(
        balancer(NLB, "network"),
        {
            "Listeners": [
                listener(NLB, 80, "TCP", "tg80"),
                listener(NLB, 443, "TLS", "tg443", AlpnPolicy=["HTTP2Preferred"]),
            ]
        },
        {"TargetGroups": [group("tg80", 31080), group("tg443", 31443, "TLS")]},
        *more,
    )


def test_aws_own_state_wins_over_the_service(service):
    on = attributes(proxy_protocol_v2__enabled="true", preserve_client_ip__enabled="false")
    annotated = service({"type": "nlb"}, externalTrafficPolicy="Local")
    made = read_load_balancer([annotated, *an_nlb(on)])
    found = made.load_balancer
    assert (found.provisioned_by, found.kind, found.scheme) == ("aws", "nlb", "internal")
    for port, pod in ((80, 8080), (443, 8443)):
        target = found.listener(port).action.target_group
        assert (target.pod_port, target.proxy_protocol, target.preserve_client_ip) == (
            pod,
            2,
            False,
        )
        assert target.external_traffic_policy == "Local"
        assert target.health_check["HealthCheckPath"] == "/healthz"
    assert found.listener(443).alpn_policy == "HTTP2Preferred"
    assert "load-balancer-not-followed" in {each.code for each in made.findings}


def test_attributes_are_joined_by_order_where_there_is_one_answer_each(node_port):
    made = read_load_balancer(
        [
            *an_nlb(
                attributes(proxy_protocol_v2__enabled="false"),
                attributes(proxy_protocol_v2__enabled="true"),
            ),
            node_port(),
        ]
    )
    found = [each.action.target_group.proxy_protocol for each in made.load_balancer.listeners]
    assert found == [0, 2]
    assert "attributes-joined-by-order" in {each.code for each in made.findings}


def test_attributes_that_contradict_each_other(node_port):
    parts = an_nlb(
        attributes(proxy_protocol_v2__enabled="false"),
        attributes(proxy_protocol_v2__enabled="true"),
        attributes(proxy_protocol_v2__enabled="true"),
    )
    with pytest.raises(InputError, match="differ"):
        read_load_balancer([*parts, node_port()])


def test_an_alb_with_its_rules(node_port):
    rules = {
        "Rules": [
            {"RuleArn": "x", "Priority": "default", "IsDefault": True, "Actions": []},
            *(
                {
                    "RuleArn": ALB.replace(":loadbalancer/", ":listener-rule/") + f"/443/r{number}",
                    "Priority": number,
                    "Conditions": [
                        {"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}
                    ],
                    "Actions": [
                        {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
                    ],
                }
                for number, host in (("20", "second.test"), ("3", "first.test"))
            ),
        ]
    }
    parts = documents(
        balancer(ALB, "application"),
        {"Listeners": [listener(ALB, 443, "HTTPS", "tg")]},
        {"TargetGroups": [group("tg", 31080, "HTTP", ProtocolVersion="HTTP2")]},
        rules,
        attributes(routing__http__xff_client_port__enabled="true"),
    )
    found = read_load_balancer([*parts, node_port()]).load_balancer
    assert [each.hosts for each in found.listener(443).rules] == [
        ("first.test",),
        ("second.test",),
    ]
    assert found.listener(443).rules[0].action == FixedResponseAction(status=403)
    assert found.listener(443).action.target_group.protocol_version == "HTTP2"
    assert found.attributes["routing.http.xff_client_port.enabled"] == "true"


def test_listeners_that_are_missing_are_asked_for():
    with pytest.raises(InputError) as caught:
        read_load_balancer(documents(balancer(NLB, "network")))
    assert f"describe-listeners --load-balancer-arn {NLB}" in caught.value.mend


def test_target_groups_that_are_missing_are_asked_for():
    parts = documents(balancer(NLB, "network"), {"Listeners": [listener(NLB, 443, "TCP", "tg443")]})
    with pytest.raises(InputError, match="tg443"):
        read_load_balancer(parts)


def classic(policy="k8s-proxyprotocol-enabled"):
    return {
        "LoadBalancerDescriptions": [
            {
                "LoadBalancerName": "edge",
                "Scheme": "internet-facing",
                "ListenerDescriptions": [
                    {
                        "Listener": {
                            "Protocol": "SSL",
                            "LoadBalancerPort": 443,
                            "InstanceProtocol": "TCP",
                            "InstancePort": 31443,
                            "SSLCertificateId": "arn:x",
                        }
                    }
                ],
                "BackendServerDescriptions": [{"InstancePort": 31443, "PolicyNames": [policy]}],
                "HealthCheck": {"Target": "HTTP:32000/healthz"},
            }
        ]
    }


def policies(name, kind="ProxyProtocolPolicyType", value="true"):
    return {
        "PolicyDescriptions": [
            {
                "PolicyName": name,
                "PolicyTypeName": kind,
                "PolicyAttributeDescriptions": [
                    {"AttributeName": "ProxyProtocol", "AttributeValue": value}
                ],
            }
        ]
    }


@pytest.mark.parametrize(
    ("parts", "version", "assumed"),
    [
        ([classic()], 1, True),
        ([classic("arbitrary"), policies("arbitrary")], 1, False),
        ([classic("arbitrary")], 0, True),
    ],
)
def test_proxy_protocol_of_a_classic_elb_is_in_its_policies(node_port, parts, version, assumed):
    made = read_load_balancer([*documents(*parts), node_port()])
    listener_443 = made.load_balancer.listener(443)
    assert made.load_balancer.kind == "classic"
    assert listener_443.action.target_group.proxy_protocol == version
    assert ("policy-assumed" in {each.code for each in made.findings}) == assumed
