"""Who the client is, and what becomes of the forwarding headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.envoy.forwarding import NEW_REQUEST_ID, forward_headers
from aws_lb_sim.envoy.listener import HttpConnectionManager

ENTRIES = ["9.9.9.9", "6.6.6.6", "203.0.113.7"]
PRIVATE = ("10.0.0.0/8",)
XFF = st.lists(st.sampled_from([*ENTRIES, "garbage", "", "203.0.113.7:80"]), max_size=5)


def forward(headers, address="127.0.0.9", scheme="http", **settings):
    steps = []
    done = forward_headers(HttpConnectionManager(**settings), headers, address, scheme, steps)
    return done, dict(done.headers), steps


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("use_remote_address", [True, False])
def test_which_entry_is_the_client(depth, count, use_remote_address):
    arrived = ENTRIES[-count:] if count else []
    headers = [("x-forwarded-for", ", ".join(arrived))] if arrived else []
    done, _, _ = forward(headers, use_remote_address=use_remote_address, xff_num_trusted_hops=depth)
    # conn_manager_utility.cc: the N-th from the right, or the (N+1)-th without remote address.
    from_right = depth if use_remote_address else depth + 1
    found = 0 < from_right <= count
    assert done.client == (arrived[-from_right] if found else "127.0.0.9")


@given(XFF, st.integers(0, 3))
def test_with_remote_address_the_connection_is_appended_once(entries, depth):
    headers = [("x-forwarded-for", ",".join(entries))] if entries else []
    _, seen, _ = forward(headers, xff_num_trusted_hops=depth)
    arrived = ",".join(entries)
    expected = f"{arrived},127.0.0.9" if arrived else "127.0.0.9"
    assert seen["x-forwarded-for"] == expected


@given(XFF, st.integers(0, 3))
def test_without_remote_address_it_goes_on_as_it_came(entries, depth):
    headers = [("x-forwarded-for", entry) for entry in entries]
    _, seen, _ = forward(headers, use_remote_address=False, xff_num_trusted_hops=depth)
    assert seen.get("x-forwarded-for") == (",".join(entries) if entries else None)


@pytest.mark.parametrize(
    ("settings", "arrived", "scheme", "proto"),
    [
        ({}, "https", "http", "http"),
        ({}, None, "https", "https"),
        ({"xff_num_trusted_hops": 1}, "https", "http", "https"),
        ({"xff_num_trusted_hops": 1}, None, "http", "http"),
        ({"use_remote_address": False}, "HTTPS", "http", "HTTPS"),
        ({"use_remote_address": False}, "", "http", ""),
    ],
)
def test_x_forwarded_proto(settings, arrived, scheme, proto):
    headers = [] if arrived is None else [("x-forwarded-proto", arrived)]
    done, seen, _ = forward(headers, scheme=scheme, **settings)
    assert done.proto == seen["x-forwarded-proto"] == proto


def test_a_private_client_alone_is_internal_and_keeps_its_controls():
    headers = [("x-envoy-retry-on", "5xx"), ("x-request-id", "abc")]
    _, seen, _ = forward(headers, address="10.0.3.4", internal_addresses=PRIVATE)
    assert seen["x-envoy-internal"] == "true"
    assert seen["x-request-id"] == "abc"
    assert "x-envoy-external-address" not in seen
    assert seen["x-envoy-retry-on"] == "5xx"


@pytest.mark.parametrize("internal", [(), PRIVATE])
def test_an_outside_client_loses_them(internal):
    headers = [
        ("x-envoy-retry-on", "5xx"),
        ("x-envoy-internal", "true"),
        ("x-envoy-external-address", "6.6.6.6"),
        ("x-request-id", "abc"),
    ]
    _, seen, steps = forward(headers, address="203.0.113.7", internal_addresses=internal)
    assert seen["x-envoy-external-address"] == "203.0.113.7"
    assert seen["x-request-id"] == NEW_REQUEST_ID
    assert {"x-envoy-retry-on", "x-envoy-internal"}.isdisjoint(seen)
    removed = {step.subject.lower() for step in steps if step.action == "removed"}
    assert removed == {"x-envoy-retry-on", "x-envoy-internal"}


def test_a_second_address_makes_a_request_external():
    headers = [("x-forwarded-for", "6.6.6.6")]
    _, seen, _ = forward(headers, address="10.0.3.4", internal_addresses=PRIVATE)
    assert "x-envoy-internal" not in seen


def test_every_change_has_a_step_with_a_source():
    headers = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-proto", "https")]
    _, _, steps = forward(headers)
    assert {step.subject for step in steps} >= {"X-Forwarded-For", "X-Forwarded-Proto"}
    assert all(step.rule.source for step in steps)
