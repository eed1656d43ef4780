"""What is written for a design is read back as that design's load balancer."""

from __future__ import annotations

from itertools import islice

import pytest

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.design.space import space
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.write import write

EVERY = 23


def designs():
    return list(islice(space("scheme"), 0, None, EVERY))


def read(design):
    manifests = write(design)
    documents = [Document(data=each) for each in manifests.documents]
    if manifests.cloudformation is not None:
        documents.append(Document(data=manifests.cloudformation))
    return read_load_balancer(
        documents, controller=manifests.controller, attributes=manifests.attributes
    )


def groups(load_balancer):
    actions = [
        action
        for listener in load_balancer.listeners
        for action in (listener.action, *(rule.action for rule in listener.rules))
    ]
    return [each.target_group for each in actions if isinstance(each, ForwardAction)]


@pytest.fixture(scope="module")
def made():
    return [(design, read(design)) for design in designs()]


def test_there_is_something_to_compare(made):
    assert len(made) > 100
    assert {each.load_balancer.kind for _, each in made} == {"classic", "nlb", "alb"}


def test_nobody_refuses_what_was_written(made):
    for design, each in made:
        assert [f for f in each.findings if f.severity == "error"] == [], design
        ports = {80} if design.tls_termination == "none" else {80, 443}
        assert {listener.port for listener in each.load_balancer.listeners} == ports, design


def test_kind_scheme_and_owner(made):
    for design, each in made:
        found = each.load_balancer
        assert found.kind == design.load_balancer.partition("-")[0], design
        assert (found.scheme, found.provisioned_by) == (design.scheme, design.controller), design


def test_proxy_protocol(made):
    for design, each in made:
        version = {"classic": 1, "nlb": 2, "alb": 0}[each.load_balancer.kind]
        expected = version if design.proxy_protocol else 0
        assert {group.proxy_protocol for group in groups(each.load_balancer)} == {expected}, design


def test_targets(made):
    for design, each in made:
        for group in groups(each.load_balancer):
            assert group.target_type == design.target_type, design
            assert group.pod_port in (8080, 8443)
            assert (group.node_port is None) == (design.target_type == "ip")
            if design.target_type == "instance":
                assert group.external_traffic_policy == design.external_traffic_policy, design


def test_client_ip_preservation(made):
    for design, each in made:
        if each.load_balancer.kind != "nlb":
            continue
        default = design.target_type == "instance"
        expected = default if design.preserve_client_ip is None else design.preserve_client_ip
        assert {group.preserve_client_ip for group in groups(each.load_balancer)} == {expected}


def test_where_tls_ends(made):
    for design, each in made:
        listener = each.load_balancer.listener(443)
        if listener is None:
            continue
        ends = listener.protocol in ("SSL", "TLS", "HTTPS")
        assert ends == (design.tls_termination in ("load-balancer", "both")), design
        encrypted = {group.protocol in ("SSL", "TLS", "HTTPS") for group in groups_of(listener)}
        if ends:
            assert encrypted == {design.tls_termination == "both"}, design


def groups_of(listener):
    actions = (listener.action, *(rule.action for rule in listener.rules))
    return [each.target_group for each in actions if isinstance(each, ForwardAction)]
