"""A flow as a widget in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from aws_lb_sim.views.browser.assets import flow_css, flow_module
from aws_lb_sim.views.browser.view_model import to_view_model
from aws_lb_sim.views.html import to_html

if TYPE_CHECKING:
    from aws_lb_sim.flow import Flow

__all__ = ["FlowView"]


class FlowView(anywidget.AnyWidget):
    """Show a flow, animated, to be stepped through and inspected.

    Parameters
    ----------
    flow
        What happened; setting ``flow`` shows another one in its place, with what
        changed marked.

    Attributes
    ----------
    view_model : dict
        What the browser draws, see :func:`aws_lb_sim.views.browser.view_model.to_view_model`.
    """

    _esm = flow_module()
    _css = flow_css()
    view_model = traitlets.Dict(help="What the browser draws.").tag(sync=True)

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        super().__init__(view_model=to_view_model(flow))

    @property
    def flow(self) -> Flow:
        """The flow that is shown."""
        return self._flow

    @flow.setter
    def flow(self, flow: Flow) -> None:
        self._flow = flow
        self.view_model = to_view_model(flow)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Add the still picture, for whoever reads a saved notebook without running it."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/html": to_html(self._flow)}, metadata
