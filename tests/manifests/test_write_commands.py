"""The commands, run by a shell with the real ``aws`` against moto, do what they say."""

import os
import subprocess
import sys
import urllib.request
import uuid
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
    # Port 0: the server takes a free port itself, so that no other process can take it between.
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
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
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        assert answer.status == 200, "moto is not empty"
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


def make_classic(client, name, owner, ports):
    """Make a Classic Load Balancer, tagged as cloud-provider-aws does, and see that it is there."""
    elb = client("elb")
    elb.create_load_balancer(
        LoadBalancerName=name,
        Listeners=[
            {
                "Protocol": "TCP",
                "LoadBalancerPort": port,
                "InstanceProtocol": "TCP",
                "InstancePort": node_port,
            }
            for port, node_port in ports.items()
        ],
        AvailabilityZones=[f"{REGION}a"],
        Tags=[{"Key": "kubernetes.io/service-name", "Value": owner}],
    )
    (found,) = elb.describe_tags(LoadBalancerNames=[name])["TagDescriptions"]
    assert found["Tags"] == [{"Key": "kubernetes.io/service-name", "Value": owner}]


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
    make_classic(client, f"b{uuid.uuid4().hex}"[:32], "other/service", {80: 30080})
    done = run(write(replace(BY_HAND, load_balancer=load_balancer)), environment)
    assert done.returncode != 0
    assert "no load balancer is tagged for the Service emissary/emissary-ingress" in done.stderr


def test_every_backend_of_the_services_classic_load_balancer_gets_the_policy(client, environment):
    name, elb = f"a{uuid.uuid4().hex}"[:32], client("elb")
    make_classic(client, f"b{name[1:]}", "other/service", {80: 30080})
    make_classic(client, name, "emissary/emissary-ingress", {80: 31080, 443: 31443})
    done = run(write(replace(BY_HAND, load_balancer="classic-tcp")), environment)
    assert done.returncode == 0, done.stderr
    (found,) = elb.describe_load_balancers(LoadBalancerNames=[name])["LoadBalancerDescriptions"]
    backends = {
        each["InstancePort"]: each["PolicyNames"] for each in found["BackendServerDescriptions"]
    }
    assert backends == {31080: ["emissary-proxy-protocol"], 31443: ["emissary-proxy-protocol"]}
    (policy,) = elb.describe_load_balancer_policies(LoadBalancerName=name)["PolicyDescriptions"]
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
