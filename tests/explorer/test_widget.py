"""The widget without a browser: what it says to the page, and what it makes of its words."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer import Explorer
from aws_lb_sim.explorer.codes import encode
from aws_lb_sim.explorer.scenario import Ask, start


@pytest.fixture
def explorer(monkeypatch):
    made = Explorer("recommended-nlb", scheme="http")
    made.said = []
    monkeypatch.setattr(
        made, "send", lambda content, buffers=None: made.said.append((content, buffers))
    )
    return made


def ask(explorer, **content):
    explorer._on_message(explorer, {"page": "p", "number": 1, **content}, [])
    return explorer.said[-1][0]


def test_it_starts_where_it_is_told():
    assert Explorer("tls-at-l7-alb").design.load_balancer == "alb"
    explorer = Explorer(code=encode(start("tls-at-l7-elb", Ask(forged_for=True))))
    assert explorer.scenario.ask.forged_for
    assert explorer.outcome.flow.status == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"preset": "no-such"}, "no preset"),
        ({"code": "junk"}, "no code"),
        ({"scheme": "gopher"}, "scheme is 'gopher'"),
        ({"no_such_field": 1}, "no field"),
        ({"client_ip": "nowhere"}, "no IP address"),
    ],
)
def test_it_says_what_is_wrong_with_its_arguments(arguments, words):
    with pytest.raises(InputError, match=words):
        Explorer(**arguments)


def test_what_is_synced_at_first_is_small(explorer):
    for name in ("spec", "start"):
        assert len(json.dumps(getattr(explorer, name))) < 40_000


def test_a_choice_that_the_page_does_not_know_is_answered(explorer):
    said = ask(explorer, kind="choose", code=explorer.code, control="load_balancer", value=3)
    assert said["kind"] == "go"
    assert said["number"] == 1
    assert any("TLS ends at" in line for line in said["gave_way"])
    assert said["code"] in said["body"]["states"]


def test_what_is_pointed_at_is_sent_ahead(explorer):
    said = ask(explorer, kind="want", code=explorer.code, control="load_balancer", value=3)
    assert said["kind"] == "states"
    assert said["code"] in said["body"]["states"]
    assert explorer.design.load_balancer == "nlb"


def test_text_is_answered(explorer):
    said = ask(explorer, kind="choose", code=explorer.code, control="path", value="/cart")
    assert said["kind"] == "go"


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "choose", "control": "client_ip", "value": "nowhere"},
        {"kind": "choose", "control": "hostname", "value": "<script>"},
        {"kind": "choose", "control": "load_balancer", "value": 77},
        {"kind": "choose", "control": "preset", "value": "no-such"},
        {"kind": "restore", "code": "junk"},
        {"kind": "no-such-kind"},
        {},
    ],
)
def test_what_goes_wrong_is_said_in_words(explorer, content):
    said = ask(explorer, **{"code": explorer.code, **content})
    assert said["kind"] == "error"
    assert said["words"]
    assert "Traceback" not in said["words"]


def test_a_fault_of_our_own_is_said_too(explorer, monkeypatch):
    def broken(*_):
        raise RuntimeError("out of order")

    monkeypatch.setattr("aws_lb_sim.explorer.widget.move", broken)
    said = ask(explorer, kind="choose", code=explorer.code, control="scheme", value=1)
    assert said["words"] == "This is a fault of the explorer: RuntimeError: out of order"


def test_a_code_that_is_none_leaves_everything_as_it_was(explorer):
    explorer._courier("p")
    before = explorer.code
    explorer.code = "junk"
    assert explorer.code == before
    assert explorer.said[-1][0]["kind"] == "error"


def test_a_cell_can_show_another_state(explorer):
    explorer.code = encode(start("tls-at-l7-alb"))
    assert explorer.design.load_balancer == "alb"


def test_neighbours_are_sent_in_the_background_until_a_person_moves_on(explorer):
    async def clicks():
        ask_kinds = [content["kind"] for content, _ in explorer.said]
        assert ask_kinds == []
        explorer._on_message(explorer, {"page": "p", "kind": "hello"}, [])
        await asyncio.sleep(0.01)
        explorer.code = encode(start("tls-at-l7-alb"))
        await explorer._task

    # In a thread of its own: a browser of another test may run a loop in this one.
    thread = threading.Thread(target=lambda: asyncio.run(clicks()))
    thread.start()
    thread.join(timeout=30)
    fixes = [content for content, _ in explorer.said if content["kind"] == "fixes"]
    assert [each["code"] for each in fixes] == [explorer.code], "the first ones were cut short"


def wait_for(explorer, kind, number=1):
    """Wait for words that another thread says."""
    for _ in range(3000):
        found = [content for content, _ in explorer.said if content["kind"] == kind]
        if len(found) >= number:
            return found
        time.sleep(0.01)
    raise AssertionError(f"no {kind} was said")


def test_a_real_envoy_is_run_beside_the_page_and_said_with_its_code(explorer):
    explorer._on_message(explorer, {"page": "p", "kind": "verify", "code": explorer.code}, [])
    assert explorer.said == [], "nobody waited for it"
    [said] = wait_for(explorer, "verified")
    assert said["page"] == "p"
    assert said["code"] == explorer.code
    assert said["result"]["verdict"] == "good"
    json.dumps(said)


def test_two_runs_do_not_meet(explorer, monkeypatch):
    running = []

    def slow(_scenario):
        running.append("begins")
        time.sleep(0.05)
        running.append("ends")
        return {}

    monkeypatch.setattr("aws_lb_sim.explorer.widget.run_on_real_envoy", slow)
    for page in ("p", "q"):
        explorer._on_message(explorer, {"page": page, "kind": "verify", "code": explorer.code}, [])
    wait_for(explorer, "verified", 2)
    assert running == ["begins", "ends"] * 2


def test_a_run_that_fails_is_said_in_words(explorer, monkeypatch):
    def broken(_scenario):
        raise RuntimeError("Envoy did not start")

    monkeypatch.setattr("aws_lb_sim.explorer.widget.run_on_real_envoy", broken)
    explorer._on_message(explorer, {"page": "p", "kind": "verify", "code": explorer.code}, [])
    [said] = wait_for(explorer, "unverified")
    assert said["words"] == "The run failed: RuntimeError: Envoy did not start"
    explorer._on_message(explorer, {"page": "p", "kind": "verify", "code": "junk"}, [])
    assert "no code" in wait_for(explorer, "unverified", 2)[1]["words"]


def test_voila_gives_a_code_in_the_address(monkeypatch):
    monkeypatch.setenv("SCRIPT_NAME", "/voila/render/explorer.ipynb")
    monkeypatch.setenv("QUERY_STRING", f"code={encode(start('tls-at-l7-alb'))}")
    explorer = Explorer()
    assert explorer.voila
    assert explorer.design.load_balancer == "alb"


def test_a_broken_code_in_the_address_is_said_and_does_no_harm(monkeypatch):
    monkeypatch.setenv("SCRIPT_NAME", "/voila/render/explorer.ipynb")
    monkeypatch.setenv("QUERY_STRING", "code=%3Cscript%3E")
    explorer = Explorer()
    assert explorer.outcome.flow.status == 200
    assert "no code" in explorer.start["problem"]


def test_a_saved_notebook_shows_the_flow_without_a_kernel(explorer):
    data, _ = explorer._repr_mimebundle_()
    assert "<svg" in data["text/html"]
    assert "What Emissary sees" in data["text/plain"]
    assert (
        data["text/html"]
        == Explorer("recommended-nlb", scheme="http")._repr_mimebundle_()[0]["text/html"]
    )
