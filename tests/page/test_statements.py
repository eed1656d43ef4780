"""Each statement of the documentation page, run on the model."""

from __future__ import annotations

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.page.statement import NOT_TESTABLE
from aws_lb_sim.page.statements import STATEMENTS, statement

# What is known to be out of date or wrong, each shown by a statement.
KNOWN_DIFFERENCES = {
    "the default load balancer": "elb-is-the-default",
    "the L7 manifest under the other controller": "l7-redirect",
    "cross-zone together with nlb": "cross-zone-not-with-nlb",
    "no proxy-protocol annotation for NLBs": "proxy-protocol-by-hand",
    "nor the ELB's own": "proxy-protocol-not-for-nlb",
    "PROXY protocol of ALBs": "proxy-on-albs",
    "ALBs by hand only": "alb-by-hand-only",
    "NodePort for ALBs": "alb-needs-node-port",
    "no annotations for ALBs": "alb-no-annotations",
    "what ALBs speak": "alb-http-only",
    "HTTP/2 where an ELB ends TLS": "elb-ssl-http2",
    "HTTP/2 where an NLB ends TLS": "nlb-tls-http2",
    "PROXY on all backends": "proxy-protocol-all-backends",
    "ssl-ports of *": "ssl-ports-asterisk",
    "redirects behind layer 4": "l4-redirect-impossible",
    "port names in capitals": "service-port-names",
    "all annotations on ELBs": "elb-all-annotations",
    "PROXY with externalTrafficPolicy Local": "recommended-any-traffic-policy",
    "two ways to keep the client's address": "two-options",
    "PROXY as a wrapper of requests": "proxy-is-a-wrapper",
    "use_proxy_proto": "recommended-works",
    "the same behind an ELB": "proxy-module",
    "xff_num_trusted_hops": "module-trusted-hops",
    "HTTPSPROXY": "httpsproxy-tls",
    "SECURE and Reject": "secure-rejects",
    "selector hostname: wildcard": "l4-route-unlabelled",
    "Listeners": "listeners-are-assumed",
}


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: row.id)
def test_the_model_comes_to_the_recorded_verdict(row):
    assert row.verdict_of_the_model() == row.verdict


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: row.id)
def test_a_row_is_complete(row):
    assert row.section
    assert row.quote
    assert row.claim.endswith(".")
    assert (row.setup is None) == (row.holds is None) == (row.verdict == NOT_TESTABLE)
    if row.verdict == NOT_TESTABLE:
        assert row.today, "why it cannot be tested"
    elif row.verdict != "holds":
        assert row.today, "what today's software does instead"
        assert row.source, "where that is written down"


def test_ids_are_unique_and_found_again():
    ids = [row.id for row in STATEMENTS]
    assert len(set(ids)) == len(ids)
    assert statement("recommended-works") is STATEMENTS[ids.index("recommended-works")]
    with pytest.raises(InputError, match="recommended-works"):
        statement("no-such-statement")


@pytest.mark.parametrize("name", KNOWN_DIFFERENCES.values(), ids=list(KNOWN_DIFFERENCES))
def test_what_is_known_to_be_wrong_is_not_said_to_hold(name):
    assert statement(name).verdict != "holds"


def test_a_wrong_verdict_would_be_noticed():
    # The same claims come out differently in other worlds: none of them is true by itself.
    tried = [row.tried().values() for row in STATEMENTS if row.holds is not None]
    answers = {answer for values in tried for answer in values}
    assert answers == {True, False}
    assert sum(len(set(values)) == 2 for values in tried) >= 15


def test_a_statement_shows_its_flow():
    shown = statement("recommended-works").show("3.3")
    assert [flow.status for flow in shown.flows] == [400, None]
    with pytest.raises(ValueError, match="opinion"):
        statement("alb-overhead").show()
