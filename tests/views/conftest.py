"""Flows for the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.views import flows

if TYPE_CHECKING:
    from aws_lb_sim.flow import Flow


@pytest.fixture(params=sorted(flows.ALL))
def any_flow(request: pytest.FixtureRequest) -> Flow:
    """Each of the flows in turn."""
    made: Flow = flows.ALL[request.param]()
    return made
