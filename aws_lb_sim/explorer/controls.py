"""The controls: what can be chosen, in plain words, with one line of help each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from aws_lb_sim.design.problems import TEXT_FIELDS, values
from aws_lb_sim.explorer.scenario import FORGED_ADDRESS
from aws_lb_sim.manifests.presets import presets

__all__ = [
    "GROUPS",
    "PRECEDENCE",
    "Control",
    "Group",
    "Option",
    "control",
    "controls",
    "spec",
    "value_words",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a control, and what it is called."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing that can be chosen or typed.

    Parameters
    ----------
    name
        Field of a Design or of the request.
    label
        In plain words.
    help
        One line: what it decides.
    options
        Its values in order; none where free text is typed.
    lines
        Lines of a box for text.
    of_request
        Whether it is about the request, not the design.
    """

    name: str
    label: str
    help: str
    options: tuple[Option, ...] = ()
    lines: int = 1
    of_request: bool = False

    @property
    def is_text(self) -> bool:
        """Whether free text is typed."""
        return not self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Controls that belong together.

    Parameters
    ----------
    title
        In plain words, short.
    about
        The same with all words.
    controls
        In the order on the screen.
    is_open
        Whether they are shown at first.
    """

    title: str
    about: str
    controls: tuple[Control, ...]
    is_open: bool = False


_WORDS: dict[str, dict[Any, str]] = {
    "load_balancer": {
        "classic-tcp": "Classic, layer 4",
        "classic-http": "Classic, layer 7",
        "nlb": "NLB",
        "alb": "ALB",
    },
    "controller": {
        "cloud-provider-aws": "cloud-provider-aws",
        "aws-load-balancer-controller": "AWS Load Balancer Controller",
        "cloudformation": "by hand (CloudFormation)",
    },
    "target_type": {"instance": "nodes (instance)", "ip": "pods (ip)"},
    "tls_termination": {
        "load-balancer": "load balancer",
        "emissary": "Emissary",
        "both": "both, encrypted anew",
        "none": "no TLS at all",
    },
    "proxy_protocol_by": {
        "annotation": "annotation",
        "target-group-attributes": "target group attributes",
        "by-hand": "by hand in AWS",
    },
    "emissary_proxy_protocol": {
        None: "what is sent",
        "protocolStack": "Listener protocolStack",
        "protocol": "Listener protocol",
        "use_proxy_proto": "Module use_proxy_proto",
        "none": "nothing",
    },
    "target_protocol_version": {"HTTP1": "HTTP/1.1", "HTTP2": "HTTP/2", "GRPC": "gRPC"},
    "alpn_policy": {"None": "none"},
    "alpn_protocols": {None: "not set", "h2,http/1.1": "h2 and http/1.1", "http/1.1": "http/1.1"},
    "in_front": {(): "nothing", ("cloudfront",): "CloudFront"},
    "l7_depth": {None: "as many as there are"},
    "insecure_action": {
        "Redirect": "redirect to https",
        "Route": "route them",
        "Reject": "reject them",
    },
    "use_remote_address": {None: "not set"},
    "kind": {"page": "page", "websocket": "WebSocket", "grpc": "gRPC"},
    "http": {"1.1": "HTTP/1.1", "2": "HTTP/2"},
    "forged_proxy": {"none": "no", "v1": "version 1", "v2": "version 2"},
}
_BY_DEFAULT = "default"
_OFF_ON = (False, True)


def _labels(name: str, value: Any) -> str:
    words = _WORDS.get(name, {})
    if value in words:
        return words[value]
    if isinstance(value, bool):
        return "on" if value else "off"
    return _BY_DEFAULT if value is None else str(value)


def _choice(name: str, label: str, help_: str) -> Control:
    options = tuple(Option(value=each, label=_labels(name, each)) for each in values()[name])
    return Control(name=name, label=label, help=help_, options=options)


def _text(name: str, label: str, help_: str) -> Control:
    if name not in TEXT_FIELDS:
        raise ValueError(f"{name} is no text of a design")
    return Control(name=name, label=label, help=help_)


def _switch(name: str, label: str, help_: str) -> Control:
    """Make a control of the request that is off or on."""
    return _ask(name, label, help_, *(False, True))


def _ask(name: str, label: str, help_: str, *offered: object, lines: int = 1) -> Control:
    options = tuple(Option(value=each, label=_labels(name, each)) for each in offered)
    return Control(
        name=name, label=label, help=help_, options=options, lines=lines, of_request=True
    )


def _off_first(made: Control) -> Control:
    """Put a switch's on behind its off, and none behind both."""
    options = tuple(sorted(made.options, key=lambda each: each.value is True))
    return replace(made, options=options)


