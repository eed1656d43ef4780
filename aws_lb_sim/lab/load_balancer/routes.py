"""The routes of a listener that reads HTTP: forward, redirect, fixed response.

Source: AWS, ALB listener rules; Envoy API config.route.v3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import FixedResponseAction, ForwardAction, RedirectAction
from aws_lb_sim.lab.load_balancer.http import ROUTE_SECONDS, meant_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.aws.load_balancer import ListenerAction, ListenerRule, LoadBalancerListener
    from aws_lb_sim.lab.envoy.configuration import Json

__all__ = ["forward", "listener_routes"]


def listener_routes(listener: LoadBalancerListener, clusters: dict[int, str]) -> list[Json]:
    """Write the rules of an ALB's listener, in order, and its default action.

    Parameters
    ----------
    listener
        Of an ALB.
    clusters
        Name of the cluster of each forwarding action: 0 is the default action, 1 the first
        rule, and so on.
    """
    return list(_routes(listener, clusters))


def forward(cluster: str, **metadata: str) -> Json:
    """Write the action that sends requests to a cluster.

    Parameters
    ----------
    cluster
        Its name.
    **metadata
        What the script is told about the target group.
    """
    route = {"cluster": cluster, "timeout": f"{ROUTE_SECONDS}s"}
    return {"route": route, **_metadata(metadata)}


def _routes(listener: LoadBalancerListener, clusters: dict[int, str]) -> Iterator[Json]:
    for number, rule in enumerate(listener.rules, 1):
        action = _action(rule.action, clusters.get(number, ""))
        for match in _matches(rule):
            yield {"match": match, **action}
    default = _action(listener.action, clusters.get(0, ""))
    yield {"match": {"prefix": "/"}, **default}
    # OPTIONS * and the authority of CONNECT have no path that begins with a slash.
    yield {"match": {"safe_regex": {"regex": ".*"}}, **default}


def _matches(rule: ListenerRule) -> Iterator[Json]:
    """Write a rule's conditions: host patterns without case, path patterns with case."""
    for path in rule.paths or ("*",):
        match: Json = {"safe_regex": {"regex": _pattern(path)}}
        if rule.hosts:
            hosts = "|".join(_pattern(each.lower()) for each in rule.hosts)
            regex = f"(?i)({hosts})(:[0-9]+)?"
            header = {"name": ":authority", "string_match": {"safe_regex": {"regex": regex}}}
            match["headers"] = [header]
        yield match


def _pattern(text: str) -> str:
    """Return a wildcard pattern as a regular expression: * is any text, ? one character."""
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in text)
    return "".join(parts)


def _action(action: ListenerAction, cluster: str) -> Json:
    if isinstance(action, ForwardAction):
        return forward(cluster, protocol_version=action.target_group.protocol_version)
    if isinstance(action, FixedResponseAction):
        return {
            "direct_response": {"status": action.status},
            "response_headers_to_add": [meant_status(action.status)],
        }
    return {
        "direct_response": {"status": action.status},
        **_metadata({"redirect": _fields(action)}),
    }


def _fields(action: RedirectAction) -> Json:
    names = ("protocol", "host", "port", "path", "query", "status")
    return {name: str(getattr(action, name)) for name in names}


def _metadata(metadata: Json) -> Json:
    return {"metadata": {"filter_metadata": {"envoy.filters.http.lua": metadata}}}
