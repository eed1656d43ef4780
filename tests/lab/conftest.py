"""What tests of the lab share: how long to wait, and which seed today."""

from __future__ import annotations

import os

import pytest

from aws_lb_sim.lab.unavailable import find_envoy

SEED_VARIABLE = "AWS_LB_SIM_LAB_SEED"
# Fixed, so that the same commit gives the same verdict on every day; any other can be named.
DEFAULT_SEED = 1
# A refused HTTP/2 connection is closed after one second (delayed_close_timeout).
PATIENCE = 2.0


@pytest.fixture(scope="session", autouse=True)
def envoy():
    """Fail with the reason in words where no real Envoy can be run."""
    return find_envoy()


@pytest.fixture(scope="session")
def seed():
    """The seed that the environment names, or the usual one; a failing test prints it."""
    named = os.environ.get(SEED_VARIABLE)
    return int(named or DEFAULT_SEED)


@pytest.fixture
def say_seed(seed, record_property):
    record_property("seed", seed)
    print(f"to repeat: {SEED_VARIABLE}={seed}")  # noqa: T201 - shown where the test fails
    return seed
