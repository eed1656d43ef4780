from __future__ import annotations

import pytest

from aws_lb_sim.aws.read import read_load_balancer

PROVIDER, CONTROLLER = "cloud-provider-aws", "aws-load-balancer-controller"


@pytest.mark.parametrize(
    ("annotations", "spec", "controller", "expected"),
    [
        ({}, {}, PROVIDER, ("classic", PROVIDER, "internet-facing")),
        ({"type": "nlb"}, {}, PROVIDER, ("nlb", PROVIDER, "internet-facing")),
        ({}, {}, CONTROLLER, ("nlb", CONTROLLER, "internal")),
        ({"type": "nlb"}, {}, CONTROLLER, ("nlb", CONTROLLER, "internal")),
        ({"type": "external"}, {}, CONTROLLER, ("nlb", CONTROLLER, "internal")),
        (
            {"type": "external", "nlb-target-type": "ip"},
            {},
            PROVIDER,
            ("nlb", CONTROLLER, "internal"),
        ),
        ({"type": "nlb-ip"}, {}, PROVIDER, ("nlb", CONTROLLER, "internal")),
        (
            {},
            {"loadBalancerClass": "service.k8s.aws/nlb"},
            PROVIDER,
            ("nlb", CONTROLLER, "internal"),
        ),
        (
            {"scheme": "internet-facing"},
            {"loadBalancerClass": "service.k8s.aws/nlb"},
            PROVIDER,
            ("nlb", CONTROLLER, "internet-facing"),
        ),
        ({"type": "clb"}, {}, PROVIDER, ("classic", PROVIDER, "internet-facing")),
    ],
)
def test_who_makes_what(service, annotations, spec, controller, expected):
    made = read_load_balancer([service(annotations, **spec)], controller=controller).load_balancer
    assert (made.kind, made.provisioned_by, made.scheme) == expected


@pytest.mark.parametrize(
    ("annotations", "spec"),
    [
        ({"type": "external"}, {}),
        ({"type": "external", "nlb-target-type": "pod"}, {}),
        ({}, {"loadBalancerClass": "tailscale"}),
    ],
)
def test_a_service_that_nobody_takes_has_no_listeners(service, annotations, spec):
    made = read_load_balancer([service(annotations, **spec)])
    assert made.load_balancer.listeners == ()
    assert [(each.code, each.severity) for each in made.findings] == [("no-load-balancer", "error")]


def test_the_webhook_is_a_surprise_that_is_told(service):
    made = read_load_balancer([service({"type": "nlb"})], controller=CONTROLLER)
    assert "service-taken-by-controller" in {each.code for each in made.findings}


@pytest.mark.parametrize(
    ("finalizer", "controller", "owner"),
    [
        ("service.k8s.aws/resources", PROVIDER, CONTROLLER),
        ("service.kubernetes.io/load-balancer-cleanup", CONTROLLER, PROVIDER),
    ],
)
def test_a_finalizer_of_a_real_cluster_settles_it(service, finalizer, controller, owner):
    document = service({"type": "nlb"})
    document.data["metadata"]["finalizers"] = [finalizer]
    made = read_load_balancer([document], controller=controller).load_balancer
    assert made.provisioned_by == owner
