"""Designs written out are manifests that Kubernetes, Emissary and AWS accept."""

import json
from dataclasses import replace

import kubernetes_validate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_lb_sim.design.design import Design
from aws_lb_sim.design.space import change, space
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.dump import dump
from aws_lb_sim.manifests.load import load_text
from aws_lb_sim.manifests.schema import validate
from aws_lb_sim.manifests.write import write

SERVICE = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESS = "alb.ingress.kubernetes.io/"

# The decision space, each design with one of the choices that matter less, in turn.
_LESS = (
    {},
    {"scheme": "internal"},
    {"in_front": ("cloudfront",)},
    {"use_remote_address": False, "websocket": True},
    {"hostname": "*", "l7_depth": 2},
    {"emissary_version": "4.1", "hostname": "*.example.com"},
    {"emissary_proxy_protocol": "use_proxy_proto"},
)
SAMPLE = tuple(
    replace(design, **_LESS[number % len(_LESS)]) for number, design in enumerate(space())
)
OLD = tuple(space(emissary_version="1.14"))[::5]


def documents_of(design, kind):
    return [each for each in write(design).documents if each["kind"] == kind]


def the(design, kind):
    (found,) = documents_of(design, kind)
    return found


def annotations(design, kind="Service"):
    return the(design, kind)["metadata"].get("annotations", {})


def distinct(designs):
    """Return each document that is written for some design once."""
    found = {}
    for design in designs:
        for document in write(design).documents:
            found.setdefault(json.dumps(document), document)
    return list(found.values())


def test_core_documents_pass_the_schemas_of_kubernetes():
    shapes = {}
    for document in distinct((*SAMPLE, *OLD)):
        if "getambassador" in document["apiVersion"]:
            continue
        # Of annotations the schema demands only that they be text.
        written = document["metadata"].get("annotations", {})
        assert all(isinstance(value, str) for value in written.values())
        shapes.setdefault((json.dumps(document["spec"]), not written), document)
    assert {each["kind"] for each in shapes.values()} == {"Service", "Ingress"}
    for document in shapes.values():
        kubernetes_validate.validate(document, "1.33", strict=True)


def test_emissary_documents_pass_its_schemas():
    found = [each for each in distinct(SAMPLE) if "getambassador" in each["apiVersion"]]
    assert {each["kind"] for each in found} == {"Listener", "Host", "Module", "Mapping"}
    for document in found:
        assert validate(Document(data=document)) == [], document


def test_dumped_and_loaded_again_they_are_the_same():
    for document in distinct((*SAMPLE, *OLD)):
        assert [each.data for each in load_text(dump([document]))] == [document]


def test_the_bundle_holds_what_was_written():
    for design in (*SAMPLE[::97], *OLD[::50]):
        manifests = write(design)
        bundle = manifests.bundle()
        data = [document.data for document in bundle.documents()]
        expected = list(manifests.documents)
        if manifests.cloudformation is not None:
            expected.append(manifests.cloudformation)
        assert sorted(map(json.dumps, data)) == sorted(map(json.dumps, expected))
        for command in manifests.commands:
            assert command in bundle.files["aws-commands.sh"]


@given(st.sampled_from(SAMPLE))
@settings(max_examples=50)
def test_nothing_is_shared_between_two_calls(design):
    one, other = write(design), write(design)
    assert one == other
    for document in one.documents:
        document.clear()
    assert all(other.documents)


def test_no_dict_or_list_stands_in_two_places():
    def walk(node, seen):
        if isinstance(node, dict | list):
            assert id(node) not in seen
            seen.add(id(node))
            for each in node.values() if isinstance(node, dict) else node:
                walk(each, seen)

    for design in SAMPLE[::31]:
        manifests = write(design)
        walk([*manifests.documents, manifests.cloudformation], set())


def test_an_impossible_design_is_not_written():
    with pytest.raises(InputError) as caught:
        write(Design(load_balancer="alb"))
    assert "PROXY" in caught.value.what


