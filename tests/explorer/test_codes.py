"""Codes: round trip, meaning kept across versions, junk refused in words."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.design.design import Design
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.codes import DEFAULTS, VERSION, decode, encode
from aws_lb_sim.explorer.scenario import Ask, Scenario, start
from aws_lb_sim.manifests.presets import presets


def pack(content) -> str:
    packed = zlib.compress(json.dumps(content).encode())
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_code_gives_the_scenario_back(some_scenarios):
    for scenario in some_scenarios:
        assert decode(encode(scenario)) == scenario


@pytest.mark.parametrize("preset", presets(), ids=lambda each: each.name)
def test_different_presets_have_different_codes(preset):
    scenario = start(preset.name)
    assert decode(encode(scenario)) == scenario
    others = [start(each.name) for each in presets()]
    alike = [each for each in others if encode(each) == encode(scenario)]
    assert {each == scenario for each in alike} == {True}


@given(host=st.text(), path=st.text(), headers=st.text(), client=st.text())
def test_free_text_comes_back_as_it_was_typed(host, path, headers, client):
    # A lone surrogate cannot be typed in a browser, and UTF-8 cannot say it.
    texts = [each.encode("utf-8", "ignore").decode() for each in (host, path, headers, client)]
    ask = Ask(host=texts[0], path=texts[1], headers=texts[2], client_ip=texts[3])
    assert decode(encode(Scenario(ask=ask))).ask == ask


def test_only_what_differs_is_in_a_code():
    code = encode(Scenario(design=Design(target_type="ip"), ask=Ask(scheme="http")))
    content = json.loads(zlib.decompress(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))))
    assert content == {
        "v": VERSION,
        "design": {"target_type": "ip"},
        "ask": {"scheme": "http"},
    }


def test_a_code_of_version_1_means_what_it_meant_when_it_was_given_out():
    # What the JSON said on the day that version 1 came: it must never mean anything else.
    code = pack(
        {
            "v": 1,
            "design": {"load_balancer": "alb"}
            | {"tls_termination": "load-balancer"}
            | {"proxy_protocol": False},
        }
    )
    scenario = decode(code)
    assert scenario.design.load_balancer == "alb"
    assert scenario.design.controller == "aws-load-balancer-controller"
    assert scenario.design.emissary_version == "3.10"
    assert scenario.ask.url == "https://shop.example.com/"


def test_the_newest_version_has_the_defaults_of_today():
    known = DEFAULTS[VERSION]
    for record, part in ((Design(), "design"), (Ask(), "ask")):
        now = {each.name: getattr(record, each.name) for each in fields(record)}
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in now.items()}
        assert plain == known[part], "a default or field changed: add a version to DEFAULTS"


def test_a_link_is_a_code_too():
    code = encode(start("tls-at-l7-alb"))
    link = f" https://hub.example/voila/render/explorer.ipynb?code={code}&theme=dark "
    assert decode(link) == start("tls-at-l7-alb")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "nonsense",
        "<script>alert(1)</script>",
        "A" * 30_000,
        pack([1]),
        pack({"v": 1, "design": {"no_such_field": 1}}),
        pack({"v": 1, "design": []}),
        pack({"v": 1, "extra": 1}),
        pack({"v": 1, "printed": "no-such-recipe"}),
        pack({"v": 1, "printed": "recommended-nlb"}),
        pack({"v": 1, "design": {"load_balancer": "alb"}}),
        pack({"v": 1, "design": {"load_balancer": ["alb"]}}),
        pack({"v": 1, "design": {"hostname": "<img src=x onerror=alert(1)>"}}),
        pack({"v": 1, "design": {"in_front": "cloudfront"}}),
        pack({"v": 1, "ask": {"scheme": "gopher"}}),
        pack({"v": 1, "ask": {"forged_for": "yes"}}),
        pack({"v": 1, "ask": {"path": 7}}),
        pack({"v": 1, "ask": {"path": "x" * 1_000_000}}),
        pack({}),
    ],
    ids=lambda code: code[:20],
)
def test_junk_is_refused_in_words(code):
    with pytest.raises(InputError) as refused:
        decode(code)
    assert str(refused.value)


def test_a_code_of_a_later_version_says_so():
    with pytest.raises(InputError, match="version 99; to mend it: update"):
        decode(pack({"v": 99}))
