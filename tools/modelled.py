"""Write ``docs/modelled.md``: every rule of the model with its source, and what it leaves out.

``python -m tools.modelled`` prints the page; a test keeps the file fresh.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aws_lb_sim
from aws_lb_sim.findings.not_modelled import LEFT_OUT
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BOXES", "Box", "all_rules", "write_page"]

ROOMS = ("aws", "emissary", "envoy", "manifests", "network")
"""Packages that hold rules of behaviour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of the page.

    Parameters
    ----------
    title
        Its heading.
    prefixes
        First parts of the ids of its rules.
    text
        What of it is modelled, in a paragraph.
    left_out
        (what, what is done instead) of what is not.
    """

    title: str
    prefixes: tuple[str, ...]
    text: str
    left_out: tuple[tuple[str, str], ...] = ()


BOXES = (
    Box(
        title="The client",
        prefixes=("client",),
        text="One request at a time, by http, https, ws or wss, HTTP/1.0, 1.1 or 2, over IPv4 or "
        "IPv6, with any headers and with PROXY headers of its own; redirects are followed within "
        "the host name that was asked for, and a loop is found by walking it.",
        left_out=(
            ("HTTP/3", "a client uses TCP"),
            ("cookies, caches and HSTS of browsers", "every request is a first one"),
            ("TLS versions and ciphers of particular browsers", "TLS 1.2 and 1.3 are offered"),
            ("certificates", "every one is taken for valid"),
            ("redirects to other host names", "they are shown, and not followed"),
        ),
    ),
    Box(
        title="CloudFront",
        prefixes=("cloudfront",),
        text="One or several in front of the load balancer: they end TLS, append to "
        "X-Forwarded-For, and open a connection of their own to the origin.",
        left_out=(
            ("caching, behaviours, functions, WAF", "every request goes to the origin"),
            ("other proxies (API Gateway, Global Accelerator, third parties)", "refused by name"),
        ),
    ),
    Box(
        title="All load balancers",
        prefixes=("load-balancer", "tls"),
        text="Read from a Service or an Ingress as its controller would make them, from "
        "CloudFormation templates, or from the output of `aws … describe-*`.",
        left_out=(
            (
                "load, capacity, timeouts over time, health over time, draining",
                "one request at a time; health checks are sent once, for findings",
            ),
            (
                "security groups, network ACLs, routing",
                "packets pass, but to ports without a listener",
            ),
            ("loadBalancerSourceRanges", "every client is let in (`not-modelled`)"),
            ("DNS", "clients reach the load balancer by any name"),
            ("prices", "not computed from a flow"),
            ("UDP and QUIC listeners", "left out (`not-modelled`)"),
            ("EKS Auto Mode's built-in controller", "its annotations differ, and are not read"),
            ("weighted target groups", "the heaviest gets everything (`not-modelled`)"),
        ),
    ),
    Box(
        title="Classic ELB",
        prefixes=("classic",),
        text="Listeners on layer 4 (TCP, SSL) and 7 (HTTP, HTTPS) and their four target protocols, "
        "PROXY protocol version 1, X-Forwarded-*, failures of targets as statuses.",
        left_out=(
            (
                "connections to targets that are shared by clients",
                "each request has one of its own (`connections-shared`)",
            ),
            (
                "a PROXY policy on an HTTP or SSL-to-SSL instance port",
                "unsupported by AWS: no header is sent (`proxy-protocol-not-sent`)",
            ),
            ("limits of header sizes on layer 7", "none: AWS does not document them"),
        ),
    ),
    Box(
        title="Network Load Balancer",
        prefixes=("nlb",),
        text="TCP and TLS listeners, instance, ip and alb targets, client IP preservation with its "
        "defaults, PROXY protocol version 2 with its TLVs, ALPN policies.",
        left_out=(
            ("mutual TLS at the load balancer", "passed over (`not-modelled`)"),
            (
                "hairpin connections of a target to itself through the load balancer",
                "clients are elsewhere",
            ),
            (
                "the destination address in the PROXY header",
                "not documented: the load balancer's own, as the client reached it, is assumed",
            ),
            (
                "the PROXY header where client and targets are of different IP families",
                "not documented: the client's address is assumed (`ipv6-needs-dualstack`)",
            ),
            ("server name (SNI) to TLS targets", "none is taken to be sent (`no-server-name`)"),
        ),
    ),
    Box(
        title="Application Load Balancer",
        prefixes=("alb",),
        text="HTTP and HTTPS listeners, rules by host and path, redirects and fixed responses, "
        "`append`, `preserve` and `remove` of X-Forwarded-For, HTTP/1.1, HTTP/2 and gRPC to "
        "targets, WebSocket, the statuses it answers by itself.",
        left_out=(
            (
                "rules by header, method, query or source address",
                "the rule is left out (`not-modelled`)",
            ),
            ("authentication, mutual TLS, WAF, Lambda targets", "passed over (`not-modelled`)"),
            ("stickiness", "there is one target"),
            (
                "an X-Forwarded-Proto that arrives",
                "reports differ on whether it is replaced or joined; it is replaced",
            ),
        ),
    ),
    Box(
        title="Controllers",
        prefixes=("annotations",),
        text="cloud-provider-aws (the service controller, once in-tree) and the AWS Load Balancer "
        "Controller: who takes a Service, which annotations each reads, how they choose protocols, "
        "and what each passes over in silence. The sources stand beside the code in "
        "`aws_lb_sim/aws/`, and in the findings.",
        left_out=(
            ("changes over time: updates, drift, finalizers", "what is read is made afresh"),
            ("IngressClassParams, IngressGroups across files, Gateway API", "reported or left out"),
            ("cloud configuration of the controllers", "their defaults"),
        ),
    ),
    Box(
        title="Kubernetes: nodes and the API server",
        prefixes=("node", "service"),
        text="Source NAT by externalTrafficPolicy, a node without a local pod, and what the API "
        "server refuses about the documents.",
        left_out=(
            ("eBPF replacements of kube-proxy and their direct return", "kube-proxy's behaviour"),
            ("network policies", "every connection is let through (`not-modelled`)"),
            ("several nodes and pods", "one of each stands for all"),
        ),
    ),
    Box(
        title="Emissary: from resources to Envoy",
        prefixes=("emissary",),
        text="Listener, Host, Module, Mapping, TCPMapping and TLSContext, for 1.14 and 2.0 to 4.1, "
        "compiled to a typed description of Envoy listeners, as Emissary's own compiler does. 3.3 "
        "and 4.1 were observed; the others follow from source and release notes.",
        left_out=(
            *((what, "passed over (`not-modelled`)") for what in LEFT_OUT),
            ("traffic split by weight", "the largest share is followed"),
            ("ports 8877 and 8006 of the pod", "served by others than this Envoy"),
            ("reconfiguration while running", "the configuration read is the one in force"),
            ("Secrets' contents", "those named exist and are valid, but for `--missing-secret`"),
        ),
    ),
    Box(
        title="Emissary: Envoy",
        prefixes=("envoy",),
        text="Listener filters in order, filter chains by SNI, TLS versions and ALPN, the HTTP "
        "codec, client address, forwarding headers, the decision secure or insecure, virtual "
        "hosts, routes, redirects, upgrades, IP filters.",
        left_out=(
            (
                "what the codec makes of malformed input in older Envoys",
                "as observed on 1.40, whichever version Emissary ships",
            ),
            ("kept-alive connections with several requests", "one request a connection"),
            ("time, but for how long a silent connection stays open", "answers come at once"),
            ("upstreams", "every one answers 200, or 101 to an upgrade"),
        ),
    ),
)

_HEAD = """\
# What is and is not modelled

