"""Random scenarios, reached as a person reaches them: click by click."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from aws_lb_sim.explorer.neighbours import moves
from aws_lb_sim.explorer.scenario import start
from aws_lb_sim.manifests.presets import presets

CLICKS = 6


def random_scenarios(number: int, seed: int):
    """Yield scenarios a few random clicks away from a random preset."""
    chance = random.Random(seed)
    names = [each.name for each in presets()]
    for place in range(number):
        scenario = start(names[place % len(names)])
        for _ in range(chance.randrange(1, CLICKS)):
            _, _, made = chance.choice(list(moves(scenario)))
            scenario = made.scenario
        path = chance.choice(["/", "/cart?id=1", "/%3Cscript%3E"])
        ip = chance.choice(["203.0.113.7", "2001:db8::7", "192.0.2.44"])
        headers = chance.choice(["", "X-Note: it's <b>here</b>", "X-Real-Ip: 198.51.100.9\nA: b"])
        ask = replace(scenario.ask, path=path, client_ip=ip, headers=headers)
        yield replace(scenario, ask=ask)


@pytest.fixture(scope="session")
def some_scenarios():
    return list(random_scenarios(60, seed=20260301))