def test_the_recommended_design_expects_proxy_before_tls():
    cleartext, tls = documents_of(Design(), "Listener")
    assert cleartext["spec"]["protocolStack"] == ["PROXY", "HTTP", "TCP"]
    assert tls["spec"]["protocolStack"] == ["PROXY", "TLS", "HTTP", "TCP"]
    assert annotations(Design())[f"{SERVICE}proxy-protocol"] == "*"
    assert the(Design(), "Host")["spec"]["tlsSecret"] == {"name": "shop-example-com"}
    assert not documents_of(Design(), "Module")


def test_ended_at_layer_4_both_ports_lead_to_cleartext_unless_they_are_split():
    joined = change(Design(), tls_termination="load-balancer")
    ports = the(joined, "Service")["spec"]["ports"]
    assert [(each["port"], each["targetPort"]) for each in ports] == [(80, 8080), (443, 8080)]
    split = replace(joined, split_ports=True)
    models = {
        each["spec"]["port"]: each["spec"]["securityModel"]
        for each in documents_of(split, "Listener")
    }
    assert models == {8080: "INSECURE", 8443: "SECURE"}
    ports = the(split, "Service")["spec"]["ports"]
    assert [(each["port"], each["targetPort"]) for each in ports] == [(80, 8080), (443, 8443)]


def test_the_two_controllers_are_told_the_same_in_their_own_words():
    by_controller = annotations(Design(preserve_client_ip=False))
    assert by_controller[f"{SERVICE}type"] == "external"
    assert by_controller[f"{SERVICE}scheme"] == "internet-facing"
    assert by_controller[f"{SERVICE}target-group-attributes"] == "preserve_client_ip.enabled=false"
    by_provider = annotations(Design(controller="cloud-provider-aws", preserve_client_ip=False))
    assert by_provider[f"{SERVICE}type"] == "nlb"
    assert f"{SERVICE}proxy-protocol" not in by_provider
    assert by_provider[f"{SERVICE}target-group-attributes"] == (
        "proxy_protocol_v2.enabled=true,preserve_client_ip.enabled=false"
    )


def test_kube_proxys_health_port_is_never_sent_a_proxy_header():
    checked = annotations(Design(external_traffic_policy="Local"))
    assert checked[f"{SERVICE}healthcheck-port"] == "traffic-port"
    assert checked[f"{SERVICE}healthcheck-protocol"] == "TCP"
    assert f"{SERVICE}healthcheck-port" not in annotations(Design())


@pytest.mark.parametrize("target_type", ["instance", "ip"])
def test_an_alb_checks_what_emissary_answers(target_type):
    design = change(Design(target_type=target_type), load_balancer="alb", target_type=target_type)
    written = annotations(design, "Ingress")
    assert written[f"{INGRESS}healthcheck-path"] == "/ambassador/v0/check_ready"
    if target_type == "ip":
        assert written[f"{INGRESS}healthcheck-port"] == "8877"
        assert written[f"{INGRESS}success-codes"] == "200"
    else:
        # The check's Host is the target's address, which a Host of another name does not serve.
        assert written[f"{INGRESS}success-codes"] == "200,404"
        open_to_all = replace(design, hostname="*")
        assert annotations(open_to_all, "Ingress")[f"{INGRESS}success-codes"] == "200,301"


def test_an_ingress_names_a_port_of_its_service():
    for design in space(load_balancer="alb", controller="aws-load-balancer-controller"):
        (path,) = the(design, "Ingress")["spec"]["rules"][0]["http"]["paths"]
        backend = path["backend"]["service"]
        service = the(design, "Service")
        assert backend["name"] == service["metadata"]["name"]
        assert backend["port"]["name"] in {each["name"] for each in service["spec"]["ports"]}


def test_every_port_that_a_service_sends_to_has_a_listener():
    for design in SAMPLE:
        targets = {each["targetPort"] for each in the(design, "Service")["spec"]["ports"]}
        listeners = {each["spec"]["port"] for each in documents_of(design, "Listener")}
        assert targets == listeners, design


def test_no_server_name_reaches_a_host_that_takes_encrypted_traffic_anew():
    for design in SAMPLE:
        if design.tls_termination == "both":
            assert the(design, "Host")["spec"]["hostname"] == "*"


