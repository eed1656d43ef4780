"""The controls in their groups: what can be chosen, with one line of help each."""

from __future__ import annotations

from dataclasses import replace

from aws_lb_sim.design.problems import TEXT_FIELDS, values
from aws_lb_sim.explorer.ask import FORGED_ADDRESS
from aws_lb_sim.explorer.control import Control, Group, Option
from aws_lb_sim.explorer.labels import label_of

__all__ = ["GROUPS"]

_OFF_ON = (False, True)


def _choice(name: str, label: str, help_: str) -> Control:
    options = tuple(Option(value=each, label=label_of(name, each)) for each in values()[name])
    return Control(name=name, label=label, help=help_, options=options)


def _text(name: str, label: str, help_: str) -> Control:
    if name not in TEXT_FIELDS:
        raise ValueError(f"{name} is no text of a design")
    return Control(name=name, label=label, help=help_)


def _switch(name: str, label: str, help_: str) -> Control:
    """Make a control of the request that is off or on."""
    return _ask(name, label, help_, *(False, True))


def _ask(name: str, label: str, help_: str, *offered: object, lines: int = 1) -> Control:
    options = tuple(Option(value=each, label=label_of(name, each)) for each in offered)
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
        title="Made by",
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
            _text(
                "certificate_arn", "Certificate ARN", "Of ACM, where the load balancer ends TLS."
            ),
            _text("tls_secret", "TLS Secret", "Where Emissary ends TLS."),
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
            _text("namespace", "Namespace", "Where Emissary runs."),
            _text("backend", "Service behind Emissary", "name:port in the namespace default."),
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
)
"""In the order on the screen."""
