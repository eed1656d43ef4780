"""The contract of `receive`: defaults, absent keys, and what bad input says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim import InputError, known_versions, receive

API = "getambassador.io/v3alpha1"


def resource(kind, name, **spec):
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name}, "spec": spec}


def listener(port=8080, protocol="HTTP", **more):
    binding = {"namespace": {"from": "ALL"}}
    return resource(
        "Listener",
        f"on-{port}",
        port=port,
        protocol=protocol,
        securityModel="XFP",
        hostBinding=binding,
        **more,
    )


ROUTE = {"insecure": {"action": "Route"}}
EDGE = [
    listener(),
    listener(8443, "HTTPS"),
    resource(
        "Host",
        "shop",
        hostname="shop.example.com",
        requestPolicy=ROUTE,
        tlsSecret={"name": "tls"},
    ),
    resource("Mapping", "all", hostname="*", prefix="/", service="http://UPSTREAM"),
]


def one(connection, manifests=EDGE, **options):
    return receive(manifests, [connection], **options)[0]


def test_an_empty_connection_is_a_get_to_8080_from_the_default_peer():
    observed = one({})
    assert observed["connection"] == "http"
    assert observed["status"] == 200
    assert observed["client"] == "127.0.0.9"
    assert observed["upstream"]["path"] == "/"
    assert observed["upstream"]["host"] == "shop.example.com"
    assert observed["upstream"]["headers"]["x-forwarded-proto"] == "http"


def test_null_is_the_same_as_absent_but_for_host_and_sni():
    names = ("port", "source", "proxy", "tls", "alpn", "http", "headers", "raw", "wait")
    assert one(dict.fromkeys(names)) == one({})
    assert one({"host": None})["status"] == 400
    # A named Host's chain needs its server name; without one the cleartext chain answers.
    assert one({"port": 8443, "tls": True, "sni": None})["connection"] == "tls-failed"


def test_without_sni_the_server_name_is_the_host_without_its_port():
    observed = one({"port": 8443, "tls": True, "host": "shop.example.com:8443"})
    assert observed["connection"] == "http"
    assert observed["tls"] == "TLSv1.3"
    assert observed["alpn"] is None


def test_a_client_limited_to_an_old_version_offers_that_one_only():
    observed = one({"port": 8443, "tls": True, "tls_max": "1.1"})
    assert observed["connection"] == "tls-failed"
    assert observed["tls_error"].startswith("alert:")


def test_header_lines_are_joined_or_listed_as_the_upstream_gets_them():
    sent = [["X-Custom", "one"], ["X-Custom", "two"], ["X-Forwarded-For", "198.51.100.66"]]
    headers = one({"headers": sent})["upstream"]["headers"]
    assert headers["x-custom"] == ["one", "two"]
    assert headers["x-forwarded-for"] == "198.51.100.66,127.0.0.9"


def test_a_request_id_is_reported_only_where_the_client_sent_one():
    assert "x-request-id" not in one({})["upstream"]["headers"]
    sent = {"headers": [["X-Request-Id", "mine"]], "source": "203.0.113.7"}
    assert one(sent)["upstream"]["headers"]["x-request-id"] == "replaced"


def test_raw_bytes_and_a_bare_connect():
    raw = "GET /raw HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"
    assert one({"raw": raw})["upstream"]["path"] == "/raw"
    assert one({"raw": raw.encode()}) == one({"raw": raw})
    assert one({"raw": ""})["connection"] == "timeout"
    assert one({"raw": "", "port": 8443, "wait": 20})["connection"] == "closed"


def test_proxy_headers_one_several_raw_and_split():
    proxied = [
        {**EDGE[0], "spec": {**EDGE[0]["spec"], "protocol": "HTTPPROXY"}},
        *EDGE[2:],
    ]
    version_2 = {"version": 2, "src": "203.0.113.7", "tlvs": [[0xEA, "0102"]]}
    assert one({"proxy": version_2}, proxied)["client"] == "203.0.113.7"
    assert one({"proxy": version_2, "split": True}, proxied)["client"] == "203.0.113.7"
    assert one({"proxy": [version_2, version_2]}, proxied)["status"] == 400
    line = "PROXY TCP4 203.0.113.8 10.0.0.1 1234 443\r\n"
    assert one({"proxy": {"raw": line}}, proxied)["client"] == "203.0.113.8"
    # An absent src in version 2 means the family UNSPEC.
    assert one({"proxy": {"version": 2}}, proxied)["connection"] == "closed"
    assert one({"proxy": {"version": 1, "unknown": True}}, proxied)["client"] == "127.0.0.9"


def test_answers_keep_the_order_of_the_connections():
    ports = [8080, 9999, 8443]
    observed = receive(EDGE, [{"port": port} for port in ports])
    assert [each["connection"] for each in observed] == ["http", "refused", "http"]


def test_empty_documents_are_passed_over_and_documents_left_as_they_were():
    before = repr(EDGE)
    assert receive([None, *EDGE], [{}]) == receive(EDGE, [{}])
    assert repr(EDGE) == before


def test_an_unknown_version_lists_the_known_ones():
    with pytest.raises(InputError) as raised:
        receive(EDGE, [{}], "7.0")
    assert all(version in raised.value.mend for version in known_versions())


@pytest.mark.parametrize(
    ("connection", "field", "said"),
    [
        ("GET /", "item 1", "mapping"),
        ({"http": "3"}, "http", "1.0, 1.1, 2"),
        ({"port": 99999}, "port", "65535"),
        ({"port": 0}, "port", "65535"),
        ({"port": "8080"}, "port", "quotes"),
        ({"port": True}, "port", "number"),
        ({"source": "example.com"}, "source", "IP address"),
        ({"source": 7}, "source", "text"),
        ({"headers": {"A": "b"}}, "headers", "list"),
        ({"headers": ["A: b"]}, "headers[0]", "[one, another]"),
        ({"headers": [["A", "b"], ["only a name"]]}, "headers[1]", "[name, value]"),
        ({"headers": [["A", 5]]}, "headers[0]", "quotes"),
        ({"tls": "yes"}, "tls", "true or false"),
        ({"tls": True, "tls_max": "1.4"}, "tls_max", "1.3"),
        ({"alpn": "h2"}, "alpn", "list"),
        ({"alpn": [2]}, "alpn[0]", "text"),
        ({"wait": -1}, "wait", "0 or more"),
        ({"wait": "3"}, "wait", "seconds"),
        ({"host": ["a"]}, "host", "text"),
        ({"raw": 5}, "raw", "text"),
        ({"hosts": "a"}, "item 1", "perhaps host;"),
        ({"zzz": "a"}, "item 1", "port, source, proxy"),
        ({"proxy": "PROXY TCP4"}, "proxy", "mapping"),
        ({"proxy": {"version": 3}}, "proxy, version", "1, 2"),
        ({"proxy": {"sources": "1"}}, "proxy", "version, command, src"),
        ({"proxy": [{}, {"sport": "x"}]}, "proxy[1], sport", "number"),
        ({"proxy": {"tlvs": [[1, "xyz"]]}}, "proxy, tlvs[0]", "hexadecimal"),
        ({"proxy": {"tlvs": [[1]]}}, "proxy, tlvs[0]", "hexadecimal"),
    ],
)
def test_a_bad_field_is_named_with_its_item_and_its_remedy(connection, field, said):
    with pytest.raises(InputError) as raised:
        receive(EDGE, [connection])
    assert raised.value.where.startswith("connections, item 1")
    assert raised.value.where.endswith(field)
    assert said in str(raised.value)


def test_the_item_is_counted_from_1():
    with pytest.raises(InputError) as raised:
        receive(EDGE, [{}, {}, {"port": -1}])
    assert raised.value.where == "connections, item 3, port"


def test_a_document_that_is_no_mapping_is_named():
    with pytest.raises(InputError) as raised:
        receive([*EDGE, "kind: Host"], [{}])
    assert raised.value.where == "manifests, document 5"


ENDINGS = {"http", "refused", "closed", "tls-failed", "timeout", "config-rejected"}
TEXTS = st.text(max_size=12)
HEADER = st.tuples(st.sampled_from(["X-Forwarded-For", "x-forwarded-proto", "A_b", "Host"]), TEXTS)
PROXY = st.fixed_dictionaries(
    {},
    optional={
        "version": st.sampled_from([1, 2]),
        "command": st.sampled_from(["PROXY", "LOCAL"]),
        "src": st.sampled_from(["203.0.113.7", "2001:db8::7", "nonsense", ""]),
        "dst": st.sampled_from(["10.0.0.1", "2001:db8::1"]),
        "sport": st.integers(-1, 70000),
        "dport": st.integers(0, 65535),
        "unknown": st.booleans(),
        "raw": TEXTS,
    },
)
CONNECTION = st.fixed_dictionaries(
    {},
    optional={
        "port": st.sampled_from([8080, 8443, 9999]),
        "source": st.ip_addresses().map(str),
        "proxy": st.one_of(PROXY, st.lists(PROXY, max_size=3)),
        "proxy_in_tls": st.booleans(),
        "tls": st.booleans(),
        "sni": st.one_of(st.none(), TEXTS),
        "alpn": st.lists(st.sampled_from(["h2", "http/1.1", "spdy/3"])),
        "tls_min": st.sampled_from(["1.0", "1.2", "1.3"]),
        "tls_max": st.sampled_from(["1.0", "1.1", "1.2", "1.3"]),
        "http": st.sampled_from(["1.0", "1.1", "2"]),
        "host": st.one_of(st.none(), TEXTS),
        "method": st.sampled_from(["GET", "POST", "HEAD"]),
        "path": TEXTS,
        "headers": st.lists(HEADER.map(list), max_size=4),
        "raw": st.one_of(TEXTS, st.binary(max_size=40)),
        "wait": st.floats(0, 60),
    },
)


@given(CONNECTION, st.sampled_from(["1.14", "2.5", "3.3", "4.1"]))
def test_every_connection_of_known_fields_has_an_observation(connection, version):
    observed = one(connection, emissary_version=version)
    assert observed["connection"] in ENDINGS
    assert (observed["connection"] == "http") == ("status" in observed)
    assert ("tls_error" in observed) == (observed["connection"] == "tls-failed")
    assert one(connection, emissary_version=version) == observed


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


@given(st.sampled_from(["port", "source", "proxy", "tls", "headers", "raw", "wait", "x"]), JSON)
def test_whatever_stands_in_a_field_it_is_read_or_refused(name, value):
    try:
        observed = one({name: value})
    except InputError as error:
        assert error.where.startswith("connections, item 1")  # noqa: PT017
        assert error.mend  # noqa: PT017
    else:
        assert observed["connection"] in ENDINGS
