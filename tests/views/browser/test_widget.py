from __future__ import annotations

import json
import subprocess
import sys

from aws_lb_sim.views.browser.view_model import to_view_model
from aws_lb_sim.views.browser.widget import FlowView
from tests.views import flows


def test_it_holds_the_model_and_nothing_else_of_the_flow():
    view = FlowView(flows.tls_ok())
    state = view.get_state()
    own = {name: value for name, value in state.items() if not name.startswith("_")}
    own = {name: own[name] for name in own if name not in ("layout", "tabbable", "tooltip")}
    assert own == {"view_model": to_view_model(flows.tls_ok())}
    json.dumps(own)


def test_another_flow_takes_its_place():
    view = flows.tls_ok().view()
    seen = []
    view.observe(seen.append, names=["view_model"])
    view.flow = flows.tls_error()
    assert view.flow == flows.tls_error()
    assert [change["new"] for change in seen] == [to_view_model(flows.tls_error())]


def test_a_saved_notebook_shows_the_still_picture():
    data, _ = FlowView(flows.tls_ok())._repr_mimebundle_()
    assert "<svg" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_nothing_of_it_is_imported_before_it_is_wanted():
    code = "import sys, aws_lb_sim; sys.exit('anywidget' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
