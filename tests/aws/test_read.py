from __future__ import annotations

import pytest

from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document

CONTROLLER = "aws-load-balancer-controller"


def codes(made):
    return {each.code: each.severity for each in made.findings}


def test_no_document_describes_a_load_balancer(node_port):
    assert read_load_balancer([node_port()]).load_balancer is None


def test_among_several_services_the_one_for_emissary_is_followed(service):
    shop = service(name="shop", selector={"app": "shop"})
    edge = service(name="edge", selector={"app.kubernetes.io/name": "emissary-ingress"})
    made = read_load_balancer([shop, edge])
    assert made.load_balancer.where == "Service emissary/edge"
    assert codes(made)["load-balancer-not-followed"] == "info"


def test_two_services_for_emissary_must_be_told_apart(service):
    documents = [service(name="emissary-a"), service({"type": "nlb"}, name="emissary-b")]
    with pytest.raises(InputError, match="Service/emissary/emissary-a"):
        read_load_balancer(documents)
    made = read_load_balancer(documents, entry="Service/emissary/emissary-b")
    assert made.load_balancer.kind == "nlb"
    with pytest.raises(InputError, match="emissary-c"):
        read_load_balancer(documents, entry="Service/emissary/emissary-c")


def test_attributes_set_by_hand_reach_every_target_group(service):
    attributes = {"proxy_protocol_v2.enabled": "true", "preserve_client_ip.enabled": "false"}
    made = read_load_balancer([service({"type": "nlb"})], attributes=attributes)
    for each in made.load_balancer.listeners:
        group = each.action.target_group
        assert (group.proxy_protocol, group.preserve_client_ip) == (2, False)
    assert codes(made)["manual-edit-fragile"] == "info"


def test_a_manual_edit_is_reverted_by_the_load_balancer_controller(service):
    made = read_load_balancer(
        [service({"type": "external", "nlb-target-type": "ip"})],
        attributes={"proxy_protocol_v2.enabled": "true"},
    )
    assert codes(made)["manual-edit-reverted"] == "warning"
    assert made.load_balancer.listener(443).action.target_group.proxy_protocol == 2


def test_setting_by_hand_what_is_set_already_is_nothing_to_warn_of(service):
    made = read_load_balancer(
        [service({"type": "nlb-ip", "proxy-protocol": "*"})],
        attributes={"proxy_protocol_v2.enabled": "true"},
    )
    assert "manual-edit-reverted" not in codes(made)


def test_a_classic_elb_has_no_target_group_attributes(service):
    made = read_load_balancer([service()], attributes={"proxy_protocol_v2.enabled": "true"})
    assert codes(made)["attribute-not-supported"] == "error"
    assert made.load_balancer.listener(443).action.target_group.proxy_protocol == 0


def test_a_classic_elbs_policy_is_set_by_hand(service):
    made = read_load_balancer([service()], attributes={"ProxyProtocol": "true"})
    assert made.load_balancer.listener(443).action.target_group.proxy_protocol == 1
    made = read_load_balancer([service({"type": "nlb"})], attributes={"ProxyProtocol": "true"})
    assert codes(made) == {"attribute-not-supported": "error"}


def test_load_balancer_attributes_set_by_hand_are_kept(service):
    key = "load_balancing.cross_zone.enabled"
    made = read_load_balancer([service({"type": "nlb"})], attributes={key: "true"})
    assert made.load_balancer.attributes[key] == "true"


@pytest.mark.parametrize(
    ("attributes", "what"),
    [
        ({"proxy_protocol.enabled": "true"}, "proxy_protocol_v2.enabled"),
        ({"proxy_protocol_v2.enabled": "on"}, "true or false"),
        ({"routing.http.xff_header_processing.mode": "drop"}, "append or preserve or remove"),
        ({"idle_timeout.timeout_seconds": "1m"}, "whole number"),
    ],
)
def test_attributes_that_aws_does_not_take(service, attributes, what):
    with pytest.raises(InputError) as caught:
        read_load_balancer([service()], attributes=attributes)
    assert what in caught.value.mend


def test_source_ranges_are_not_modelled_and_said(service):
    made = read_load_balancer([service(loadBalancerSourceRanges=["173.245.48.0/20"])])
    assert codes(made) == {"not-modelled": "info"}


def test_tls_to_the_target_comes_without_a_server_name(service):
    annotations = {"ssl-cert": "arn:x", "backend-protocol": "ssl"}
    for kind in ({}, {"type": "nlb"}):
        assert "no-server-name" in codes(read_load_balancer([service(annotations | kind)]))
    assert "no-server-name" not in codes(read_load_balancer([service({"ssl-cert": "arn:x"})]))


def test_reading_is_the_same_each_time(service):
    document = service({"type": "nlb", "scheme": "internal"})
    assert read_load_balancer([document]) == read_load_balancer([document])


@pytest.mark.parametrize("data", [{}, {"kind": "Service"}, {"kind": "Ingress"}, {"Resources": []}])
def test_documents_with_nothing_in_them_describe_nothing(data):
    assert read_load_balancer([Document(data=data)]).load_balancer is None


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "Service", "spec": {"type": "LoadBalancer"}},
        {"kind": "Service", "spec": {"type": "LoadBalancer", "ports": "80"}},
        {"kind": "Service", "spec": {"type": "LoadBalancer", "ports": [None]}},
        {
            "kind": "Service",
            "metadata": {"annotations": ["x"]},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        },
        {"kind": "Ingress", "spec": {"ingressClassName": "alb", "rules": ["x"]}},
        {"kind": "Ingress", "spec": {"ingressClassName": "alb", "defaultBackend": "x"}},
        {"LoadBalancers": "x"},
    ],
)
def test_broken_documents_give_an_error_that_says_how_to_mend_it(data):
    with pytest.raises(InputError) as caught:
        read_load_balancer([Document(data=data)])
    assert caught.value.where
    assert caught.value.mend
