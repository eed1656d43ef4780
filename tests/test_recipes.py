"""The documentation page's recipes, as printed and corrected, from one end to the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from aws_lb_sim import (
    Design,
    load_files,
    preset,
    presets,
    read,
    read_manifests,
    simulate,
    write,
)
from aws_lb_sim.cli import main
from aws_lb_sim.network.connection import ProxyHeader

HTTP = "http://shop.example.com/"
HTTPS = "https://shop.example.com/"
CLIENT = "203.0.113.7"
FORGED = "198.51.100.66"
NODE = "10.0.2.20"
NAMES = [each.name for each in presets()]


@pytest.fixture
def run(capsys):
    """Run the program, and return the JSON object it prints."""

    def call(*arguments):
        assert main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    return call


@pytest.fixture
def exported(run, tmp_path):
    """Export a preset by the program; return its YAML files."""

    def export(name, version="3.3"):
        folder = tmp_path / f"{name}-{version}"
        if not folder.exists():
            run("export", name, "-o", folder, "--emissary-version", version)
        return sorted(folder.glob("*.yaml"))

    return export


@pytest.fixture
def simulated(run, exported):
    """Export a preset, and simulate a request from the exported files."""

    def call(name, url, *options, version="3.3"):
        arguments = ["--url", url, "--emissary-version", version, "--output", "json", *options]
        return json.loads(run("simulate", *exported(name, version), *arguments))

    return call


# (a) The page's recommendation: NLB, PROXY protocol set by hand, TLS at Emissary.

BY_HAND = ("--attribute", "proxy_protocol_v2.enabled=true")
FORGING = ("--header", f"X-Forwarded-For: {FORGED}")
RECOMMENDED = "recommended-nlb-as-printed"


@pytest.mark.parametrize("version", ["2.5", "3.3", "3.10", "4.1"])
def test_the_recommendation_as_printed_answers_400_and_fails_in_tls_since_2_0(simulated, version):
    plain = simulated(RECOMMENDED, HTTP, *BY_HAND, version=version)
    assert (plain["result"], plain["status"]) == ("response", 400)
    assert plain["exchanges"][0]["answered_by"] == "emissary"
    tls = simulated(RECOMMENDED, HTTPS, *BY_HAND, version=version)
    assert (tls["result"], tls["status"], tls["client_ip"]) == ("tls-error", None, None)
    assert tls["tls_terminated_at"] == []


def test_the_recommendation_as_printed_held_for_1_14(simulated):
    plain = simulated(RECOMMENDED, HTTP, *BY_HAND, *FORGING, version="1.14")
    assert (plain["status"], plain["location"], plain["final_status"]) == (301, HTTPS, 200)
    tls = simulated(RECOMMENDED, HTTPS, *BY_HAND, *FORGING, version="1.14")
    assert (tls["status"], tls["client_ip"], tls["secure"]) == (200, CLIENT, True)
    assert tls["tls_terminated_at"] == ["emissary"]


@pytest.mark.parametrize("version", ["1.14", "3.3", "4.1"])
def test_the_recommendation_corrected_redirects_then_answers_with_the_true_client(
    simulated, version
):
    plain = simulated("recommended-nlb", HTTP, *FORGING, version=version)
    assert (plain["status"], plain["location"], plain["final_status"]) == (301, HTTPS, 200)
    assert not plain["redirect_loop"]
    assert plain["client_ip"] == CLIENT
    tls = simulated("recommended-nlb", HTTPS, *FORGING, version=version)
    assert (tls["status"], tls["client_ip"], tls["secure"]) == (200, CLIENT, True)
    assert tls["upstream_headers"]["x-envoy-external-address"] == CLIENT
    # What the client forged is handed on, in front of the true address, and not believed.
    assert tls["upstream_headers"]["x-forwarded-for"] == f"{FORGED},{CLIENT}"


def test_without_the_step_by_hand_emissary_3_3_works_but_takes_the_node_for_the_client(simulated):
    observed = simulated(RECOMMENDED, HTTPS)
    assert (observed["status"], observed["client_ip"]) == (200, NODE)


# (b) TLS ended at the load balancer, and insecure requests redirected.


def test_a_layer_4_balancer_that_ends_tls_loops_under_redirect_on_one_target_port():
    printed = preset("tls-at-l4-elb-as-printed").manifests()
    host = next(each for each in printed.documents if each["kind"] == "Host")
    host["spec"]["requestPolicy"]["insecure"]["action"] = "Redirect"
    for url in (HTTP, HTTPS):
        flow = simulate(read_manifests(printed), url)
        assert flow.status == 301
        assert flow.redirect_loop
        assert flow.final_status is None
    assert flow.exchanges[-1].answer.location == HTTPS


@pytest.mark.parametrize("load_balancer", ["classic-tcp", "nlb"])
@pytest.mark.parametrize("version", ["3.3", "4.1"])
def test_the_loop_is_found_in_any_design_of_that_kind(load_balancer, version):
    design = Design(
        load_balancer=load_balancer,
        controller="cloud-provider-aws",
        tls_termination="load-balancer",
        insecure_action="Redirect",
        emissary_version=version,
    )
    flow = simulate(read_manifests(write(design)), HTTPS)
    assert flow.redirect_loop
    routed = simulate(read_manifests(write(replace(design, insecure_action="Route"))), HTTPS)
    assert (routed.redirect_loop, routed.status) == (False, 200)


@pytest.mark.parametrize("name", ["tls-at-l7-elb", "tls-at-l7-alb", "tls-at-l4-elb"])
@pytest.mark.parametrize("version", ["3.3", "4.1"])
def test_corrected_recipes_redirect_once_then_answer(name, version):
    cluster = read_manifests(preset(name).manifests(version))
    flow = simulate(cluster, HTTP)
    # An ALB that redirects by itself names the port as well.
    location = HTTPS.replace(".com/", ".com:443/") if name == "tls-at-l7-alb" else HTTPS
    assert (flow.status, flow.location, flow.final_status) == (301, location, 200)
    assert len(flow.exchanges) == 2
    assert simulate(cluster, HTTPS).status == 200


# (c) Forged headers against each recipe, for Emissary 3.3.


@dataclass(frozen=True)
class Forgery:
    """Who wins, and what comes of it, when a client forges headers.

    `client`: whom Emissary takes for the client when X-Forwarded-For is forged, over https;
    `insecure`: status of http with a forged X-Forwarded-Proto: https (301: not believed);
    `secure`: status of https with a forged X-Forwarded-Proto: http (200: not believed);
    `proxy`: what a PROXY header of the client's own leads to over http: status and by whom.
    """

    client: str | None
    insecure: int
    secure: int | None
    proxy: tuple[int, str]


# Emissary's default, use_remote_address true and l7Depth 0, believes the connection's address
# and overwrites X-Forwarded-Proto with the connection's scheme: neither forged header wins.
# A PROXY header of the client's stays behind the load balancer's own, or arrives where none
# is expected: either way Emissary reads it as HTTP and answers 400.
UNBELIEVED_AT_EMISSARY = Forgery(client=CLIENT, insecure=301, secure=200, proxy=(400, "emissary"))
# Layer 7: the load balancer appends the true client on the right and sets X-Forwarded-Proto;
# Emissary believes just that last entry. To the load balancer a PROXY header is no HTTP.
UNBELIEVED_AT_LAYER_7 = Forgery(
    client=CLIENT, insecure=301, secure=200, proxy=(400, "load-balancer")
)
# use_proxy_proto has had no effect since 2.0: nothing that is forged gets as far as being read.
BROKEN = Forgery(client=None, insecure=400, secure=None, proxy=(400, "emissary"))

FORGERIES = {
    "recommended-nlb-as-printed": BROKEN,
    # The PROXY header of the NLB gives the client.
    "recommended-nlb": UNBELIEVED_AT_EMISSARY,
    # Nobody tells the client's address: kube-proxy's source NAT leaves the node's. Nobody wins.
    "tls-at-emissary-elb-as-printed": replace(UNBELIEVED_AT_EMISSARY, client=NODE),
    "tls-at-emissary-elb": UNBELIEVED_AT_EMISSARY,
    "tls-at-emissary-nlb-as-printed": replace(UNBELIEVED_AT_EMISSARY, client=NODE),
    # Client IP preservation and externalTrafficPolicy Local: the packets' own source.
    "tls-at-emissary-nlb": UNBELIEVED_AT_EMISSARY,
    # Action Route: nothing is redirected, whatever X-Forwarded-Proto says.
    "tls-at-l4-elb-as-printed": Forgery(
        client=NODE, insecure=200, secure=200, proxy=(400, "emissary")
    ),
    # Two Listeners, INSECURE and SECURE, decide by port and not by any header.
    "tls-at-l4-elb": UNBELIEVED_AT_EMISSARY,
    # By luck: xff_num_trusted_hops is ignored, and depth 0 without use_remote_address takes the
    # last entry, which the load balancer appended.
    "tls-at-l7-elb-as-printed": UNBELIEVED_AT_LAYER_7,
    "tls-at-l7-elb": UNBELIEVED_AT_LAYER_7,
    "tls-at-l7-alb-as-printed": UNBELIEVED_AT_LAYER_7,
    # The ALB redirects by itself.
    "tls-at-l7-alb": UNBELIEVED_AT_LAYER_7,
    # No Host is printed: the catch-all one that Emissary invents routes everything.
    "client-ip-l7-as-printed": replace(UNBELIEVED_AT_LAYER_7, insecure=200),
    "client-ip-l7": replace(UNBELIEVED_AT_LAYER_7, insecure=200),
    "client-ip-proxy-protocol-as-printed": BROKEN,
    "client-ip-proxy-protocol": UNBELIEVED_AT_EMISSARY,
}


def forge(manifests):
    cluster = read_manifests(manifests)
    proxy = ProxyHeader(version=1, source_ip=FORGED, destination_ip="10.0.1.10")
    by_proxy = simulate(cluster, HTTP, proxy=(proxy,))
    return Forgery(
        client=simulate(cluster, HTTPS, headers=(("X-Forwarded-For", FORGED),)).emissary_client_ip,
        insecure=simulate(cluster, HTTP, headers=(("X-Forwarded-Proto", "https"),)).status,
        secure=simulate(cluster, HTTPS, headers=(("X-Forwarded-Proto", "http"),)).status,
        proxy=(by_proxy.status, by_proxy.exchanges[0].answered_by),
    )


def test_every_recipe_is_in_the_table_of_forgeries():
    assert list(FORGERIES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_who_wins_when_a_client_forges_headers(name):
    assert forge(preset(name).manifests("3.3")) == FORGERIES[name]


@pytest.mark.parametrize("name", [n for n in NAMES if not n.endswith("-as-printed")])
def test_no_forged_address_wins_against_a_corrected_recipe(name):
    assert forge(preset(name).manifests("4.1")).client == CLIENT


@pytest.mark.parametrize(
    "name", ["tls-at-l7-elb-as-printed", "tls-at-l7-alb-as-printed", "client-ip-l7-as-printed"]
)
def test_with_1_14_the_l7_recipes_as_printed_believe_a_forged_x_forwarded_for(name):
    # There xff_num_trusted_hops did count: without use_remote_address, one trusted hop takes
    # the second entry from the right, which is the client's own as soon as it sends one.
    cluster = read_manifests(preset(name).manifests("1.14"))
    forged = simulate(cluster, HTTPS, headers=(("X-Forwarded-For", FORGED),))
    assert forged.emissary_client_ip == FORGED
    assert simulate(cluster, HTTPS).emissary_client_ip == NODE


def test_a_forged_proxy_header_wins_where_emissary_expects_one_and_the_nlb_sends_none():
    # The recommendation without its step by hand: with 1.14, where use_proxy_proto counts.
    printed = preset(RECOMMENDED).manifests("1.14")
    cluster = read_manifests(replace(printed, attributes={}))
    proxy = ProxyHeader(version=1, source_ip=FORGED, destination_ip="10.0.1.10")
    assert simulate(cluster, HTTPS, proxy=(proxy,)).emissary_client_ip == FORGED
    assert simulate(cluster, HTTPS).result == "tls-error"


def test_with_the_other_controller_the_l7_recipe_believes_all_that_a_client_forges():
    # The AWS Load Balancer Controller makes an NLB of it, which adds no header; the page's
    # Module has Emissary believe what arrives.
    printed = preset("tls-at-l7-elb-as-printed").manifests("3.3")
    cluster = read_manifests(replace(printed, controller="aws-load-balancer-controller"))
    assert cluster.load_balancer.kind == "nlb"
    headers = (("X-Forwarded-For", FORGED), ("X-Forwarded-Proto", "https"))
    forged = simulate(cluster, HTTP, headers=headers)
    assert (forged.status, forged.emissary_client_ip, forged.secure) == (200, FORGED, True)
    assert simulate(cluster, HTTPS).redirect_loop


# (d) What is exported is what is simulated.

REQUESTS = [
    (HTTP, {}),
    (HTTPS, {}),
    (HTTPS, {"http": "2", "headers": (("X-Forwarded-For", FORGED),)}),
    ("http://nobody.test/a?b=c", {"client_ip": "2001:db8::7"}),
]


def cases():
    for name in NAMES:
        for version in ("1.14", "3.3", "4.1"):
            if (name, version) != ("tls-at-l4-elb", "1.14"):  # needs two Listeners
                yield pytest.param(name, version, id=f"{name}-{version}")


@pytest.mark.parametrize(("name", "version"), list(cases()))
def test_a_preset_simulates_alike_from_its_files_and_from_memory(name, version, tmp_path):
    manifests = preset(name).manifests(version)
    manifests.bundle().write(tmp_path)
    from_files = read(
        load_files(sorted(str(path) for path in tmp_path.glob("*.yaml"))),
        controller=manifests.controller,
        attributes=manifests.attributes,
        in_front=manifests.in_front,
        emissary_version=version,
    )
    from_memory = read_manifests(manifests)
    for url, options in REQUESTS:
        written = simulate(from_files, url, **options)
        held = simulate(from_memory, url, **options)
        assert written.exchanges == held.exchanges
        assert written.redirect_loop == held.redirect_loop
        assert {each.code for each in written.findings} == {each.code for each in held.findings}
