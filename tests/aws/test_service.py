from __future__ import annotations

import pytest

from aws_lb_sim.aws.service import read_service
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document


def deployment(port=9080, labels=None, namespace="emissary"):
    pod = {
        "metadata": {"labels": labels or {"app": "edge"}},
        "spec": {"containers": [{"ports": [{"name": "http", "containerPort": port}]}]},
    }
    return Document(
        data={
            "kind": "Deployment",
            "metadata": {"name": "edge", "namespace": namespace},
            "spec": {"template": pod},
        }
    )


def test_a_named_port_is_looked_up_in_the_pods_that_are_selected(service):
    named = service(ports=[{"port": 80, "targetPort": "http"}], selector={"app": "edge"})
    other = deployment(1, {"app": "other"})
    elsewhere = deployment(2, namespace="default")
    found = read_service(named, [other, elsewhere, deployment()])
    assert found.ports[0].pod_port == 9080
    assert found.findings == ()


@pytest.mark.parametrize(("name", "port"), [("http", 8080), ("https", 8443)])
def test_emissarys_own_names_are_assumed_aloud(service, name, port):
    found = read_service(service(ports=[{"port": 80, "targetPort": name}]), ())
    assert found.ports[0].pod_port == port
    assert [each.code for each in found.findings] == ["target-port-assumed"]


def test_a_target_port_that_is_absent_is_the_port(service):
    assert read_service(service(ports=[{"port": 8080}]), ()).ports[0].pod_port == 8080


def test_node_ports_are_allocated_apart_and_the_same_each_time(service):
    ports = [{"port": 80}, {"port": 1080}, {"port": 443, "nodePort": 31081}]
    found = [read_service(service(ports=ports), ()).ports for _ in range(2)]
    assert found[0] == found[1]
    assert len({each.node_port for each in found[0]}) == 3


@pytest.mark.parametrize(
    ("ports", "what"),
    [
        ([], "no ports"),
        ([{"targetPort": 80}], "port is missing"),
        ([{"port": 99999}], "99999"),
        ([{"port": True}], "True"),
        (["80"], "not a mapping"),
        ([{"port": 80, "targetPort": "web"}], "web"),
        ([{"port": 80}, {"port": 80}], "twice"),
    ],
)
def test_bad_ports(service, ports, what):
    document = service()
    document.data["spec"]["ports"] = ports
    with pytest.raises(InputError) as caught:
        read_service(document, ())
    assert what in caught.value.what
    assert caught.value.mend
    assert "Service emissary/emissary-ingress" in caught.value.where


def test_an_unknown_traffic_policy(service):
    with pytest.raises(InputError, match="externalTrafficPolicy"):
        read_service(service(externalTrafficPolicy="local"), ())


@pytest.mark.parametrize("value", [443, True, None])
def test_annotations_are_text(service, value):
    from aws_lb_sim.aws.read import read_load_balancer

    with pytest.raises(InputError, match="accepts text only"):
        read_load_balancer([service({"ssl-ports": value})])
