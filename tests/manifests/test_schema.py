import pytest

from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.load import load_text
from aws_lb_sim.manifests.schema import SCHEMA_KINDS, validate

LISTENER = {
    "port": 8443,
    "protocol": "HTTPS",
    "securityModel": "XFP",
    "hostBinding": {"namespace": {"from": "ALL"}},
}
GOOD = {
    "Listener": LISTENER,
    "Host": {"hostname": "*", "requestPolicy": {"insecure": {"action": "Redirect"}}},
    "Mapping": {"hostname": "*", "prefix": "/", "service": "http://x"},
    "Module": {"config": {"anything": {"goes": 1}}},
    "TCPMapping": {"port": 6443, "service": "x:80"},
    "TLSContext": {"hosts": ["a.example.com"], "min_tls_version": "v1.2"},
}


def document(kind, spec, version="getambassador.io/v3alpha1", **more):
    metadata = {"name": "it", "namespace": "emissary"}
    return Document(
        data={"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec, **more}
    )


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_good_documents_have_no_findings(kind):
    assert validate(document(kind, GOOD[kind])) == []
    assert validate(document(kind, GOOD[kind], status={})) == []


def test_every_kind_with_a_schema_has_a_good_example():
    assert set(GOOD) == set(SCHEMA_KINDS)


BAD = {
    "enum": (
        "Host",
        {"requestPolicy": {"insecure": {"action": "redirect"}}},
        "spec.requestPolicy.insecure.action",
        "spec.requestPolicy.insecure.action is 'redirect'",
        "write Redirect (one of Redirect, Reject, Route)",
    ),
    "enum in a list": (
        "Listener",
        {**LISTENER, "protocolStack": ["PROXI", "TCP"]},
        "spec.protocolStack[0]",
        "spec.protocolStack.0 is 'PROXI'",
        "write PROXY (one of HTTP, PROXY, TLS, TCP, UDP)",
    ),
    "type number": (
        "Listener",
        {**LISTENER, "port": "8443"},
        "spec.port",
        "the text '8443', where a whole number",
        "write a whole number",
    ),
    "type text": (
        "Host",
        {"hostname": True},
        "spec.hostname",
        "the truth value true, where a text",
        'write "true" in quotes',
    ),
    "type list": (
        "TLSContext",
        {"hosts": "a.example.com"},
        "spec.hosts",
        "where a list",
        "write a list",
    ),
    "maximum": ("Listener", {**LISTENER, "port": 99999}, "spec.port", "99999", "at most 65535"),
    "minimum": ("Listener", {**LISTENER, "port": 0}, "spec.port", "is 0", "at least 1"),
    "required": (
        "Listener",
        {name: value for name, value in LISTENER.items() if name != "securityModel"},
        "spec",
        "spec has no securityModel",
        "add securityModel",
    ),
    "required, null": (
        "Listener",
        {**LISTENER, "hostBinding": None},
        "spec",
        "spec has no hostBinding",
        "add hostBinding",
    ),
}


@pytest.mark.parametrize(("kind", "spec", "place", "message", "fix"), BAD.values(), ids=BAD)
def test_what_the_api_server_refuses(kind, spec, place, message, fix):
    (finding,) = validate(document(kind, spec))
    assert (finding.code, finding.severity) == ("schema", "error")
    assert finding.where == f"{kind} emissary/it, {place}"
    assert message in finding.message
    assert fix in finding.fix
    assert "Emissary 3.3" in finding.source


def test_unknown_fields_are_named_with_the_field_that_was_meant():
    spec = {**LISTENER, "l7depth": 1, "hostBinding": {"namespaces": {"from": "ALL"}}}
    findings = validate(document("Listener", spec))
    assert [(each.where.partition(", ")[2], each.fix) for each in findings] == [
        ("spec.l7depth", "write l7Depth"),
        ("spec.hostBinding.namespaces", "write namespace"),
    ]
    assert {each.severity for each in findings} == {"warning"}


def test_free_fields_stay_free():
    spec = {"config": {"use_proxy_proto": True, "on": {"x": [1]}}}
    assert validate(document("Module", spec)) == []
    labels = {"matchLabels": {"any": "thing"}}
    assert validate(document("Host", {"mappingSelector": labels})) == []


def test_null_fields_count_as_absent():
    assert validate(document("Host", {"hostname": None, "tlsSecret": None})) == []


def test_a_misspelt_kind_or_version_is_refused():
    (kind,) = validate(document("listener", LISTENER))
    assert kind.severity == "error"
    assert kind.fix.startswith("write Listener (")
    (version,) = validate(document("Host", {}, version="getambassador.io/v3alpha2"))
    assert version.severity == "error"
    assert version.fix == "write getambassador.io/v3alpha1"


def test_what_is_not_checked_is_said():
    (older,) = validate(document("Mapping", {"prefix": "/"}, version="getambassador.io/v2"))
    (other,) = validate(document("AuthService", {}))
    assert older.code == other.code == "schema-not-checked"
    assert older.severity == other.severity == "info"


def test_other_groups_are_left_alone():
    assert validate(document("Host", {"x": 1}, version="networking.istio.io/v1")) == []
    assert validate(Document(data={"kind": "Host"})) == []
    assert validate(Document(data={"apiVersion": 3})) == []


def test_where_gives_the_line():
    text = (
        "apiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: h}\n"
        "spec:\n  requestPolicy:\n    insecure:\n      action: route\n"
    )
    (finding,) = validate(load_text(text, "host.yaml")[0])
    assert finding.where.startswith("host.yaml, document 1, line 7 (Host default/h")


def test_odd_shapes_are_found_not_raised():
    for spec in (None, 7, [], "x", {"hostBinding": 7}, {"port": [1]}, {"port": {"a": 1}}):
        findings = validate(document("Listener", spec))
        assert all(each.code == "schema" for each in findings)
        assert findings or spec is None