def test_before_2_0_the_module_says_what_listeners_say_now():
    design = Design(emissary_version="1.14", in_front=("cloudfront",))
    assert not documents_of(design, "Listener")
    config = the(design, "Module")["spec"]["config"]
    assert config == {"use_proxy_proto": True, "xff_num_trusted_hops": 1}
    assert {each["apiVersion"] for each in write(design).documents[1:]} == {"getambassador.io/v2"}
    assert the(design, "Mapping")["spec"]["host"] == "shop.example.com"
    wildcard = the(replace(design, hostname="*.example.com"), "Mapping")["spec"]
    assert (wildcard["host"], wildcard["host_regex"]) == (r".*\.example\.com", True)


def test_since_2_0_no_module_says_what_it_is_not_asked_for():
    for design in SAMPLE:
        for module in documents_of(design, "Module"):
            assert module["metadata"]["name"] == "ambassador"
            assert "xff_num_trusted_hops" not in module["spec"]["config"]


def test_what_the_simulation_must_be_told_goes_along():
    design = Design(controller="cloud-provider-aws", proxy_protocol_by="by-hand")
    manifests = write(replace(design, in_front=("cloudfront",), preserve_client_ip=False))
    assert manifests.attributes == {
        "proxy_protocol_v2.enabled": "true",
        "preserve_client_ip.enabled": "false",
    }
    assert manifests.controller == "cloud-provider-aws"
    assert manifests.in_front == ("cloudfront",)
    # Set by hand and by annotation at once would be two truths.
    assert f"{SERVICE}target-group-attributes" not in annotations(design)


def test_commands_are_only_for_what_no_document_says():
    for design in SAMPLE:
        manifests = write(design)
        is_by_hand = design.proxy_protocol_by == "by-hand"
        assert bool(manifests.attributes) == is_by_hand
        assert bool(manifests.commands) == (is_by_hand or design.controller == "cloudformation")
        assert (manifests.cloudformation is None) == (design.controller != "cloudformation")


PROVIDER = Design(controller="cloud-provider-aws", proxy_protocol=False)
CLASSIC = replace(PROVIDER, load_balancer="classic-tcp")


@pytest.mark.parametrize(
    ("design", "stack_of_443", "on_the_wire"),
    [
        # emissary-ingress/emissary#3979: only the Module was told.
        (
            replace(
                PROVIDER,
                proxy_protocol=True,
                proxy_protocol_by="by-hand",
                emissary_proxy_protocol="use_proxy_proto",
            ),
            "HTTPS",
            True,
        ),
        # emissary-ingress/emissary#3100: nobody was told.
        (replace(CLASSIC, proxy_protocol=True, emissary_proxy_protocol="none"), "HTTPS", True),
        # emissary-ingress/emissary#4153: TLS before PROXY.
        (
            replace(PROVIDER, proxy_protocol=True, emissary_proxy_protocol="protocol"),
            "HTTPSPROXY",
            True,
        ),
        # kubernetes/kubernetes#101608: expected, and never sent.
        (
            replace(PROVIDER, emissary_proxy_protocol="protocolStack"),
            ["PROXY", "TLS", "HTTP", "TCP"],
            False,
        ),
        # emissary-ingress/emissary#275: the client's address is told by nobody.
        (replace(CLASSIC, tls_termination="load-balancer", insecure_action="Route"), "HTTP", False),
        # kubernetes/ingress-nginx#1957: the load balancer's headers are not trusted.
        (
            replace(
                CLASSIC,
                load_balancer="classic-http",
                tls_termination="load-balancer",
                l7_depth=0,
            ),
            "HTTP",
            False,
        ),
    ],
)
def test_mishaps_that_people_reported_can_be_designed(design, stack_of_443, on_the_wire):
    spec = documents_of(design, "Listener")[-1]["spec"]
    assert spec.get("protocolStack", spec.get("protocol")) == stack_of_443
    assert "l7Depth" not in spec
    manifests = write(design)
    told = (*annotations(design), *annotations(design).values(), *manifests.attributes)
    assert any("proxy" in each for each in told) == on_the_wire
