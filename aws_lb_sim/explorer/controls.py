"""The controls by name, which of them give way to which, and what the page draws of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.explorer.groups import GROUPS
from aws_lb_sim.manifests.presets import presets

if TYPE_CHECKING:
    from aws_lb_sim.explorer.control import Control

__all__ = ["PRECEDENCE", "control", "controls", "field", "spec"]

PRECEDENCE = (
    "load_balancer",
    "controller",
    "emissary_version",
    "tls_termination",
    "target_type",
    "target_protocol_version",
    "proxy_protocol",
    "scheme",
    "in_front",
    "cross_zone",
    "alb_redirect",
    "insecure_action",
    "split_ports",
    "external_traffic_policy",
    "preserve_client_ip",
    "proxy_protocol_by",
    "emissary_proxy_protocol",
    "xff_mode",
    "l7_depth",
    "use_remote_address",
    "alpn_policy",
    "alpn_protocols",
    "websocket",
)
"""Fields of a design that are not free text, from the most far-reaching to the least.

A choice that contradicts others is possible where all those come later: they give way to
it. It is impossible where an earlier one stands against it, and says which and why.
"""

_FIELD_OF = {"scheme_asked": "scheme"}
"""Controls whose field has the same name as one of the design."""


def field(made: Control) -> str:
    """Return the field of the design or the request that a control is about."""
    return _FIELD_OF.get(made.name, made.name)


def controls() -> tuple[Control, ...]:
    """Return all controls in the order on the screen."""
    return tuple(made for group in GROUPS for made in group.controls)


@cache
def _by_name() -> dict[str, Control]:
    return {made.name: made for made in controls()}


def control(name: str) -> Control | None:
    """Return the control of a name; None where there is none.

    Examples
    --------
    >>> control("target_type").label
    'Sends to'
    """
    return _by_name().get(name)


def spec() -> dict[str, Any]:
    """Return what the page needs to draw the controls: JSON values only, always the same."""
    return {
        "groups": [
            {
                "title": group.title,
                "about": group.about,
                "open": group.is_open,
                "controls": [_spec_of(made) for made in group.controls],
            }
            for group in GROUPS
        ],
        "presets": [
            {
                "name": each.name,
                "title": each.title,
                "summary": each.summary,
                "printed": each.design is None,
            }
            for each in presets()
        ],
    }


def _spec_of(made: Control) -> dict[str, Any]:
    found: dict[str, Any] = {"name": made.name, "label": made.label, "help": made.help}
    if made.is_text:
        found["lines"] = made.lines
    else:
        found["options"] = [option.label for option in made.options]
    found["request"] = made.of_request
    return found
