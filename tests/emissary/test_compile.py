"""Resources → Envoy listeners: chains, virtual hosts, the order of routes, refusals."""

import pytest

from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.envoy.listener import RedirectAction, TcpProxy
from aws_lb_sim.manifests.document import Document

ALL = {"namespace": {"from": "ALL"}}


def make(kind, name, **spec):
    metadata = {"name": name, "namespace": "emissary"}
    if "labels" in spec:
        metadata["labels"] = spec.pop("labels")
    return Document(
        data={
            "apiVersion": "getambassador.io/v3alpha1",
            "kind": kind,
            "metadata": metadata,
            "spec": spec,
        }
    )


def listener(port=8443, protocol="HTTPS", model="XFP", **others):
    spec = {"port": port, "protocol": protocol, "securityModel": model, "hostBinding": ALL}
    return make("Listener", f"listener-{port}", **(spec | others))


def host(name, hostname, action="Redirect", **spec):
    policy = {"insecure": {"action": action}}
    return make("Host", name, hostname=hostname, requestPolicy=policy, **spec)


def mapping(name, prefix="/", hostname="*", **spec):
    return make("Mapping", name, prefix=prefix, hostname=hostname, service="app:80", **spec)


def compiled(*documents, version="3.3", missing=()):
    return compile_documents(documents, emissary_version=version, missing_secrets=missing)


def own_routes(virtual_host):
    return [route.name for route in virtual_host.routes if "internal" not in route.name]


def test_one_tls_chain_for_each_name_and_one_cleartext_chain():
    made = compiled(
        listener(),
        host("a", "a.test", tlsSecret={"name": "a"}),
        host("b", "*.b.test", tlsSecret={"name": "b"}),
        host("c", "c.test"),
        mapping("m"),
    ).config.listeners[8443]
    names = [(chain.server_names, chain.tls is not None) for chain in made.filter_chains]
    assert names == [(("*.b.test",), True), (("a.test",), True), ((), False)]
    assert made.listener_filters == ("tls_inspector",)
    assert made.tls_chain("x.y.b.test").tls.name == "b-context"
    assert made.tls_chain("b.test") is None
    domains = {each.domain for each in made.cleartext_chain.virtual_hosts}
    assert domains == {"a.test", "*.b.test", "c.test"}


def test_the_filters_are_in_the_order_of_the_stack():
    stacks = {
        8443: ["PROXY", "TLS", "HTTP", "TCP"],
        9443: ["TLS", "PROXY", "HTTP", "TCP"],
    }
    listeners = [listener(port, protocolStack=stack) for port, stack in stacks.items()]
    made = compiled(*listeners, host("a", "*"), mapping("m")).config.listeners
    assert made[8443].listener_filters == ("proxy_protocol", "tls_inspector")
    assert made[9443].listener_filters == ("tls_inspector", "proxy_protocol")


def test_heavier_mappings_come_first_and_secure_before_insecure():
    made = compiled(
        listener(8080, "HTTP"),
        host("h", "shop.test"),
        mapping("root"),
        mapping("named", hostname="shop.test"),
        mapping("long", "/api/"),
        mapping("important", "/a", precedence=1),
    ).config.listeners[8080]
    (virtual_host,) = made.cleartext_chain.virtual_hosts
    order = own_routes(virtual_host)
    assert order == [
        name for name in ("important", "long", "named", "root") for _ in ("secure", "insecure")
    ]
    secure, insecure = virtual_host.routes[:2]
    assert (secure.secure, insecure.secure) == (True, False)
    assert isinstance(insecure.action, RedirectAction)


@pytest.mark.parametrize(
    ("model", "action", "variants"),
    [
        ("XFP", "Route", [True, False]),
        ("XFP", "Reject", [True]),
        ("SECURE", "Redirect", [True]),
        ("INSECURE", "Redirect", [False]),
    ],
)
def test_the_security_model_chooses_the_variants(model, action, variants):
    made = compiled(listener(8080, "HTTP", model), host("h", "*", action), mapping("m"))
    (virtual_host,) = made.config.listeners[8080].cleartext_chain.virtual_hosts
    assert [route.secure for route in virtual_host.routes if route.name == "m"] == variants


def test_acme_challenges_are_routed_even_under_reject():
    acme = mapping("acme", "/.well-known/acme-challenge/")
    made = compiled(listener(8080, "HTTP"), host("h", "*", "Reject"), acme)
    (virtual_host,) = made.config.listeners[8080].cleartext_chain.virtual_hosts
    actions = [type(route.action).__name__ for route in virtual_host.routes if route.name == "acme"]
    assert actions == ["RouteAction", "RouteAction"]


