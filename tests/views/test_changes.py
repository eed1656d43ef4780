from __future__ import annotations

from aws_lb_sim.flow import Exchange
from aws_lb_sim.network.box import Answer
from aws_lb_sim.views.changes import header_changes
from tests.views import flows


def travel(*headers):
    """An exchange in which each box sends the headers given for it."""
    hops = tuple(
        flows.hop(f"box{n}", f"box{n + 1}", ("10.0.0.1", "10.0.0.2", 80), flows.request(each))
        for n, each in enumerate(headers)
    )
    answer = Answer(result="response", status=200)
    return Exchange(url="http://a.test/", hops=hops, answer=answer, answered_by="box9")


def said(changes):
    return [(change.kind, change.name, change.before, change.after) for change in changes]


def test_added_removed_and_rewritten():
    first, second = header_changes(
        travel((("A", "1"), ("B", "2")), (("B", "3"), ("X-Forwarded-Proto", "http")))
    )
    assert said(first) == [("sent", "A", None, "1"), ("sent", "B", None, "2")]
    assert said(second) == [
        ("added", "X-Forwarded-Proto", None, "http"),
        ("rewritten", "B", "2", "3"),
        ("removed", "A", "1", None),
    ]


def test_case_and_order_are_no_change():
    _, second = header_changes(travel((("A", "1"), ("B", "2")), (("b", "2"), ("a", "1"))))
    assert second == ()


def test_repeated_lines_count_together():
    _, second = header_changes(travel((("A", "1"),), (("A", "1"), ("a", "2"))))
    assert said(second) == [("rewritten", "A", "1", "1,2")]


def test_bytes_have_no_headers(any_flow):
    for exchange in any_flow.exchanges:
        changes = header_changes(exchange)
        assert len(changes) == len(exchange.hops)
    assert header_changes(flows.ipv6_bytes().exchanges[0]) == ((), ())
