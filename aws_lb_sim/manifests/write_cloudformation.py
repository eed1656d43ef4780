"""A CloudFormation template for a load balancer made by hand, in front of NodePorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.derived import TLS_PORT
from aws_lb_sim.manifests.write_ingress import READY_PATH, health_check_codes
from aws_lb_sim.manifests.write_service import (
    CLASSIC_TLS_POLICY,
    NODE_PORTS,
    TLS_POLICY,
    pod_ports,
)

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["LOAD_BALANCER_NAME", "target_group_name", "template"]

LOAD_BALANCER_NAME = "emissary-ingress"
"""Name of the load balancer, by which the commands find it."""

_HTTP_PORT = 80


def target_group_name(pod_port: int) -> str:
    """Return the name of the target group that leads to a port of the pod."""
    return f"{LOAD_BALANCER_NAME}-{pod_port}"


def template(design: Design) -> dict[str, Any]:
    """Write the template, with parameters for what differs between accounts.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> sorted(template(Design(controller="cloudformation"))["Resources"])
    ['LoadBalancer', 'Port443', 'Port80', 'Targets8080', 'Targets8443']
    """
    classic = design.load_balancer not in ("nlb", "alb")
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{_TITLES[design.load_balancer]} in front of Emissary-ingress",
        "Parameters": _parameters(design, classic=classic),
        "Resources": (
            {"LoadBalancer": _classic(design)} if classic else _second_generation(design)
        ),
        "Outputs": {"DNSName": {"Value": {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}}},
    }


_TITLES = {
    "classic-tcp": "Classic Load Balancer (layer 4)",
    "classic-http": "Classic Load Balancer (layer 7)",
    "nlb": "Network Load Balancer",
    "alb": "Application Load Balancer",
}


def _parameters(design: Design, *, classic: bool) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if not classic:
        written["VpcId"] = {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-00000000000000000"}
    written["SubnetIds"] = {
        "Type": "List<AWS::EC2::Subnet::Id>",
        "Description": "Subnets of two zones or more, public ones if clients are on the Internet",
        "Default": "subnet-00000000000000000,subnet-11111111111111111",
    }
    written["SecurityGroupIds"] = {
        "Type": "List<AWS::EC2::SecurityGroup::Id>",
        "Description": "Let clients in on the listeners' ports; the nodes must let these groups in",
        "Default": "sg-00000000000000000",
    }
    if design.tls_at_load_balancer:
        written["CertificateArn"] = {"Type": "String", "Default": design.certificate_arn}
    return written


def _second_generation(design: Design) -> dict[str, Any]:
    ports = _ports(design)
    written: dict[str, Any] = {"LoadBalancer": _load_balancer(design)}
    for _, pod_port in ports:
        written[f"Targets{pod_port}"] = _targets(design, pod_port)
    for port, pod_port in ports:
        written[f"Port{port}"] = _listener(design, port, pod_port)
    return written


def _ports(design: Design) -> tuple[tuple[int, int], ...]:
    """Return (port, port of the pod); an ALB's target group serves both of its listeners."""
    ports = pod_ports(design)
    if design.load_balancer == "alb":
        return tuple((port, ports[-1][2]) for _, port, _ in ports)
    return tuple((port, pod_port) for _, port, pod_port in ports)


