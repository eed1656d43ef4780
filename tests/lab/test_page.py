"""What the documentation page says, statement by statement, tried on real Envoys as well."""

from __future__ import annotations

import pytest

from aws_lb_sim.lab.verification import verify_each
from aws_lb_sim.lab.warm_lab import WarmLab
from aws_lb_sim.manifests.page import PAGE_VERSION
from aws_lb_sim.page.statement import World
from aws_lb_sim.page.statements import STATEMENTS

TESTABLE = [each for each in STATEMENTS if each.setup is not None]


@pytest.fixture(scope="module")
def warm():
    with WarmLab() as both:
        yield both


@pytest.fixture(scope="module")
def ran():
    """Which statements had a request that could be run."""
    return {}


@pytest.mark.parametrize("statement", TESTABLE, ids=lambda statement: statement.id)
def test_what_shows_a_statement_is_what_a_real_envoy_does(statement, warm, ran):
    version = PAGE_VERSION if PAGE_VERSION in statement.versions else statement.versions[-1]
    for controller in statement.controllers:
        manifests = statement.setup(World(version, controller))
        verifications = list(verify_each(manifests, statement.requests, warm=warm))
        assert [str(each) for each in verifications if each.differences] == []
        ran[statement.id] = any(each.agrees for each in verifications)


def test_most_statements_could_be_run(ran):
    assert len(ran) == len(TESTABLE), "run the whole file"
    assert list(ran.values()).count(True) > 0.8 * len(ran)
