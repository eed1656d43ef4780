from __future__ import annotations

import pytest

from aws_lb_sim.views.text import describe, finding_lines
from tests.views import flows


def test_every_step_and_rule_of_every_round_is_told(any_flow):
    text = describe(any_flow)
    for exchange in any_flow.exchanges:
        steps = [each for hop in exchange.hops for each in hop.steps]
        for each in (*steps, *exchange.answer.steps):
            assert f"[{each.rule.id}]" in text
        for hop in exchange.hops:
            assert f"{hop.source} → {hop.target}" in text
            assert hop.connection.destination_ip in text


def test_str_is_the_same_text(any_flow):
    assert str(any_flow) == describe(any_flow)


def test_answer_reason_and_card_are_told():
    text = describe(flows.tls_error())
    assert "answer   TLS handshake failed" in text
    assert "because  Listener 8443 expects no PROXY header" in text
    assert "✗ Answer" in text
    assert "fix: Set protocolStack" in text


def test_a_loop_says_that_it_never_ends():
    assert "the client never arrives" in describe(flows.redirect_loop())
    assert "the client never arrives" not in describe(flows.redirected_then_ok())


def test_only_forwarding_headers_stand_under_a_request():
    text = describe(flows.forged_wins())
    assert "X-Forwarded-For: 6.6.6.6" in text
    assert "Cookie: session" in text.split("1  client")[1].split("removes")[1]
    assert "User-Agent" not in describe(flows.tls_ok())


def test_no_value_can_drive_the_terminal_or_add_a_line():
    text = describe(flows.hostile("a\x1b[2J\r\nb\x07"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\r" not in text
    assert not any(line.startswith("b") for line in text.split("\n"))


def test_a_finding_leaves_out_what_it_does_not_have():
    lines = list(finding_lines(flows.forged_wins().findings))
    assert lines[0].startswith("  error client-address-forgeable: ")
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["fix"]


@pytest.mark.parametrize("name", sorted(flows.ALL))
def test_no_line_ends_in_blanks(name):
    assert all(line == line.rstrip() for line in describe(flows.ALL[name]()).split("\n"))
