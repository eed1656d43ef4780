"""What two real Envoys say of a request is told completely, and in the same words each time."""

from __future__ import annotations

import pytest

from aws_lb_sim.lab.envoy.unavailable import LabUnavailable
from aws_lb_sim.lab.lesson.access_log import log_entry, trails
from aws_lb_sim.lab.lesson.watch import FORGERIES, LIE, watch
from aws_lb_sim.lab.verification import verify_each
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.sweep import ClientRequest

HTTP = ClientRequest(url="http://shop.example.com/")
HTTPS = ClientRequest(url="https://shop.example.com/")


def told(name, request=HTTPS):
    return watch(preset(name).manifests(), request)


def counted(watched):
    return {counter.name: counter.after - counter.before for counter in watched.counters}


@pytest.fixture(scope="module")
def printed():
    return told("recommended-nlb-as-printed")


@pytest.fixture(scope="module")
def corrected():
    return told("recommended-nlb")


def test_the_same_request_is_told_in_the_same_words(printed, corrected):
    again = told("recommended-nlb-as-printed"), told("recommended-nlb")
    for before, after in zip((printed, corrected), again, strict=True):
        assert after.trails == before.trails
        assert after.counters == before.counters
        assert after.listening == before.listening


def test_every_request_has_a_line_of_each_proxy():
    watched = told("recommended-nlb", HTTP)
    passed = [(url, [entry["proxy"] for entry in trail]) for url, trail in watched.trails]
    assert passed == [
        ("http://shop.example.com/", ["load-balancer:80", "emissary"]),
        ("https://shop.example.com/", ["load-balancer:443", "emissary"]),
    ]


def test_a_chain_of_proxies_is_followed_to_its_end():
    watched = told("tls-at-l7-alb")
    ((_, trail),) = watched.trails
    assert [entry["proxy"] for entry in trail] == ["load-balancer:443", "emissary"]
    assert [entry["status"] for entry in trail] == ["200", "200"]


def test_nothing_of_this_machine_is_shown(corrected):
    shown = repr((corrected.trails, corrected.counters, corrected.listening))
    assert "127." not in shown
    assert corrected.trails[0][1][1]["peer"] == "10.0.2.20"
    assert corrected.trails[0][1][1]["upstream"] == "10.0.4.40"


def test_an_unexpected_proxy_header_leaves_its_fingerprint(printed):
    ((_, trail),) = printed.trails
    assert (trail[-1]["status"], trail[-1]["why"]) == ("400", "http1.codec_error")
    assert "tls" not in trail[-1]
    moved = counted(printed)
    assert moved["tls_inspector.tls_not_found"] == 1
    assert moved["http.ingress.downstream_cx_protocol_error"] == 1


def test_an_expected_one_is_counted(corrected):
    moved = counted(corrected)
    assert moved["proxy_proto.versions.v2.found"] == 1
    assert moved["listener.10.0.3.30_8443.ssl.handshake"] == 1
    assert "tls_inspector.tls_not_found" not in moved


def test_a_cluster_without_a_load_balancer_is_watched_too():
    request = {"peer": "10.0.1.10:1000", "level": "http", "status": 200}
    connection = {"peer": "10.0.1.10:1000", "level": "listener", "status": 0}
    assert trails([], [request, connection]) == [[request]]


def test_lines_are_put_in_order_by_addresses_not_by_time():
    outer = {"peer": "a:1", "onward": "b:2", "level": "http", "listener": "cloudfront:443"}
    inner = {"peer": "b:2", "onward": "c:3", "level": "tcp", "listener": "load-balancer:443"}
    last = {"peer": "c:3", "onward": None, "level": "http"}
    assert trails([inner, outer], [last]) == [[outer, inner, last]]


def test_flags_of_a_stream_are_left_out():
    line = {"peer": "a:1", "level": "tcp", "flags": "UR", "listener": "load-balancer:443"}
    assert "flags" not in log_entry(line, "")
    assert log_entry({**line, "level": "http"}, "")["flags"] == "UR"


def test_forgeries_do_not_fool_the_corrected_recipe():
    honest, header, proxy = verify_each(preset("recommended-nlb").manifests(), FORGERIES)
    for each in (honest, header):
        assert each.observed.exchanges[0].boxes["emissary"]["client"] == "203.0.113.7"
    assert LIE in header.observed.exchanges[0].boxes["service"]["x-forwarded-for"]
    assert proxy.observed.exchanges[0].boxes["client"]["result"] == "tls-error"
    assert all(each.agrees for each in (honest, header, proxy))


def test_without_an_envoy_a_notebook_says_so_in_words():
    error = LabUnavailable("there is no Envoy for this platform", mend="use Linux")
    assert error._render_traceback_() == [str(error)]
