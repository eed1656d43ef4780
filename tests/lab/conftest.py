"""What tests of the lab share: a real Envoy, and the seed of random scenarios."""

from __future__ import annotations

import pytest

from aws_lb_sim.lab.envoy.unavailable import find_envoy
from tests.conftest import LAB_SEED_VARIABLE, lab_seed


@pytest.fixture(scope="session", autouse=True)
def envoy():
    """Fail with the reason in words where no real Envoy can be run."""
    return find_envoy()


@pytest.fixture(scope="session")
def seed():
    """The seed that the environment names, or the usual one; it stands at the top of the run."""
    return lab_seed()


@pytest.fixture
def say_seed(seed, record_property):
    record_property("seed", seed)
    print(f"to repeat: {LAB_SEED_VARIABLE}={seed}")  # noqa: T201 - shown where the test fails
    return seed
