"""The explorer's controls: their names in plain words, groups, and values that say what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from aws_lb_sim.views.markup import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_lb_sim.design.space import Choice

__all__ = [
    "FIRST_FIELDS",
    "FULL_WIDTH",
    "GROUPS",
    "HALF_WIDTH",
    "dropdown",
    "group",
    "label",
    "meant",
    "options",
    "shown",
    "text_area",
    "text_box",
]

GROUPS = {
    "Load balancer": ("load_balancer", "controller", "target_type"),
    "TLS": ("tls_termination", "insecure_action", "alb_redirect", "split_ports"),
    "Client address": (
        "proxy_protocol",
        "emissary_proxy_protocol",
        "external_traffic_policy",
        "l7_depth",
    ),
}
"""Fields that stand in front, by group; all others are under "More choices"."""

FIRST_FIELDS = frozenset(name for names in GROUPS.values() for name in names)

LABELS = {
    "load_balancer": "Load balancer",
    "controller": "Made by",
    "target_type": "Target type",
    "tls_termination": "TLS ends at",
    "insecure_action": "Insecure requests",
    "alb_redirect": "ALB redirects",
    "split_ports": "Split ports",
    "proxy_protocol": "PROXY protocol",
    "proxy_protocol_by": "PROXY turned on by",
    "emissary_proxy_protocol": "Emissary expects",
    "external_traffic_policy": "Traffic policy",
    "preserve_client_ip": "Keep client IP",
    "l7_depth": "l7Depth",
    "xff_mode": "ALB X-Forwarded-For",
    "emissary_version": "Emissary version",
    "alpn_policy": "NLB ALPN policy",
    "alpn_protocols": "Host ALPN",
}
"""Names of fields that are not plain words by themselves."""

WIDTH = "262px"
FULL_WIDTH, HALF_WIDTH = "99%", "49%"
STYLE = {"description_width": "116px"}
CHANGES_OTHERS = " (changes others)"

OPEN = "default"
"""What a control holds for a choice that is left open; no field has such a value."""


def label(field: str) -> str:
    """Return the name of a field in plain words.

    Examples
    --------
    >>> label("cross_zone"), label("tls_termination")
    ('Cross zone', 'TLS ends at')
    """
    return LABELS.get(field, field.replace("_", " ").capitalize())


def options(offered: Iterable[Choice]) -> list[tuple[str, Any]]:
    """Return the options of a control: what is said, and the value.

    A value that is impossible with the other choices says that it changes them.
    """
    return [
        (_words(each.value) + ("" if each.allowed else CHANGES_OTHERS), shown(each.value))
        for each in offered
    ]


def shown(value: object) -> object:
    """Return what a control holds for a value: it takes None for nothing chosen."""
    return OPEN if value is None else value


def meant(held: object) -> object:
    """Return the value that a control holds something for.

    Examples
    --------
    >>> meant(shown(None)) is None
    True
    """
    return None if held == OPEN else held


def _words(value: object) -> str:
    if value is None:
        return OPEN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)


def dropdown(
    description: str, choices: Sequence[tuple[str, Any]], value: object, width: str = WIDTH
) -> Any:
    """Make a control that offers values; its name is its tooltip as well."""
    return widgets.Dropdown(
        options=list(choices),
        value=value,
        description=description,
        tooltip=description,
        layout={"width": width},
        style=STYLE,
    )


def text_box(description: str, value: str, width: str = WIDTH) -> Any:
    """Make a control for a line of text, heard of when it is done."""
    return widgets.Text(
        value=value,
        description=description,
        continuous_update=False,
        layout={"width": width},
        style=STYLE,
    )


def text_area(description: str, value: str, placeholder: str, width: str) -> Any:
    """Make a control for some lines of text, heard of when they are done."""
    return widgets.Textarea(
        value=value,
        description=description,
        placeholder=placeholder,
        continuous_update=False,
        rows=2,
        layout={"width": width},
        style=STYLE,
    )


def group(title: str, controls: Sequence[Any]) -> Any:
    """Put controls under one another, with a heading."""
    heading = widgets.HTML(element("strong", title))
    return widgets.VBox([heading, *controls], layout={"margin": "0 8px 4px 0"})
