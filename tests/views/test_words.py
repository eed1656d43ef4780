from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.network.box import Action
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Request
from aws_lb_sim.views import words
from tests.views.flows import step


@pytest.mark.parametrize("action", get_args(Action))
def test_every_action_has_words_that_name_subject_and_values(action):
    said = words.step_words(step(action, "TLS", "old", "new"))
    assert "TLS" in said
    assert said.endswith((": old → new", ": new (given old)", ": new (for old)"))
    assert not said.startswith(action)


def test_a_value_that_did_not_change_is_said_once():
    assert words.step_words(step("kept", "Via", "a", "a")) == "leaves Via as it came: a"
    assert words.step_words(step("matched", "Host", "a", "a")) == "chooses Host: a"


def test_no_two_actions_have_the_same_words():
    said = {words.step_words(step(action, "TLS")) for action in get_args(Action)}
    assert len(said) == len(get_args(Action))


def test_an_unknown_action_raises_and_names_the_known_ones():
    with pytest.raises(ValueError, match=r"'teleported'.*rewritten"):
        words.step_words(step("teleported", "TLS"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (ProxyHeader(version=1, source_ip="203.0.113.7"), "PROXY v1 203.0.113.7"),
        (ProxyHeader(version=2), "PROXY v2 UNSPEC"),
        (ProxyHeader(version=2, command="LOCAL"), "PROXY v2 LOCAL"),
        (ProxyHeader(version=1, command="UNKNOWN"), "PROXY v1 UNKNOWN"),
        (ProxyHeader(version=1, malformed="PROXY\r\n"), r"PROXY malformed 'PROXY\r\n'"),
    ],
)
def test_proxy_header_words(header, expected):
    assert words.proxy_header_words(header) == expected


def test_a_proxy_header_inside_tls_says_so():
    link = Connection(
        source_ip="10.0.0.1",
        destination_ip="10.0.0.2",
        destination_port=8443,
        proxy=(ProxyHeader(version=1, source_ip="1.2.3.4"),),
        proxy_in_tls=(ProxyHeader(version=2, source_ip="5.6.7.8"),),
    )
    assert words.proxy_words(link) == "PROXY v1 1.2.3.4, PROXY v2 5.6.7.8 (inside TLS)"


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        (None, "cleartext"),
        (ClientHello(), "TLS, no SNI"),
        (
            ClientHello(server_name="a.test", alpn=("h2", "http/1.1")),
            "TLS, SNI a.test, ALPN h2/http/1.1",
        ),
    ],
)
def test_tls_words(tls, expected):
    assert words.tls_words(tls) == expected


def test_payload_words_of_each_kind():
    assert words.payload_words(None) == "nothing"
    assert words.payload_words(b"\x16\x03") == r"2 bytes b'\x16\x03'"
    assert words.payload_words(Request(authority="a.test", http="2")) == "GET a.test/ HTTP/2"


@given(st.text(max_size=80), st.integers(min_value=1, max_value=60))
def test_elide_never_exceeds_its_width_and_keeps_what_fits(text, width):
    short = words.elide(text, width)
    assert len(short) <= width
    assert (short == text) == (len(text) <= width)


@given(st.text(max_size=60))
def test_printable_leaves_no_control_character_and_nothing_else_alone(text):
    shown = words.printable(text)
    assert shown.isprintable()
    assert (shown == text) == text.isprintable()
