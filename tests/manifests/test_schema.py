import datetime as dt
import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from aws_lb_sim.manifests._breaches import _LIMITS, breaches, closed
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
        "spec.protocolStack[0] is 'PROXI'",
        "write PROXY (one of HTTP, PROXY, TLS, TCP, UDP)",
    ),
    "type number": (
        "Listener",
        {**LISTENER, "port": "8443"},
        "spec.port",
        "the text '8443', not a whole number",
        "write a whole number",
    ),
    "type text": (
        "Host",
        {"hostname": True},
        "spec.hostname",
        "the truth value true, not a text",
        'write "true" in quotes',
    ),
    "type list": (
        "TLSContext",
        {"hosts": "a.example.com"},
        "spec.hosts",
        "not a list",
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
        ("spec.hostBinding.namespaces", "write namespace"),
        ("spec.l7depth", "write l7Depth"),
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


ODD_SPECS = (
    {"port": float("inf")},
    {"port": 10**400},
    {1: 2},
    {"\ud800": "\ud800"},
    {"port": (1,)},
)


def test_odd_shapes_are_found_not_raised():
    for spec in (
        None,
        7,
        [],
        "x",
        {"hostBinding": 7},
        {"port": [1]},
        {"port": {"a": 1}},
        *ODD_SPECS,
    ):
        findings = validate(document("Listener", spec))
        assert all(each.code == "schema" for each in findings)
        assert findings or spec is None


def read_schema(kind):
    name = f"emissary-3.3-v3alpha1-{kind.lower()}.json"
    return json.loads(files("aws_lb_sim.manifests").joinpath("schemas", name).read_text("utf-8"))


def inner(schema):
    """Yield a schema and every schema in it."""
    yield schema
    for each in schema.get("properties", {}).values():
        yield from inner(each)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from inner(schema[keyword])


SAID = {"type", "enum", "required", "additionalProperties", *_LIMITS}
CHECKS_NOTHING = {"properties", "items", "description", "format"}  # by themselves


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_there_are_words_for_each_keyword_of_the_schemas(kind):
    for schema in inner(read_schema(kind)):
        keywords = {each for each in schema if not each.startswith("x-kubernetes-")}
        assert keywords <= SAID | CHECKS_NOTHING
        assert schema.get("additionalProperties") is not False


@pytest.mark.parametrize(
    ("schema", "value", "what", "fix"),
    [
        ({"minItems": 1}, [], "a has a size of 0", "write at least 1"),
        ({"minProperties": 1}, {}, "a has a size of 0", "write at least 1"),
        ({"maxProperties": 1}, {"x": 1, "y": 2}, "a has a size of 2", "write at most 1"),
        ({"pattern": "^x"}, "y", "a is 'y'", "write what matches ^x"),
        ({"multipleOf": 2}, 3, "a: 3 is not a multiple of 2", "correct it"),
    ],
)
def test_limits(schema, value, what, fix):
    whole = {"properties": {"a": schema}}
    (breach,) = breaches({"a": value}, whole, Draft202012Validator(whole))
    assert breach == (("a",), what, fix, False)


def test_unknown_fields_are_forbidden_where_kubernetes_drops_them():
    inner_schema = {"properties": {"x": {}}}
    assert closed(inner_schema) == {**inner_schema, "additionalProperties": False}
    kept = {**inner_schema, "x-kubernetes-preserve-unknown-fields": True}
    assert closed(kept) == kept
    assert closed({"type": "object"}) == {"type": "object"}
    for keyword in ("items", "additionalProperties"):
        assert closed({keyword: inner_schema}) == {keyword: closed(inner_schema)}


def test_findings_come_in_the_order_of_the_document():
    spec = {"tls": 3, "hostname": 7, "acmeProvider": {"authority": 1, "email": 2}, "zzz": 4}
    places = [each.where.rpartition("spec.")[2] for each in validate(document("Host", spec))]
    assert places == ["tls", "hostname", "acmeProvider.authority", "acmeProvider.email", "zzz"]


def test_a_date_is_a_text_as_kubectl_reads_it():
    assert validate(document("Host", {"hostname": dt.date(2024, 1, 2)})) == []
    (finding,) = validate(document("Listener", {**LISTENER, "port": dt.date(2024, 1, 2)}))
    assert "the text '2024-01-02', not a whole number" in finding.message


ODD = st.sampled_from([True, 0, 1, -1, 80.0, 1.5, 70000, "", "x", "http://", [], [1], {}, {"x": 1}])


def values(schema):
    """Draw values that a schema nearly always takes, and now and then something odd."""
    kind = schema.get("type")
    if "enum" in schema:
        good = st.sampled_from([*schema["enum"], "odd"])
    elif kind == "object":
        fields = {name: values(each) for name, each in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties") or {}
        good = st.fixed_dictionaries({}, optional={**fields, "other": values(others)})
    elif kind == "array":
        good = st.lists(values(schema["items"]), max_size=2)
    else:
        simple = {"integer": st.integers(1, 9), "boolean": st.booleans(), "string": st.just("x")}
        good = simple.get(kind, ODD)
    return st.integers(0, 15).flatmap(lambda dice: ODD if dice == 0 else good)


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_another_library_agrees(kind):
    jsonschema = pytest.importorskip("jsonschema")
    schema = closed(read_schema(kind)["properties"]["spec"])
    ours, theirs = Draft202012Validator(schema), jsonschema.Draft202012Validator(schema)

    @given(values(schema))
    @settings(deadline=None, max_examples=60)
    def agrees(value):
        # The library names the parent of an unknown field, we name the field.
        found = {
            breach.path[:-1] if breach.is_unknown_field else breach.path
            for breach in breaches(value, schema, ours)
        }
        assert found == {tuple(error.absolute_path) for error in theirs.iter_errors(value)}

    agrees()