def test_dropping_the_last_host_invents_one_that_routes_everything():
    made = compiled(
        listener(),
        host("h", "shop.test", tlsSecret={"name": "gone"}),
        mapping("m"),
        missing=["gone"],
    )
    (virtual_host,) = made.config.listeners[8443].cleartext_chain.virtual_hosts
    assert virtual_host.domain == "*"
    assert all(not isinstance(route.action, RedirectAction) for route in virtual_host.routes)
    assert "gone does not exist" in made.notes[0].message


def test_a_listener_without_hosts_is_not_opened():
    selector = {"selector": {"matchLabels": {"edge": "none"}}}
    made = compiled(listener(hostBinding=selector), host("h", "*"), mapping("m"))
    assert made.config.listeners == {}


def test_of_two_hosts_with_one_name_the_later_serves_cleartext_and_the_first_tls():
    made = compiled(
        listener(),
        host("first", "a.test", "Route", tlsSecret={"name": "s"}),
        host("second", "a.test", "Redirect", tlsSecret={"name": "s"}),
        mapping("m"),
    ).config.listeners[8443]
    assert made.tls_chain("a.test").virtual_hosts[0].host == "first"
    assert made.cleartext_chain.virtual_hosts[0].host == "second"


def test_a_port_in_a_hostname_is_no_part_of_sni_since_3_5():
    documents = (listener(), host("h", "a.test:8443", tlsSecret={"name": "s"}), mapping("m"))
    before = compiled(*documents, version="3.4").config.listeners[8443]
    since = compiled(*documents, version="3.5").config.listeners[8443]
    assert before.tls_chain("a.test") is None
    assert since.tls_chain("a.test").virtual_host("a.test:8443").host == "h"


def selected_by(team):
    return host(team, f"{team}.test", mappingSelector={"matchLabels": {"team": team}})


def test_mappings_of_equal_prefix_are_kept_apart_by_label_since_3_8():
    documents = [listener(8080, "HTTP"), selected_by("a"), selected_by("b")]
    for team in "ab":
        spec = {"prefix": "/", "service": "app:80", "labels": {"team": team}}
        documents.append(make("Mapping", f"m-{team}", **spec))

    def served(version):
        chain = compiled(*documents, version=version).config.listeners[8080].cleartext_chain
        return {each.domain: own_routes(each) for each in chain.virtual_hosts}

    assert served("3.7")["a.test"] == []
    assert served("3.8") == {"a.test": ["m-a"] * 2, "b.test": ["m-b"] * 2}


@pytest.mark.parametrize("hostname", ["shop.*", "*example.com"])
def test_envoy_refuses_partial_wildcards_for_tls(hostname):
    made = compiled(listener(), host("h", hostname, tlsSecret={"name": "s"}), mapping("m"))
    assert "partial wildcard" in made.config.rejected


def test_a_tcp_mapping_beside_cleartext_http_is_refused():
    tcp = make("TCPMapping", "raw", port=8080, service="db:5432")
    made = compiled(listener(8080, "HTTP"), host("h", "*"), mapping("m"), tcp)
    assert "same matching rules" in made.config.rejected


def test_a_tcp_mapping_without_listener_gets_one_and_takes_a_hosts_name():
    tcp = make("TCPMapping", "raw", port=9000, service="db:5432")
    named = make("TCPMapping", "named", port=8443, host="a.test", service="db:5432")
    made = compiled(
        listener(), host("a", "a.test", tlsSecret={"name": "s"}), mapping("m"), tcp, named
    ).config.listeners
    assert isinstance(made[9000].cleartext_chain.manager, TcpProxy)
    assert isinstance(made[8443].tls_chain("a.test").manager, TcpProxy)
    assert made[8443].cleartext_chain.virtual_host("a.test").host == "a"


def test_http3_beside_tcp_is_announced():
    quic = listener(8443, protocolStack=["TLS", "HTTP", "UDP"])
    quic = make("Listener", "quic", **quic.data["spec"])
    made = compiled(listener(), quic, host("h", "*"), mapping("m")).config.listeners[8443]
    assert made.cleartext_chain.virtual_hosts[0].alt_svc.startswith('h3=":443"')


def test_1_14_takes_proxy_protocol_and_hops_from_the_module():
    config = {"use_proxy_proto": True, "xff_num_trusted_hops": 1, "use_remote_address": False}
    module = make("Module", "ambassador", config=config)
    made = compiled(
        module, host("h", "*", tlsSecret={"name": "s"}), mapping("m"), version="1.14"
    ).config.listeners
    assert sorted(made) == [8080, 8443]
    assert made[8443].listener_filters == ("proxy_protocol", "tls_inspector")
    manager = made[8080].cleartext_chain.manager
    assert (manager.xff_num_trusted_hops, manager.use_remote_address) == (1, False)
