from __future__ import annotations

from dataclasses import replace

import pytest

from aws_lb_sim.views.card import SIGNS, make_card
from tests.views import flows


def entries(flow):
    return {entry.label: (entry.verdict, entry.text) for entry in make_card(flow).entries}


@pytest.mark.parametrize(
    ("name", "client", "secure", "tls", "answer"),
    [
        ("tls-ok", "203.0.113.7 (right)", "yes, it came over https", "emissary", "200"),
        (
            "redirected-then-ok",
            "203.0.113.7 (right)",
            "no, it came over http",
            "emissary, on request 2",
            "301, then 200",
        ),
        (
            "tls-error",
            "Emissary read no request",
            "Emissary read no request",
            "nowhere: no TLS session was ended",
            "TLS handshake failed",
        ),
        (
            "redirect-loop",
            "10.0.1.5 (wrong: the client is 203.0.113.7)",
            "no, although the client used https",
            "load-balancer",
            "redirect loop: 301 again and again",
        ),
        (
            "forged-wins",
            "6.6.6.6 (wrong: the client is 203.0.113.7)",
            "yes, it came over https",
            "cloudfront, then load-balancer",
            "200",
        ),
        (
            "refused",
            "Emissary read no request",
            "Emissary read no request",
            "nowhere: no TLS session was ended",
            "connection refused",
        ),
    ],
)
def test_the_card_in_words(name, client, secure, tls, answer):
    said = entries(flows.ALL[name]())
    assert [text for _, text in said.values()] == [client, secure, tls, answer]


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("tls-ok", ["good", "good", "neutral", "good"]),
        ("tls-error", ["neutral", "neutral", "neutral", "bad"]),
        ("redirect-loop", ["bad", "bad", "neutral", "bad"]),
        ("forged-wins", ["bad", "good", "neutral", "good"]),
    ],
)
def test_the_verdicts(name, verdicts):
    assert [verdict for verdict, _ in entries(flows.ALL[name]()).values()] == verdicts


def test_a_right_address_that_can_be_forged_calls_for_care():
    forgeable = flows.forged_wins().findings
    verdict, text = entries(replace(flows.tls_ok(), findings=forgeable))["Client address"]
    assert verdict == "caution"
    assert "can forge it" in text


def test_rounds_and_loop():
    card = make_card(flows.redirect_loop())
    assert card.loop
    assert [line[:2] for line in card.rounds] == ["1.", "2."]
    assert not make_card(flows.tls_ok()).loop


def test_each_verdict_has_a_sign_of_its_own():
    assert len(set(SIGNS.values())) == len(SIGNS)
