"""The commands, run by a shell with the real ``aws`` against moto, do what they say."""

import os
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aws_lb_sim.design.design import Design
from aws_lb_sim.design.space import change
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write

REGION = "us-east-1"
BY_HAND = Design(controller="cloud-provider-aws", proxy_protocol_by="by-hand")


@pytest.fixture(scope="module")
def endpoint():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def environment(endpoint, tmp_path):
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_PAGER": "",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NODE_AUTO_SCALING_GROUP": "nodes",
    }


@pytest.fixture
def client(endpoint):
    def make(service):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106  (moto takes any)
        )

    request = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")  # noqa: S310
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
    return make


def run(manifests, environment):
    """Run the script of the bundle, as a person would."""
    script = manifests.bundle().files["aws-commands.sh"]
    return subprocess.run(
        ["sh", "-c", script],  # noqa: S607
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def subnet_of(client):
    return client("ec2").describe_subnets()["Subnets"][0]


def make_nlb(client, owner, names=("k8s-http", "k8s-https")):
    """Make an NLB with a target group for each port, tagged as cloud-provider-aws does."""
    elbv2, subnet = client("elbv2"), subnet_of(client)
    made = elbv2.create_load_balancer(
        Name=owner.replace("/", "-"),
        Type="network",
        Subnets=[subnet["SubnetId"]],
        Tags=[{"Key": "kubernetes.io/service-name", "Value": owner}],
    )["LoadBalancers"][0]["LoadBalancerArn"]
    arns = []
    for name, port in zip(names, (80, 443), strict=True):
        group = elbv2.create_target_group(
            Name=name, Protocol="TCP", Port=30000 + port, VpcId=subnet["VpcId"]
        )["TargetGroups"][0]["TargetGroupArn"]
        elbv2.create_listener(
            LoadBalancerArn=made,
            Protocol="TCP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        arns.append(group)
    return arns


def attributes_of(client, arn):
    found = client("elbv2").describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    return {each["Key"]: each["Value"] for each in found}


@pytest.mark.parametrize(
    ("manifests", "owner"),
    [
        (write(BY_HAND), "emissary/emissary-ingress"),
        (
            write(replace(BY_HAND, preserve_client_ip=False, namespace="edge")),
            "edge/emissary-ingress",
        ),
        (preset("recommended-nlb-as-printed").manifests(), "ambassador/ambassador"),
    ],
    ids=["proxy protocol", "and preservation", "the page's"],
)
def test_every_target_group_of_the_services_nlb_is_set(manifests, owner, client, environment):
    ours = make_nlb(client, owner)
    others = make_nlb(client, "other/service", names=("other-http", "other-https"))
    done = run(manifests, environment)
    assert done.returncode == 0, done.stderr
    for arn in ours:
        assert manifests.attributes.items() <= attributes_of(client, arn).items()
    for arn in others:
        assert attributes_of(client, arn).get("proxy_protocol_v2.enabled") != "true"


@pytest.mark.parametrize("load_balancer", ["nlb", "classic-tcp"])
def test_a_load_balancer_that_is_not_there_is_an_error(load_balancer, client, environment):
    make_nlb(client, "other/service")
    done = run(write(replace(BY_HAND, load_balancer=load_balancer)), environment)
    assert done.returncode != 0
    assert "emissary/emissary-ingress" in done.stderr


def test_every_backend_of_the_services_classic_load_balancer_gets_the_policy(client, environment):
    elb = client("elb")
    elb.create_load_balancer(
        LoadBalancerName="another",
        Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 30080}],
        AvailabilityZones=[f"{REGION}a"],
        Tags=[{"Key": "kubernetes.io/service-name", "Value": "other/service"}],
    )
    listeners = [
        {
            "Protocol": "TCP",
            "LoadBalancerPort": 80,
            "InstanceProtocol": "TCP",
            "InstancePort": 31080,
        },
        {
            "Protocol": "TCP",
            "LoadBalancerPort": 443,
            "InstanceProtocol": "TCP",
            "InstancePort": 31443,
        },
    ]
    elb.create_load_balancer(
        LoadBalancerName="a0123456789abcdef",
        Listeners=listeners,
        AvailabilityZones=[f"{REGION}a"],
        Tags=[{"Key": "kubernetes.io/service-name", "Value": "emissary/emissary-ingress"}],
    )
    done = run(write(replace(BY_HAND, load_balancer="classic-tcp")), environment)
    assert done.returncode == 0, done.stderr
    names = ["a0123456789abcdef"]
    (found,) = elb.describe_load_balancers(LoadBalancerNames=names)["LoadBalancerDescriptions"]
    backends = {
        each["InstancePort"]: each["PolicyNames"] for each in found["BackendServerDescriptions"]
    }
    assert backends == {31080: ["emissary-proxy-protocol"], 31443: ["emissary-proxy-protocol"]}
    (policy,) = elb.describe_load_balancer_policies(LoadBalancerName="a0123456789abcdef")[
        "PolicyDescriptions"
    ]
    assert policy["PolicyTypeName"] == "ProxyProtocolPolicyType"
    assert policy["PolicyAttributeDescriptions"] == [
        {"AttributeName": "ProxyProtocol", "AttributeValue": "true"}
    ]


@pytest.mark.parametrize("load_balancer", ["nlb", "alb", "classic-tcp"])
def test_the_nodes_are_let_in_behind_a_template(load_balancer, client, environment):
    design = change(Design(), load_balancer=load_balancer, controller="cloudformation")
    manifests = write(design)
    subnet = subnet_of(client)
    autoscaling = client("autoscaling")
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="nodes", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="nodes",
        LaunchConfigurationName="nodes",
        MinSize=0,
        MaxSize=0,
        VPCZoneIdentifier=subnet["SubnetId"],
    )
    expected = set()
    for each in manifests.cloudformation["Resources"].values():
        properties = each["Properties"]
        if each["Type"].endswith("::TargetGroup"):
            made = client("elbv2").create_target_group(
                Name=properties["Name"],
                Protocol=properties["Protocol"],
                Port=properties["Port"],
                VpcId=subnet["VpcId"],
            )
            expected.add(made["TargetGroups"][0]["TargetGroupArn"])
        elif each["Type"].startswith("AWS::ElasticLoadBalancing::"):
            client("elb").create_load_balancer(
                LoadBalancerName=properties["LoadBalancerName"],
                Listeners=[{"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 30080}],
                AvailabilityZones=[subnet["AvailabilityZone"]],
            )
            expected.add(properties["LoadBalancerName"])
    done = run(manifests, environment)
    assert done.returncode == 0, done.stderr
    (group,) = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert {*group["TargetGroupARNs"], *group["LoadBalancerNames"]} == expected
