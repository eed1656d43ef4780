"""What is sent to a page: everything it needs, once, in messages that hold nothing up."""

from __future__ import annotations

import json
import zlib
from itertools import chain

import pytest

from aws_lb_sim.explorer import session
from aws_lb_sim.explorer.codes import encode
from aws_lb_sim.explorer.neighbours import moves, preset_moves
from aws_lb_sim.explorer.pool import join
from aws_lb_sim.explorer.scenario import Ask, start
from aws_lb_sim.explorer.session import LARGEST_MESSAGE, Courier, States
from aws_lb_sim.explorer.state import state_of


class Page:
    """What the script of the page does with messages."""

    def __init__(self) -> None:
        self.parts: dict[int, object] = {}
        self.states: dict[str, object] = {}
        self.moves: dict[str, dict] = {}
        self.fixes: dict[str, dict] = {}

    def receive(self, message) -> None:
        body = message.content.get("body")
        if message.packed:
            body = json.loads(zlib.decompress(message.packed))
        if body:
            new = {int(number): part for number, part in body["parts"].items()}
            assert not new.keys() & self.parts.keys(), "a part was sent twice"
            self.parts |= new
            self.states |= body["states"]
        kind, code = message.content["kind"], message.content.get("code")
        if kind == "moves":
            self.moves[code] = message.content["moves"]
        if kind == "fixes":
            self.fixes[code] = message.content["fixes"]

    def state(self, code: str):
        return join(self.states[code], self.parts)


@pytest.fixture
def courier():
    return Courier(States(), "page")


@pytest.mark.parametrize("name", ["recommended-nlb", "tls-at-l7-alb", "tls-at-l4-elb-as-printed"])
def test_every_click_finds_its_state_on_the_page(courier, name):
    scenario = start(name, Ask(scheme="http"))
    page = Page()
    messages = list(chain.from_iterable(courier.around(encode(scenario))))
    assert messages[0].content["kind"] == "moves", "where clicks lead is needed first"
    for message in messages:
        page.receive(message)
        assert len(message.packed) <= LARGEST_MESSAGE
        assert len(json.dumps(message.content)) <= LARGEST_MESSAGE
    where = page.moves[encode(scenario)]
    clicks = [*moves(scenario), *preset_moves(scenario)]
    assert sum(map(len, where.values())) == len(clicks)
    for control, number, move in clicks:
        target, *gave_way = where[control][str(number)]
        assert target == encode(move.scenario)
        assert tuple(gave_way) == move.gave_way
        if move.scenario != scenario:
            assert page.state(target) == json.loads(json.dumps(state_of(move.scenario)[0]))


def test_nothing_is_sent_twice(courier):
    page = Page()
    for name in ("recommended-nlb", "tls-at-emissary-nlb", "recommended-nlb"):
        for message in chain.from_iterable(courier.around(encode(start(name)))):
            page.receive(message)
    again = list(chain.from_iterable(courier.around(encode(start("recommended-nlb")))))
    assert [message.packed for message in again] == [b"", b""]


def test_a_state_that_is_waited_for_comes_at_once(courier):
    page = Page()
    code = encode(start("tls-at-l7-elb"))
    message = courier.state(code, {"number": 7})
    page.receive(message)
    assert message.content.items() >= {"kind": "go", "number": 7, "code": code}.items()
    assert len(json.dumps(message.content)) <= LARGEST_MESSAGE
    assert page.state(code)["code"] == code


def test_too_much_is_forgotten_on_both_sides(courier, monkeypatch):
    list(chain.from_iterable(courier.around(encode(start("recommended-nlb")))))
    monkeypatch.setattr(session, "MOST_BYTES", 1000)
    message = courier.state(encode(start("recommended-nlb")))
    assert message.content["epoch"] == 1
    page = Page()
    page.receive(message)
    assert page.state(message.content["code"])["preset"] == "recommended-nlb"
