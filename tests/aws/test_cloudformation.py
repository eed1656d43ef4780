from __future__ import annotations

import pytest

from aws_lb_sim.aws.load_balancer import RedirectAction
from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document

V2 = "AWS::ElasticLoadBalancingV2::"


def resource(kind, **properties):
    return {"Type": kind, "Properties": properties}


def forward(name):
    return [{"Type": "forward", "TargetGroupArn": {"Ref": name}}]


def template(**resources):
    return Document(
        data={
            "Parameters": {"NodePort": {"Type": "Number", "Default": 31080}},
            "Resources": resources,
        }
    )


def alb(**changes):
    found = {
        "Edge": resource(
            f"{V2}LoadBalancer",
            Type="application",
            LoadBalancerAttributes=[
                {"Key": "routing.http.xff_header_processing.mode", "Value": "preserve"}
            ],
        ),
        "Group": resource(
            f"{V2}TargetGroup", Port={"Ref": "NodePort"}, Protocol="HTTP", TargetType="instance"
        ),
        "Plain": resource(
            f"{V2}Listener",
            LoadBalancerArn={"Ref": "Edge"},
            Port="80",
            Protocol="HTTP",
            DefaultActions=[
                {
                    "Type": "redirect",
                    "RedirectConfig": {
                        "Protocol": "HTTPS",
                        "Port": "443",
                        "StatusCode": "HTTP_301",
                    },
                }
            ],
        ),
        "Secure": resource(
            f"{V2}Listener",
            LoadBalancerArn={"Ref": "Edge"},
            Port=443,
            Protocol="HTTPS",
            Certificates=[{"CertificateArn": {"Ref": "CertificateArn"}}],
            DefaultActions=forward("Group"),
        ),
        "Rule": resource(
            f"{V2}ListenerRule",
            ListenerArn={"Fn::GetAtt": ["Secure", "ListenerArn"]},
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
            Actions=forward("Group"),
        ),
    }
    return template(**(found | changes))


def test_a_hand_made_alb_in_front_of_a_node_port(node_port):
    made = read_load_balancer([alb(), node_port(externalTrafficPolicy="Local")]).load_balancer
    assert (made.kind, made.provisioned_by) == ("alb", "cloudformation")
    assert made.listener(80).action == RedirectAction(protocol="HTTPS", port="443")
    group = made.listener(443).action.target_group
    assert (group.node_port, group.pod_port, group.external_traffic_policy) == (
        31080,
        8080,
        "Local",
    )
    assert made.listener(443).certificate
    assert made.listener(443).rules[0].paths == ("/api/*",)
    assert made.attributes["routing.http.xff_header_processing.mode"] == "preserve"


def nlb(target_type="ip", **group):
    return template(
        Edge=resource(f"{V2}LoadBalancer", Type="network", Scheme="internal"),
        Group=resource(
            f"{V2}TargetGroup", Port=8443, Protocol="TCP", TargetType=target_type, **group
        ),
        Listener=resource(
            f"{V2}Listener",
            LoadBalancerArn={"Ref": "Edge"},
            Port=443,
            Protocol="TCP",
            DefaultActions=forward("Group"),
        ),
    )


def test_an_nlb_with_ip_targets_needs_no_service():
    attributes = [
        {"Key": "proxy_protocol_v2.enabled", "Value": "true"},
        {"Key": "preserve_client_ip.enabled", "Value": "true"},
    ]
    made = read_load_balancer([nlb(TargetGroupAttributes=attributes)]).load_balancer
    group = made.listener(443).action.target_group
    assert (made.kind, made.scheme) == ("nlb", "internal")
    assert (group.pod_port, group.node_port) == (8443, None)
    assert (group.proxy_protocol, group.preserve_client_ip) == (2, True)


@pytest.mark.parametrize(("kind", "preserve"), [("ip", False), ("instance", True)])
def test_preservation_defaults(node_port, kind, preserve):
    service = node_port(ports=[{"port": 443, "targetPort": 8443, "nodePort": 8443}])
    made = read_load_balancer([nlb(kind), service]).load_balancer
    assert made.listener(443).action.target_group.preserve_client_ip == preserve


def test_an_instance_port_without_a_service_is_an_error(node_port):
    with pytest.raises(InputError) as caught:
        read_load_balancer([nlb("instance"), node_port()])
    assert "8443" in caught.value.what
    assert "31080, 31443" in caught.value.what
    assert "nodePort: 8443" in caught.value.mend


def test_a_pod_on_the_host_network_is_assumed_aloud():
    listener = Document(data={"kind": "Listener", "spec": {"port": 8443}})
    made = read_load_balancer([nlb("instance"), listener])
    group = made.load_balancer.listener(443).action.target_group
    assert (group.pod_port, group.node_port) == (8443, None)
    assert [each.code for each in made.findings] == ["node-port-assumed"]


def test_what_only_aws_can_resolve_is_an_error_where_it_decides(node_port):
    group = resource(f"{V2}TargetGroup", Port={"Fn::ImportValue": "edge-port"}, Protocol="HTTP")
    with pytest.raises(InputError) as caught:
        read_load_balancer([alb(Group=group), node_port()])
    assert "Port is Fn::ImportValue" in caught.value.what
    assert "Group" in caught.value.where


def test_an_alb_behind_an_nlb(node_port):
    document = alb(
        Front=resource(f"{V2}LoadBalancer", Type="network"),
        ToAlb=resource(
            f"{V2}TargetGroup",
            Port=80,
            Protocol="TCP",
            TargetType="alb",
            Targets=[{"Id": {"Ref": "Edge"}}],
        ),
        FrontListener=resource(
            f"{V2}Listener",
            LoadBalancerArn={"Ref": "Front"},
            Port=80,
            Protocol="TCP",
            DefaultActions=forward("ToAlb"),
        ),
    )
    made = read_load_balancer([document, node_port()]).load_balancer
    group = made.listener(80).action.target_group
    assert made.kind == "nlb"
    assert (group.target_type, group.preserve_client_ip) == ("alb", True)
    assert group.load_balancer.kind == "alb"


def classic(**changes):
    properties = {
        "Listeners": [
            {
                "LoadBalancerPort": "443",
                "Protocol": "SSL",
                "InstancePort": "31080",
                "InstanceProtocol": "TCP",
                "SSLCertificateId": "arn:x",
            }
        ],
        "Policies": [
            {
                "PolicyName": "any-name",
                "PolicyType": "ProxyProtocolPolicyType",
                "Attributes": [{"Name": "ProxyProtocol", "Value": True}],
                "InstancePorts": ["31080"],
            }
        ],
        "HealthCheck": {"Target": "TCP:31080"},
    }
    return template(
        Edge=resource("AWS::ElasticLoadBalancing::LoadBalancer", **(properties | changes))
    )


def test_a_classic_elb_with_its_proxy_policy(node_port):
    made = read_load_balancer([classic(), node_port()]).load_balancer
    listener = made.listener(443)
    group = listener.action.target_group
    assert (made.kind, listener.protocol, group.protocol, group.proxy_protocol) == (
        "classic",
        "SSL",
        "TCP",
        1,
    )
    assert group.health_check == {"HealthCheckProtocol": "TCP", "HealthCheckPort": "31080"}


def test_a_classic_elb_never_mixes_layers(node_port):
    mixed = [
        {
            "LoadBalancerPort": 443,
            "Protocol": "SSL",
            "InstancePort": 31080,
            "InstanceProtocol": "HTTP",
        }
    ]
    with pytest.raises(InputError, match="cannot listen with SSL and send with HTTP"):
        read_load_balancer([classic(Listeners=mixed), node_port()])