Printed by `python -m tools.modelled`; a test keeps it fresh. Each rule stands here once, under the
box that goes by it, with its source; `aws-lb-sim rules` prints them as well. What documents ask for
and the model leaves out is said by an `info` finding, whose code stands in parentheses; see
[findings](findings.md).
"""


def all_rules() -> tuple[Rule, ...]:
    """Return every rule of behaviour in the package, by id.

    Raises
    ------
    ValueError
        Two rules share an id.
    """
    found: dict[str, Rule] = {}
    for module in _modules():
        for rule in _rules_in(list(vars(module).values())):
            if found.setdefault(rule.id, rule) != rule:
                raise ValueError(f"two rules are called {rule.id}")
    return tuple(found[name] for name in sorted(found))


def _modules() -> Iterator[Any]:
    for room in ROOMS:
        package = importlib.import_module(f"{aws_lb_sim.__name__}.{room}")
        yield package
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(info.name)


def _rules_in(value: object) -> Iterator[Rule]:
    if isinstance(value, Rule):
        yield value
    elif isinstance(value, dict):
        yield from _rules_in(list(value.values()))
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _rules_in(one)


def write_page() -> str:
    """Return the page.

    Raises
    ------
    ValueError
        A rule belongs to no box, or to several.
    """
    by_box: dict[str, list[Rule]] = {box.title: [] for box in BOXES}
    for rule in all_rules():
        owners = [box.title for box in BOXES if rule.id.split(".")[0] in box.prefixes]
        if len(owners) != 1:
            raise ValueError(f"{rule.id} belongs to {owners or 'no box'}: see BOXES")
        by_box[owners[0]].append(rule)
    return "\n".join((_HEAD, *(_section(box, by_box[box.title]) for box in BOXES)))


def _section(box: Box, rules: list[Rule]) -> str:
    lines = [f"## {box.title}", "", box.text, ""]
    for rule in rules:
        lines += [f"- `{rule.id}` {rule.text}", f"  *Source: {rule.source}*"]
    if rules:
        lines.append("")
    if box.left_out:
        lines += ["Not modelled:", ""]
        lines += [f"- {what}: {instead}" for what, instead in box.left_out]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(write_page())
