"""What a design leaves open is closed by rule."""

from dataclasses import replace

import pytest

from aws_lb_sim.design.derived import (
    emissary_proxy_protocol,
    l7_depth,
    preserve_client_ip,
    proxy_protocol_by,
    resolved,
)
from aws_lb_sim.design.design import Design
from aws_lb_sim.design.space import space

ALB = Design(load_balancer="alb", tls_termination="load-balancer", proxy_protocol=False)
CLASSIC = Design(
    load_balancer="classic-http", controller="cloud-provider-aws", proxy_protocol=False
)


@pytest.mark.parametrize(
    ("design", "port", "depth"),
    [
        (Design(), 8443, 0),
        (Design(in_front=("cloudfront",)), 8443, 1),
        (ALB, 8080, 1),
        (replace(ALB, in_front=("cloudfront",)), 8080, 2),
        (replace(ALB, xff_mode="preserve"), 8080, 1),
        (replace(ALB, xff_mode="preserve", in_front=("cloudfront",)), 8080, 1),
        (replace(ALB, xff_mode="remove"), 8080, 1),
        (replace(ALB, l7_depth=0), 8080, 0),
        (replace(CLASSIC, tls_termination="load-balancer"), 8080, 1),
        # Port 80 of this one is a TCP listener, which adds no header.
        (replace(CLASSIC, tls_termination="both"), 8080, 0),
        (replace(CLASSIC, tls_termination="both"), 8443, 1),
        (replace(CLASSIC, tls_termination="both", controller="cloudformation"), 8080, 1),
    ],
)
def test_the_depth_is_the_number_of_proxies_that_append(design, port, depth):
    assert l7_depth(design, port) == depth


@pytest.mark.parametrize(
    ("design", "way"),
    [
        (Design(), "annotation"),
        (Design(proxy_protocol=False), None),
        (Design(controller="cloud-provider-aws"), "target-group-attributes"),
        (Design(controller="cloud-provider-aws", load_balancer="classic-tcp"), "annotation"),
        (Design(controller="cloudformation"), None),
        (Design(controller="cloud-provider-aws", proxy_protocol_by="by-hand"), "by-hand"),
    ],
)
def test_each_controller_has_its_way_to_turn_the_proxy_protocol_on(design, way):
    assert proxy_protocol_by(design) == way


def test_emissary_follows_the_load_balancer_unless_told_otherwise():
    assert emissary_proxy_protocol(Design()) == "protocolStack"
    assert emissary_proxy_protocol(Design(emissary_version="1.14")) == "use_proxy_proto"
    assert emissary_proxy_protocol(Design(proxy_protocol=False)) == "none"
    assert emissary_proxy_protocol(Design(emissary_proxy_protocol="none")) == "none"


def test_the_defaults_of_client_address_preservation_are_those_of_aws():
    assert preserve_client_ip(Design(target_type="instance")) is True
    assert preserve_client_ip(Design(target_type="ip")) is False
    assert preserve_client_ip(Design(target_type="ip", preserve_client_ip=True)) is True
    assert preserve_client_ip(ALB) is None


def test_resolving_twice_changes_nothing_more():
    for design in space():
        once = resolved(design)
        assert resolved(once) == once
