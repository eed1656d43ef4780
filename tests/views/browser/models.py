"""View models of flows made by hand, for the tests of the script that draws them."""

from __future__ import annotations

from typing import Any

from aws_lb_sim.views.browser.view_model import to_view_model, to_view_models
from tests.views import flows


def all_models() -> dict[str, Any]:
    """Return every flow's model by its name, one that shares, and one full of markup."""
    models = {name: to_view_model(make()) for name, make in flows.ALL.items()}
    shared, (first, second) = to_view_models([flows.tls_ok(), flows.tls_error()])
    sharing = {"shared": shared, "first": first, "second": second}
    hostile = {f"hostile {payload}": to_view_model(flows.hostile(payload)) for payload in flows.XSS}
    return {**models, **hostile, "sharing": sharing}
