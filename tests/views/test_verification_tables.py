"""Tables of many verifications say everything by words and signs, and escape it."""

from __future__ import annotations

import re

import pytest

from aws_lb_sim.lab.lesson.watch import Counter, Watched
from aws_lb_sim.lab.observation import ExchangeObservation, Observation
from aws_lb_sim.lab.survey import Subject
from aws_lb_sim.lab.verification import Verification
from aws_lb_sim.sweep import ClientRequest
from aws_lb_sim.views.verification_tables import (
    agreement_html,
    counters_html,
    log_html,
    outcomes_html,
)
from tests.views import flows

FORGED = ClientRequest(headers=(("X-Forwarded-For", "198.51.100.66"),))


def seen(client=None, status=200, result="response"):
    boxes = {"client": {"result": result, "status": status}}
    if client is not None:
        boxes["emissary"] = {"client": client}
    return Observation(exchanges=(ExchangeObservation(url=FORGED.url, boxes=boxes),))


def verification(observed, predicted=None):
    return Verification(request=FORGED, predicted=predicted or observed, observed=observed)


def watched(observed=None, trails=(), counters=()):
    return Watched(
        verification=verification(observed or seen()),
        bootstraps={},
        listening={},
        trails=trails,
        counters=counters,
    )


def rows(html):
    """Return the words of each row's cells."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found]


def test_who_is_believed_is_judged_by_the_truth():
    right, wrong = verification(seen("203.0.113.7")), verification(seen("198.51.100.66"))
    refused = verification(seen(status=None, result="tls-error"))
    table = rows(outcomes_html([("a", right), ("a", wrong), ("b", refused)]))[1:]
    assert [row for row in table if len(row) == 1] == [["a"], ["b"]]
    told = [row for row in table if len(row) > 1]
    assert [row[1] for row in told] == [
        "✓ 203.0.113.7 (right)",
        "✗ 198.51.100.66 (wrong)",
        "– it read no request",
    ]
    assert [row[2] for row in told] == ["200", "200", "TLS handshake failed"]
    assert told[0][0] == "X-Forwarded-For: 198.51.100.66"


def test_agreement_is_summed_up_and_a_difference_shows_in_the_sum():
    good, bad = verification(seen("a")), verification(seen("a"), seen("b"))
    nothing = verification(Observation(exchanges=(), not_played=("no",)))
    found = [
        (Subject(name="one", scenario=None), [good, nothing]),
        (Subject(name="two", scenario=None), [bad]),
        (Subject(name="three", scenario=None), [nothing]),
    ]
    assert rows(agreement_html(found))[1:] == [
        ["one", "1 of 2", "4", "✓ agrees"],
        ["two", "1 of 1", "4", "✗ differs in 1 of 4 facts"],
        ["three", "0 of 1", "0", "– could not be run"],
        ["all of them", "2 of 4", "8", "✗ differs in 1 of 8 facts"],
    ]


def test_counters_of_two_stand_side_by_side():
    first = Counter(box="emissary", name="tls_found", before=0, after=1)
    other = Counter(box="load-balancer", name="cx_total", before=2, after=3)
    html = counters_html({"one": watched(counters=(first,)), "two": watched(counters=(other,))})
    assert rows(html) == [
        ["Counter", "one", "two"],
        ["load-balancer"],
        ["cx_total", "0", "2 → 3"],
        ["emissary"],
        ["tls_found", "0 → 1", "0"],
    ]


def test_a_log_has_a_line_for_each_proxy_and_no_empty_column():
    trail = ({"proxy": "load-balancer:443"}, {"proxy": "emissary", "status": "400"})
    assert rows(log_html(watched(trails=((FORGED.url, trail),)))) == [
        ["proxy", "status"],
        [f"1. {FORGED.url}"],
        ["load-balancer:443", ""],
        ["emissary", "400"],
    ]


@pytest.mark.parametrize("payload", flows.XSS)
def test_a_hostile_text_stays_text(payload):
    hostile = verification(seen(payload))
    counter = Counter(box=payload, name=payload, before=0, after=1)
    one = watched(trails=((payload, ({"proxy": payload},)),), counters=(counter,))
    html = (
        outcomes_html([(payload, hostile)])
        + agreement_html([(Subject(name=payload, scenario=None), [hostile])])
        + log_html(one)
        + counters_html({payload: one})
    )
    tags = set(re.findall(r"<(\w+)", html))
    assert tags == {"div", "style", "table", "thead", "tbody", "tr", "th", "td"}