def _load_balancer(design: Design) -> dict[str, Any]:
    alb = design.load_balancer == "alb"
    attributes = []
    if alb and design.xff_mode != "append":
        attributes.append(_attribute("routing.http.xff_header_processing.mode", design.xff_mode))
    if not alb:
        attributes.append(_attribute("load_balancing.cross_zone.enabled", design.cross_zone))
    properties: dict[str, Any] = {
        "Name": LOAD_BALANCER_NAME,
        "Type": "application" if alb else "network",
        "Scheme": design.scheme,
        "Subnets": {"Ref": "SubnetIds"},
        "SecurityGroups": {"Ref": "SecurityGroupIds"},
    }
    if attributes:
        properties["LoadBalancerAttributes"] = attributes
    return {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": properties}


def _attribute(key: str, value: bool | str) -> dict[str, str]:  # noqa: FBT001  (as AWS has it)
    return {"Key": key, "Value": value if isinstance(value, str) else str(value).lower()}


def _targets(design: Design, pod_port: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Name": target_group_name(pod_port),
        "VpcId": {"Ref": "VpcId"},
        "TargetType": design.target_type,
        "Port": NODE_PORTS[pod_port],
    }
    if design.load_balancer == "alb":
        properties |= _alb_targets(design)
    else:
        properties |= _nlb_targets(design, pod_port)
    return {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": properties}


def _alb_targets(design: Design) -> dict[str, Any]:
    grpc = design.target_protocol_version == "GRPC"
    return {
        "Protocol": "HTTPS" if design.tls_at_emissary else "HTTP",
        "ProtocolVersion": design.target_protocol_version,
        "HealthCheckPath": READY_PATH,
        "Matcher": {"GrpcCode" if grpc else "HttpCode": health_check_codes(design)},
    }


def _nlb_targets(design: Design, pod_port: int) -> dict[str, Any]:
    encrypted_anew = design.tls_termination == "both" and pod_port == TLS_PORT
    attributes = []
    if design.proxy_protocol:
        attributes.append(_attribute("proxy_protocol_v2.enabled", value=True))
    if design.preserve_client_ip is not None:
        attributes.append(_attribute("preserve_client_ip.enabled", design.preserve_client_ip))
    written: dict[str, Any] = {
        "Protocol": "TLS" if encrypted_anew else "TCP",
        # A bare connection succeeds on every open port, whether it expects PROXY or not.
        "HealthCheckProtocol": "TCP",
    }
    if attributes:
        written["TargetGroupAttributes"] = attributes
    return written


def _listener(design: Design, port: int, pod_port: int) -> dict[str, Any]:
    alb = design.load_balancer == "alb"
    forward = {"Type": "forward", "TargetGroupArn": {"Ref": f"Targets{pod_port}"}}
    properties: dict[str, Any] = {
        "LoadBalancerArn": {"Ref": "LoadBalancer"},
        "Port": port,
        "Protocol": "HTTP" if alb else "TCP",
        "DefaultActions": [forward],
    }
    if port == _HTTP_PORT:
        if design.alb_redirect:
            properties["DefaultActions"] = [_redirect()]
    elif design.tls_at_load_balancer:
        properties["Protocol"] = "HTTPS" if alb else "TLS"
        properties["SslPolicy"] = TLS_POLICY
        properties["Certificates"] = [{"CertificateArn": {"Ref": "CertificateArn"}}]
        if design.alpn_policy != "None":
            properties["AlpnPolicy"] = [design.alpn_policy]
    return {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": properties}


def _redirect() -> dict[str, Any]:
    config = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    return {"Type": "redirect", "RedirectConfig": config}


def _classic(design: Design) -> dict[str, Any]:
    ports = _ports(design)
    node_ports = [str(NODE_PORTS[pod_port]) for _, pod_port in ports]
    properties: dict[str, Any] = {
        "LoadBalancerName": LOAD_BALANCER_NAME,
        "Scheme": design.scheme,
        "CrossZone": design.cross_zone,
        "Subnets": {"Ref": "SubnetIds"},
        "SecurityGroups": {"Ref": "SecurityGroupIds"},
        "Listeners": [_classic_listener(design, port, pod_port) for port, pod_port in ports],
        "HealthCheck": {
            "Target": f"TCP:{node_ports[0]}",
            "Interval": "10",
            "Timeout": "5",
            "HealthyThreshold": "2",
            "UnhealthyThreshold": "6",
        },
    }
    policies = []
    if design.proxy_protocol:
        policies.append(_proxy_policy(list(dict.fromkeys(node_ports))))
    if design.tls_at_load_balancer:
        policies.append(_tls_policy())
    if policies:
        properties["Policies"] = policies
    return {"Type": "AWS::ElasticLoadBalancing::LoadBalancer", "Properties": properties}


def _classic_listener(design: Design, port: int, pod_port: int) -> dict[str, Any]:
    plain, secure = ("HTTP", "HTTPS") if design.is_layer_7 else ("TCP", "SSL")
    ends_tls = port != _HTTP_PORT and design.tls_at_load_balancer
    again = ends_tls and design.tls_termination == "both"
    written: dict[str, Any] = {
        "LoadBalancerPort": str(port),
        "InstancePort": str(NODE_PORTS[pod_port]),
        "Protocol": secure if ends_tls else plain,
        "InstanceProtocol": secure if again else plain,
    }
    if ends_tls:
        written["SSLCertificateId"] = {"Ref": "CertificateArn"}
        written["PolicyNames"] = ["tls"]
    return written


def _proxy_policy(node_ports: list[str]) -> dict[str, Any]:
    return {
        "PolicyName": "proxy-protocol",
        "PolicyType": "ProxyProtocolPolicyType",
        "Attributes": [{"Name": "ProxyProtocol", "Value": "true"}],
        "InstancePorts": node_ports,
    }


def _tls_policy() -> dict[str, Any]:
    return {
        "PolicyName": "tls",
        "PolicyType": "SSLNegotiationPolicyType",
        "Attributes": [{"Name": "Reference-Security-Policy", "Value": CLASSIC_TLS_POLICY}],
    }
