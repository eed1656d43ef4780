from __future__ import annotations

import json

from aws_lb_sim.views.json_object import to_json_object
from tests.views import flows


def test_any_flow_is_json(any_flow):
    found = json.loads(json.dumps(to_json_object(any_flow)))
    assert found["result"] == any_flow.result
    assert len(found["exchanges"]) == len(any_flow.exchanges)
    assert found["hops"] == found["exchanges"][0]["hops"]
    assert [hop["to"] for hop in found["hops"]] == [hop.target for hop in any_flow.hops]


def test_a_header_in_several_lines_is_a_list():
    from dataclasses import replace

    exchange = flows.nlb_tls_exchange()
    *before, last = exchange.hops
    told = flows.request((("Via", "a"), ("X-Forwarded-For", "b"), ("via", "c")))
    twice = replace(exchange, hops=(*before, replace(last, payload=told)))
    found = to_json_object(replace(flows.tls_ok(), exchanges=(twice,)))
    assert found["upstream_headers"] == {"via": ["a", "c"], "x-forwarded-for": "b"}


def test_proxy_headers_and_bytes():
    hop = to_json_object(flows.ipv6_bytes())["hops"][0]
    assert hop["bytes"] == "160301" * 20
    assert hop["headers"] is None
    assert hop["source"] == "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:40000"
    (proxy,) = hop["proxy"]
    assert (proxy["version"], proxy["source_ip"], proxy["inside_tls"]) == (1, "6.6.6.6", False)


def test_findings_have_the_contract_s_fields():
    (finding,) = to_json_object(flows.tls_error())["findings"]
    assert finding.keys() == {"code", "severity", "message", "fix", "source", "where"}


def test_what_was_made_of_a_failure_on_the_way_back():
    from dataclasses import replace

    from aws_lb_sim.network.box import Answer

    exchange = flows.tls_error().exchanges[0]
    made = replace(exchange, answer=Answer(result="response", status=502), cause=exchange.answer)
    found = to_json_object(replace(flows.tls_error(), exchanges=(made,)))
    assert (found["result"], found["status"]) == ("response", 502)
    assert found["exchanges"][0]["cause"]["result"] == "tls-error"
