import pytest

from aws_lb_sim.manifests.annotation_checks import (
    check_annotations,
    is_known_annotation,
    nearest_annotation,
)
from aws_lb_sim.manifests.load import load_text

SERVICE = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESS = "alb.ingress.kubernetes.io/"


@pytest.mark.parametrize(
    "name",
    [
        SERVICE + "type",
        SERVICE + "target-group-attributes.443",
        SERVICE + "listener-attributes.TCP-80",
        "service.kubernetes.io/aws-load-balancer-scheme",
        "service.beta.kubernetes.io/load-balancer-source-ranges",
        INGRESS + "actions.redirect-to-https",
        INGRESS + "group.name",
        "kubernetes.io/ingress.class",
        "external-dns.alpha.kubernetes.io/hostname",
        "a",
    ],
)
def test_known_annotations_and_those_of_others_pass(name):
    assert is_known_annotation(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (SERVICE + "proxy-protocal", SERVICE + "proxy-protocol"),
        (SERVICE + "ssl-certs", SERVICE + "ssl-cert"),
        (
            SERVICE + "cross-zone-load-balancing-enable",
            SERVICE + "cross-zone-load-balancing-enabled",
        ),
        ("service.beta.kubernetes.io/aws-loadbalancer-type", SERVICE + "type"),
        (INGRESS + "certificate-arns", INGRESS + "certificate-arn"),
        ("alb.ingress.kubernetes.io.scheme", INGRESS + "scheme"),
        (SERVICE + "wibble-wobble-of-something-else", None),
    ],
)
def test_misspelt_annotations_are_found_with_what_was_meant(name, meant):
    assert not is_known_annotation(name)
    assert nearest_annotation(name) == meant


def test_each_finding_names_its_line():
    text = f"""\
kind: Service
metadata:
  name: edge
  annotations:
    {SERVICE}internal: true
    {SERVICE}ssl-ports: 443
    {SERVICE}proxy-protocol: "*"
    {SERVICE}typ: "nlb"
    other: on
    empty:
"""
    findings = check_annotations(load_text(text, "s.yaml")[0])
    assert [(each.code, each.severity, each.fix) for each in findings] == [
        ("annotation-not-text", "error", 'write it in quotes: "true"'),
        ("annotation-not-text", "error", 'write it in quotes: "443"'),
        ("annotation-unknown", "warning", f"write {SERVICE}type"),
        ("annotation-not-text", "error", 'write it in quotes: "true"'),
        ("annotation-not-text", "error", 'write "" for an empty text'),
    ]
    lines = [each.where.partition("line ")[2].partition(" ")[0] for each in findings]
    assert lines == ["5", "6", "8", "9", "10"]


def test_annotations_of_no_shape():
    (finding,) = check_annotations(load_text("kind: Service\nmetadata: {annotations: [x]}")[0])
    assert finding.code == "annotation-not-text"
    assert check_annotations(load_text("kind: Service\nmetadata: [x]")[0]) == []
