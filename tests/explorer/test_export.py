"""What is downloaded gives, on the command line, what was on the screen."""

from __future__ import annotations

import json
import os
import random
import shlex

import pytest

from aws_lb_sim.cli import main
from aws_lb_sim.design.space import space
from aws_lb_sim.explorer.codes import encode
from aws_lb_sim.explorer.scenario import Ask, Scenario, command, run, start
from aws_lb_sim.explorer.state import state_of
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.views.json_object import to_json_object
from tests.explorer.conftest import random_scenarios

SEED = int(os.environ.get("AWS_LB_SIM_EXPORT_SEED", "3"))


def simulated(state, folder, capsys, monkeypatch):
    """Save the files of a state, and run the command that it shows beside them."""
    for name, text in state["files"].items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    words = shlex.split(state["command"])
    assert words[0] == "aws-lb-sim"
    status = main([*words[1:], "--output", "json"])
    assert status == 0
    return json.loads(capsys.readouterr().out)


def assert_same(scenario, folder, capsys, monkeypatch):
    state, outcome = state_of(scenario)
    shown = json.loads(json.dumps(to_json_object(outcome.flow)))
    found = simulated(state, folder, capsys, monkeypatch)
    assert found == shown, f"seed {SEED}, code {encode(scenario)}"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("preset", presets(), ids=lambda each: each.name)
def test_every_preset(preset, scheme, tmp_path, capsys, monkeypatch):
    scenario = start(preset.name, Ask(scheme=scheme, forged_for=True, forged_proto=True))
    assert_same(scenario, tmp_path, capsys, monkeypatch)


def test_random_clicks(tmp_path, capsys, monkeypatch):
    for number, scenario in enumerate(random_scenarios(60, seed=SEED)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert_same(scenario, folder, capsys, monkeypatch)


def random_ask(chance, design):
    return Ask(
        scheme=chance.choice(["http", "https"]),
        kind=chance.choice(["page", "page", "websocket", "grpc"]),
        http=chance.choice(["1.1", "2"]),
        host=chance.choice([design.hostname.replace("*", "www"), "other.example.net"]),
        path=chance.choice(["/", "/cart?id=1", "/%3Cscript%3E", "//x/../y"]),
        client_ip=chance.choice(["203.0.113.7", "2001:db8::7", "192.0.2.44"]),
        forged_for=chance.random() < 0.5,
        forged_proto=chance.random() < 0.5,
        forged_proxy=chance.choice(["none", "none", "v1", "v2"]),
        headers=chance.choice(["", "X-Note: it's <b>here</b>", "X-Real-Ip: 198.51.100.9\nA: b"]),
    )


def test_200_random_designs(tmp_path, capsys, monkeypatch):
    """Of the whole decision space, each with a random request."""
    chance = random.Random(SEED)
    for number, design in enumerate(chance.sample(list(space()), 200)):
        folder = tmp_path / str(number)
        folder.mkdir()
        scenario = Scenario(design=design, ask=random_ask(chance, design))
        assert_same(scenario, folder, capsys, monkeypatch)


def test_the_command_quotes_what_a_shell_would_read():
    ask = Ask(headers="X-Note: $(rm -rf ~) 'quoted'")
    words = shlex.split(command(run(start("recommended-nlb", ask)), ask))
    assert "X-Note: $(rm -rf ~) 'quoted'" in words
