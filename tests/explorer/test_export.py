"""What is downloaded gives, on the command line, what was on the screen."""

from __future__ import annotations

import json
import shlex

import pytest

from aws_lb_sim.cli import main
from aws_lb_sim.explorer.scenario import Ask, command, run, start
from aws_lb_sim.explorer.state import state_of
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.views.json_object import to_json_object
from tests.explorer.conftest import random_scenarios


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
    assert simulated(state, folder, capsys, monkeypatch) == shown


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("preset", presets(), ids=lambda each: each.name)
def test_every_preset(preset, scheme, tmp_path, capsys, monkeypatch):
    scenario = start(preset.name, Ask(scheme=scheme, forged_for=True, forged_proto=True))
    assert_same(scenario, tmp_path, capsys, monkeypatch)


def test_200_random_designs(tmp_path, capsys, monkeypatch):
    for number, scenario in enumerate(random_scenarios(200, seed=3)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert_same(scenario, folder, capsys, monkeypatch)


def test_the_command_quotes_what_a_shell_would_read():
    ask = Ask(headers="X-Note: $(rm -rf ~) 'quoted'")
    words = shlex.split(command(run(start("recommended-nlb", ask)), ask))
    assert "X-Note: $(rm -rf ~) 'quoted'" in words
