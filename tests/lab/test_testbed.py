"""Whole scenarios on real Envoys: every preset, designs at random, and what cannot be played."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from aws_lb_sim.cluster import read_manifests
from aws_lb_sim.design.design import Design
from aws_lb_sim.lab.survey import USUAL_REQUESTS, preset_subjects, random_subject
from aws_lb_sim.lab.testbed import Testbed
from aws_lb_sim.lab.verification import Verification, run, verify, verify_each
from aws_lb_sim.lab.warm_lab import WarmLab
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest

DATA = Path(__file__).parents[1] / "data"
REGRESSIONS = yaml.safe_load((DATA / "lab-scenarios.yaml").read_text("utf-8"))
SAMPLE = 24
REQUESTS = 5


@pytest.fixture(scope="module")
def warm():
    with WarmLab() as both:
        yield both


def told(verifications):
    return [str(each) for each in verifications if each.differences]


@pytest.mark.parametrize("subject", preset_subjects(), ids=lambda subject: subject.name)
def test_every_preset_agrees_with_real_envoys(subject, warm):
    verifications = list(verify_each(subject.scenario, subject.requests, warm=warm))
    assert told(verifications) == []
    assert all(each.agrees for each in verifications)
    assert len(verifications) == len(USUAL_REQUESTS)


def test_designs_and_requests_at_random_agree(say_seed, warm):
    first = say_seed * 100_000
    played = 0
    for number in range(first, first + SAMPLE):
        subject = random_subject(number, REQUESTS)
        verifications = list(verify_each(subject.scenario, subject.requests, warm=warm))
        assert told(verifications) == [], subject.name
        played += sum(each.agrees is True for each in verifications)
    assert played > SAMPLE * REQUESTS / 2


@pytest.mark.parametrize("case", REGRESSIONS, ids=lambda case: case["name"])
def test_once_different_scenarios_agree(case, warm):
    assert case["explanation"]
    design = Design(**{name: as_field(value) for name, value in case["design"].items()})
    asked = {name: as_field(value) for name, value in case["request"].items()}
    if asked.pop("proxy_in_tls", 0):
        asked["proxy_in_tls"] = (ProxyHeader(version=1, source_ip="198.51.100.66"),)
    request = ClientRequest(**asked)
    # Twice: what is left of the first must not be taken for the second's.
    verifications = list(verify_each(write(design), [request, request], warm=warm))
    assert told(verifications) == []
    assert all(each.agrees for each in verifications)


def as_field(value):
    """Lists of YAML as the tuples that records hold."""
    return tuple(as_field(each) for each in value) if isinstance(value, list) else value


def test_a_cold_testbed_observes_the_same_as_a_warm_one(warm):
    subject = random_subject(3, 4)
    cold = [each.observed for each in verify_each(subject.scenario, subject.requests)]
    again = [each.observed for each in verify_each(subject.scenario, subject.requests, warm=warm)]
    assert cold == again


def test_what_is_observed_is_told_in_the_addresses_of_the_scenario():
    forged = (("X-Forwarded-For", "198.51.100.66"),)
    observed = run(
        preset("tls-at-l7-alb").manifests(), ClientRequest(http="1.1", headers=forged)
    ).exchanges[0]
    assert observed.boxes["load-balancer"]["sends x-forwarded-for"] == "198.51.100.66, 203.0.113.7"
    assert observed.boxes["emissary"]["peer"] == "10.0.1.10"
    assert observed.boxes["emissary"]["client"] == "203.0.113.7"
    assert "127." not in str(observed)


def test_packets_that_keep_the_client_address_come_from_it():
    design = Design(proxy_protocol=False, preserve_client_ip=True, external_traffic_policy="Local")
    observed = run(write(design), ClientRequest()).exchanges[0]
    assert observed.boxes["emissary"]["peer"] == "203.0.113.7"
    six = run(write(design), ClientRequest(client_ip="2001:db8::7")).exchanges[0]
    assert six.boxes["emissary"]["peer"] == "10.0.1.10"


def test_a_redirect_loop_is_really_walked():
    looping = preset("client-ip-l7-as-printed").manifests()
    design = Design(
        load_balancer="classic-tcp",
        controller="cloud-provider-aws",
        tls_termination="load-balancer",
        proxy_protocol=False,
    )
    verification = verify(write(design), ClientRequest())
    assert verification.observed.redirect_loop
    assert verification.agrees
    assert not run(looping, ClientRequest()).redirect_loop


def test_a_wrong_prediction_is_found():
    real = verify(preset("recommended-nlb").manifests(), ClientRequest())
    assert real.agrees
    exchange = real.predicted.exchanges[0]
    lied = {**exchange.boxes, "emissary": {**exchange.boxes["emissary"], "client": "192.0.2.1"}}
    predicted = replace(real.predicted, exchanges=(replace(exchange, boxes=lied),))
    wrong = Verification(request=real.request, predicted=predicted, observed=real.observed)
    assert wrong.agrees is False
    assert [(row.box, row.what) for row in wrong.differences] == [("emissary", "client")]
    assert "predicted '192.0.2.1', observed '203.0.113.7'" in str(wrong)


@pytest.mark.parametrize(
    ("design", "request_", "reason"),
    [
        (Design(), ClientRequest(url="https://shop.example.com:9443/"), "drops packets"),
        (
            Design(load_balancer="alb", tls_termination="load-balancer", proxy_protocol=False),
            ClientRequest(headers=(("X-Envoy-Internal", "true"),)),
            "X-Envoy-",
        ),
        (
            Design(
                load_balancer="alb",
                tls_termination="both",
                proxy_protocol=False,
                target_protocol_version="HTTP2",
                alb_redirect=True,
            ),
            ClientRequest(http="2"),
            "insists on h2",
        ),
    ],
)
def test_what_cannot_be_played_is_said(design, request_, reason):
    verification = verify(write(design), request_)
    assert verification.agrees is None
    assert reason in verification.not_played[0]
    assert verification.differences == ()


def test_clients_without_a_load_balancer_reach_the_pod():
    documents = [
        {
            "apiVersion": "getambassador.io/v3alpha1",
            "kind": "Listener",
            "metadata": {"name": "http"},
            "spec": {
                "port": 8080,
                "protocol": "HTTP",
                "securityModel": "XFP",
                "hostBinding": {"namespace": {"from": "ALL"}},
            },
        }
    ]
    verification = verify(documents, ClientRequest(url="http://shop.example.com/"))
    assert verification.agrees
    assert verification.observed.exchanges[0].boxes["client"]["status"] == 404


def test_configurations_and_logs_are_kept_where_asked(tmp_path):
    folder = tmp_path / "kept"
    with Testbed(read_manifests(preset("recommended-nlb").manifests())) as testbed:
        testbed.keep_in(folder)
        testbed.run(ClientRequest())
    assert sorted(path.name for path in folder.iterdir()) == [
        "emissary.access.log",
        "emissary.json",
        "load-balancer.access.log",
        "load-balancer.json",
    ]
    assert '"ProxyProtocol"' not in (folder / "emissary.access.log").read_text()
    assert "proxy_protocol" in (folder / "load-balancer.json").read_text()


def test_a_seed_gives_the_same_scenario_again():
    assert random_subject(5, 3) == random_subject(5, 3)
    assert random_subject(5, 3) != random_subject(6, 3)
