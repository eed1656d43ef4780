from __future__ import annotations

from aws_lb_sim.views.table import COLUMNS, to_frame
from tests.views import flows


def test_one_row_for_each_hop_of_each_request(any_flow):
    frame = to_frame(any_flow)
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == sum(len(exchange.hops) for exchange in any_flow.exchanges)
    assert frame.index.names == ["request", "hop"]
    assert list(frame["from"]) == [
        hop.source for exchange in any_flow.exchanges for hop in exchange.hops
    ]
    assert frame.equals(any_flow.table())


def test_what_a_row_says():
    row = to_frame(flows.redirected_then_ok()).loc[(2, 4)]
    assert row["source"] == "10.1.0.4:40000"
    assert row["destination"] == "10.1.0.99:80"
    assert row["PROXY"] == ""
    assert row["TLS"] == "cleartext"
    assert "x-forwarded-proto: https" in row["headers"].split("\n")
    assert "adds x-forwarded-proto: https [test.added-x-forwarded-proto]" in row["steps"]
    assert to_frame(flows.tls_ok()).loc[(1, 2), "PROXY"] == "PROXY v2 203.0.113.7"


def test_ipv6_and_bytes():
    frame = to_frame(flows.ipv6_bytes())
    assert frame.loc[(1, 1), "destination"] == "[2001:db8:1::20]:80"
    assert frame.loc[(1, 1), "HTTP"].startswith("60 bytes")
    assert frame.loc[(1, 1), "headers"] == ""
