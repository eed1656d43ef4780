"""Reading Emissary's resources: what is taken, what is left out with a note, what is an error."""

import pytest

from aws_lb_sim.emissary.read import read_resources
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document

LISTENER = {
    "port": 8080,
    "protocol": "HTTP",
    "securityModel": "XFP",
    "hostBinding": {"namespace": {"from": "ALL"}},
}


def document(kind, spec, name="edge", **metadata):
    return Document(
        data={
            "apiVersion": "getambassador.io/v3alpha1",
            "kind": kind,
            "metadata": {"name": name, "namespace": "emissary", **metadata},
            "spec": spec,
        }
    )


def without(*keys):
    return {key: value for key, value in LISTENER.items() if key not in keys}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (without("protocol"), "no protocol, no protocolStack"),
        (LISTENER | {"protocol": "SPDY"}, "'SPDY' is not known"),
        (without("securityModel"), "securityModel is required"),
        (without("hostBinding"), "hostBinding needs"),
        (LISTENER | {"hostBinding": {}}, "hostBinding needs"),
        (LISTENER | {"hostBinding": {"namespace": {"from": ""}}}, "from is required"),
        (LISTENER | {"hostBinding": {"selector": {"matchExpressions": []}}}, "only matchLabels"),
        (LISTENER | {"protocolStack": ["HTTP", "TLS"]}, "last element"),
        (LISTENER | {"protocolStack": ["UDP"]}, "UDP is only supported with HTTP"),
    ],
)
def test_a_listener_that_emissary_ignores_is_noted(spec, said):
    found = read_resources([document("Listener", spec)])
    assert found.listeners == ()
    assert said in found.notes[0].message


def test_protocol_stack_wins_over_protocol():
    spec = LISTENER | {"protocolStack": ["PROXY", "HTTP", "TCP"]}
    assert read_resources([document("Listener", spec)]).listeners[0].stack[0] == "PROXY"


@pytest.mark.parametrize(
    ("kind", "spec", "said"),
    [
        ("Listener", LISTENER | {"port": "http"}, "not a port"),
        ("Listener", LISTENER | {"port": 99999}, "not a port"),
        ("Listener", LISTENER | {"port": True}, "not a port"),
        ("Listener", LISTENER | {"l7Depth": -1}, "l7Depth is -1"),
        ("Listener", LISTENER | {"protocolStack": "TCP"}, "not a list"),
        ("Host", {"hostname": 5}, "hostname is a number, not text"),
        ("Host", {"tlsSecret": "tls"}, "tlsSecret is text, not a mapping"),
        ("Host", {"requestPolicy": []}, "requestPolicy is a list, not a mapping"),
        ("TCPMapping", {"service": "a"}, "not a port"),
        ("Mapping", [], "spec is a list, not a mapping"),
    ],
)
def test_a_field_of_the_wrong_type_is_an_error_with_its_place(kind, spec, said):
    with pytest.raises(InputError) as error:
        read_resources([document(kind, spec)])
    assert said in error.value.what
    assert f"{kind} emissary/edge" in error.value.where
    assert error.value.mend


def test_documents_of_another_emissary_are_left_out():
    ours = document("Host", {"ambassador_id": ["default", "b"]}, "ours")
    theirs = document("Host", {"ambassador_id": "b"}, "theirs")
    found = read_resources([ours, theirs])
    assert [host.name for host in found.hosts] == ["ours"]
    assert "another Emissary" in found.notes[0].message


def test_of_two_modules_the_first_is_used_whole():
    first = document("Module", {"config": {"merge_slashes": True}}, "ambassador")
    second = document("Module", {"config": {"use_remote_address": False}}, "ambassador")
    other = document("Module", {"config": {"enable_http10": True}}, "edge")
    assert read_resources([other, first, second]).module == {"merge_slashes": True}


def test_a_mapping_host_is_exact_and_hostname_a_pattern():
    spec = {"prefix": "/", "service": "a"}
    mappings = read_resources(
        [
            document("Mapping", spec | {"hostname": "*.a.test", "host": "b.test"}),
            document("Mapping", spec | {"host": "b.test"}),
            document("Mapping", spec | {"headers": {":Authority": "c.test"}}),
            document("Mapping", spec | {"host": "*.d.test"}),
            document("Mapping", spec),
        ]
    ).mappings
    assert [mapping.hostname for mapping in mappings] == ["*.a.test", "b.test", "c.test", None]


def test_before_v3alpha1_a_mapping_without_host_is_for_every_host():
    data = document("Mapping", {"prefix": "/", "service": "a"}).data
    old = Document(data=data | {"apiVersion": "getambassador.io/v2"})
    assert read_resources([old]).mappings[0].hostname == "*"


def test_other_kinds_are_passed_over():
    service = Document(data={"apiVersion": "v1", "kind": "Service", "spec": {"ports": []}})
    knative = Document(data={"apiVersion": "serving.knative.dev/v1", "kind": "Host", "spec": 5})
    found = read_resources([service, knative])
    assert (found.hosts, found.notes) == ((), ())
