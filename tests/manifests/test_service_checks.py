import kubernetes_validate
import pytest

from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.load import load_text
from aws_lb_sim.manifests.service_checks import RULES, check_service

GOOD = """\
apiVersion: v1
kind: Service
metadata:
  name: edge
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: "nlb"
spec:
  type: LoadBalancer
  externalIPs: [203.0.113.7, "2001:db8::1"]
  loadBalancerSourceRanges: [203.0.113.0/24, "2001:db8::/32"]
  ports:
  - {name: http, port: 80, targetPort: 8080}
  - {name: https, port: 443, targetPort: https, nodePort: 30443}
  - {name: dns, port: 443, protocol: UDP}
"""


def service(**spec):
    metadata = {"name": "edge", "namespace": "emissary"}
    return Document(data={"kind": "Service", "metadata": metadata, "spec": spec})


def codes(checked):
    return [finding.code for finding in check_service(checked)]


def test_a_good_service_has_no_findings():
    (document,) = load_text(GOOD)
    kubernetes_validate.validate(document.data, "1.33", strict=True)
    assert check_service(document) == []


@pytest.mark.parametrize("spec", [{}, {"ports": []}, {"ports": None}, {"type": "LoadBalancer"}])
def test_a_service_without_ports(spec):
    (finding,) = check_service(service(**spec))
    assert (finding.code, finding.severity) == ("service-no-ports", "error")
    assert finding.where == "Service emissary/edge, spec.ports"


@pytest.mark.parametrize("spec", [{"type": "ExternalName"}, {"clusterIP": "None"}])
def test_services_that_need_no_ports(spec):
    assert codes(service(**spec)) == []


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("HTTP", "write http"),
        ("http_1", "write http-1"),
        ("-http-", "write http"),
        ("x" * 64, "write " + "x" * 63),
        ("é", "write a name such as http"),
        (80, "write it in quotes"),
    ],
)
def test_port_names_that_are_no_rfc_1123_label(name, fix):
    (finding,) = check_service(service(ports=[{"name": name, "port": 80}]))
    assert (finding.code, finding.fix) == ("port-name-invalid", fix)
    assert finding.where.endswith("spec.ports[0].name")


@pytest.mark.parametrize("name", ["http", "a", "80", "http--1", "x" * 63])
def test_port_names_that_the_api_server_takes(name):
    assert codes(service(ports=[{"name": name, "port": 80}])) == []


@pytest.mark.parametrize(
    ("target", "is_good"),
    [
        ("https", True),
        ("a" * 15, True),
        ("a" * 16, False),
        ("HTTPS", False),
        ("8080", False),
        ("a--b", False),
        ("-a", False),
        (8080, True),
        (0, False),
        (70000, False),
        (True, False),
    ],
)
def test_target_ports(target, is_good):
    assert (codes(service(ports=[{"port": 80, "targetPort": target}])) == []) is is_good


def test_several_ports_need_names_that_differ():
    assert codes(service(ports=[{"port": 80}])) == []
    assert codes(service(ports=[{"port": 80}, {"port": 443, "name": "https"}])) == [
        "port-name-missing"
    ]
    same = [{"port": 80, "name": "http"}, {"port": 443, "name": "http"}]
    assert codes(service(ports=same)) == ["port-name-duplicate"]


def test_ports_differ_in_number_or_protocol():
    tcp, udp = {"port": 53, "name": "a"}, {"port": 53, "name": "b", "protocol": "UDP"}
    assert codes(service(ports=[tcp, udp])) == []
    assert codes(service(ports=[tcp, {**tcp, "name": "b"}])) == ["port-duplicate"]


@pytest.mark.parametrize("port", [None, 0, 65536, -1, "80", 80.5, True])
def test_port_numbers(port):
    assert codes(service(ports=[{"port": port}])) == ["port-invalid"]


def test_addresses_that_are_none():
    spec = {
        "ports": [{"port": 80}],
        "externalIPs": ["999.1.1.1", "203.0.113.7", 7],
        "loadBalancerSourceRanges": ["203.0.113.7", "10.0.0.0/33", "10.0.0.1/8", " 10.0.0.0/8 "],
    }
    findings = check_service(service(**spec))
    assert [each.where.partition(", ")[2] for each in findings] == [
        "spec.externalIPs[0]",
        "spec.externalIPs[2]",
        "spec.loadBalancerSourceRanges[0]",
        "spec.loadBalancerSourceRanges[1]",
    ]
    assert {each.code for each in findings} == {"address-invalid"}
    assert "'999.1.1.1' in externalIPs is not an IP address" in findings[0].message


def test_odd_shapes_are_found_not_raised():
    assert codes(service(ports=["80"])) == ["port-invalid"]
    assert codes(service(ports={"port": 80})) == ["service-no-ports"]
    assert codes(Document(data={"kind": "Service", "spec": []})) == ["service-no-ports"]
    assert codes(service(ports=[{"port": {}, "name": []}])) == ["port-name-invalid", "port-invalid"]


def test_other_kinds_are_left_alone():
    assert codes(Document(data={"kind": "Host"})) == []


def test_annotations_are_checked_too():
    data = {
        "kind": "Service",
        "metadata": {"annotations": {"service.beta.kubernetes.io/aws-load-balancer-typ": "nlb"}},
        "spec": {"ports": [{"port": 80}]},
    }
    assert codes(Document(data=data)) == ["annotation-unknown"]


def test_rules_have_different_ids_and_a_source_each():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.source and rule.text.endswith(".") for rule in RULES)