GROUPS: tuple[Group, ...] = (
    Group(
        title="Load balancer",
        about="The load balancer",
        is_open=True,
        controls=(
            _choice("load_balancer", "Kind", "What AWS puts in front of the cluster."),
            _choice("scheme", "Reachable from", "The internet, or the VPC alone."),
            _choice("in_front", "In front of it", "One more proxy before the load balancer."),
            _off_first(
                _choice("cross_zone", "Cross-zone", "Each zone sends to targets in all zones.")
            ),
        ),
    ),
    Group(
        title="Provisioned by",
        about="Who provisions it",
        is_open=True,
        controls=(
            _choice("controller", "Made by", "They read the same annotations differently."),
            _choice("target_type", "Sends to", "Nodes, by a NodePort, or straight to the pods."),
        ),
    ),
    Group(
        title="TLS ends",
        about="Where TLS ends",
        is_open=True,
        controls=(
            _choice("tls_termination", "TLS ends at", "Who has the certificate and decrypts."),
            _choice("target_protocol_version", "ALB speaks to targets", "Protocol behind the ALB."),
            _choice("alpn_policy", "ALPN policy of the NLB", "What its TLS listener negotiates."),
            _choice("alpn_protocols", "ALPN of Emissary", "What its TLS negotiates: h2 or not."),
        ),
    ),
    Group(
        title="Client address",
        about="How the client’s address gets to Emissary",
        is_open=True,
        controls=(
            _off_first(
                _choice("proxy_protocol", "PROXY protocol", "The load balancer tells the address.")
            ),
            _choice("emissary_proxy_protocol", "Emissary expects", "Both ends have to agree."),
            _choice(
                "external_traffic_policy",
                "externalTrafficPolicy",
                "Cluster hides the source address behind a node; Local keeps it.",
            ),
            _choice("preserve_client_ip", "NLB keeps client IP", "In the packets to its targets."),
            _choice("l7_depth", "l7Depth", "Proxies that Emissary trusts in X-Forwarded-For."),
            _choice("xff_mode", "ALB and X-Forwarded-For", "Append to it, keep or remove it."),
            _choice("proxy_protocol_by", "PROXY turned on by", "Where it is said to AWS."),
            _off_first(
                _choice(
                    "use_remote_address", "use_remote_address", "Of the Module: trust the peer."
                )
            ),
        ),
    ),
    Group(
        title="Redirect",
        about="Redirect of http to https",
        is_open=True,
        controls=(
            _choice("insecure_action", "Insecure requests", "What the Host does with them."),
            _off_first(
                _choice("alb_redirect", "Redirect at the ALB", "It answers port 80 by itself.")
            ),
            _off_first(
                _choice("split_ports", "Split ports", "One Listener for http, one for https.")
            ),
        ),
    ),
    Group(
        title="Emissary",
        about="Emissary-ingress",
        controls=(
            _choice("emissary_version", "Version", "1.14 has no Listeners; 2.x and later do."),
            _off_first(_choice("websocket", "WebSocket", "The Mapping allows upgrades.")),
            _text("hostname", "Host name served", "A name, *.suffix or * for any."),
        ),
    ),
    Group(
        title="Request",
        about="The request",
        is_open=True,
        controls=(
            _ask("scheme_asked", "Asks for", "http or https.", "http", "https"),
            _ask(
                "kind", "A", "WebSocket is HTTP/1.1, gRPC is HTTP/2.", "page", "websocket", "grpc"
            ),
            _ask("http", "Speaks", "HTTP version of the client.", "1.1", "2"),
            _ask("host", "Host", "Host name, with :port if it is another one."),
            _ask("path", "Path", "Path and query."),
            _ask("client_ip", "Client address", "IPv4 or IPv6: the true one."),
        ),
    ),
    Group(
        title="Attacker",
        about="An attacker’s forged headers",
        is_open=True,
        controls=(
            _ask(
                "forged_for",
                "Forge X-Forwarded-For",
                f"Claims to be {FORGED_ADDRESS}.",
                *_OFF_ON,
            ),
            _ask("forged_proto", "Forge X-Forwarded-Proto", "Claims https.", *_OFF_ON),
            _ask(
                "forged_proxy",
                "Forge a PROXY header",
                f"Sent first: claims to be {FORGED_ADDRESS}.",
                "none",
                "v1",
                "v2",
            ),
            _ask("headers", "Other headers", "One “Name: value” to a line.", lines=2),
        ),
    ),
    Group(
        title="Names",
        about="Names in the manifests",
        controls=(
            _text("namespace", "Namespace", "Where Emissary runs."),
            _text("backend", "Service behind Emissary", "name:port in the namespace default."),
            _text(
                "certificate_arn", "Certificate ARN", "Of ACM, where the load balancer ends TLS."
            ),
            _text("tls_secret", "TLS Secret", "Where Emissary ends TLS."),
        ),
    ),
)

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


def value_words(name: str, value: object) -> str:
    """Return what a value is called on the screen.

    Examples
    --------
    >>> value_words("tls_termination", "emissary"), value_words("hostname", "a.example")
    ('Emissary', 'a.example')
    """
    return _labels(name, value)


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
