"""Why Envoy refuses a configuration: then a fresh pod serves nothing at all.

Source: Envoy's protobuf validation rules (api/envoy/config/route/v3), its listener manager,
header parser and RE2; each refusal was observed on Envoy 1.40.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.formats import is_format
from aws_lb_sim.envoy.listener import HeaderMatcher, HttpConnectionManager, RedirectAction
from aws_lb_sim.envoy.regexes import regex_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aws_lb_sim.envoy.listener import (
        FilterChain,
        Listener,
        QueryParameterMatcher,
        Route,
        RouteAction,
    )

__all__ = ["why_rejected"]

_LARGEST_HEADERS_KB = 8192
_LONGEST_ALPN = 255
_LINE_BREAKS = re.compile(r"[\x00\r\n]")


def why_rejected(listeners: Iterable[Listener]) -> str | None:
    """Say why Envoy would refuse one of some listeners, None where it takes them all.

    Examples
    --------
    >>> from aws_lb_sim.envoy.listener import Listener
    >>> why_rejected([Listener(name="l", port=80, listener_filters=(), filter_chains=())])
    """
    # What stands in several places is looked at once, and stays alive meanwhile.
    seen: set[int] = set()
    for listener in listeners:
        for problem in (*_chain_problems(listener), *_route_problems(listener, seen)):
            return f"port {listener.port}: {problem}"
    return None


def _chain_problems(listener: Listener) -> Iterator[str]:
    """Look at what the filter chains match, and at their settings."""
    chains = listener.filter_chains
    matching: dict[tuple[bool, tuple[str, ...]], FilterChain] = {}
    for chain in chains:
        other = matching.setdefault((chain.tls is None, chain.server_names), chain)
        if other is not chain:
            yield f"{other.name} and {chain.name} have the same matching rules"
    for chain in chains:
        for name in chain.server_names:
            # Envoy: partial wildcards are not supported in server_names.
            if "*" in name and not name.startswith("*."):
                yield f"partial wildcard {name!r} in server_names"
        if chain.tls and any(len(name) > _LONGEST_ALPN for name in chain.tls.alpn):
            yield "a name in alpn_protocols is too long"
        domains = [host.domain for host in chain.virtual_hosts]
        if any(map(_LINE_BREAKS.search, domains)):
            yield "a hostname has a line break"
        if len(set(domains)) < len(domains):
            yield "two virtual hosts for one domain"
        if isinstance(chain.manager, HttpConnectionManager):
            yield from _manager_problems(chain.manager)


def _manager_problems(manager: HttpConnectionManager) -> Iterator[str]:
    if not 0 <= manager.max_request_headers_kb <= _LARGEST_HEADERS_KB:
        yield f"max_request_headers_kb is not between 0 and {_LARGEST_HEADERS_KB}"
    if (manager.idle_timeout_seconds or 0) < 0:
        yield "listener_idle_timeout_ms is negative"
    if _LINE_BREAKS.search(manager.server_name or ""):
        yield "server_name has a line break"


def _route_problems(listener: Listener, seen: set[int]) -> Iterator[str]:
    """Look at each route once: secure and insecure ones of a Mapping are much the same."""
    for route in _routes(listener.filter_chains, seen):
        parts = (route.path, route.headers, route.query_parameters, route.action)
        key = hash((*map(id, parts), id(route.headers_to_add)))
        if key not in seen:
            seen.add(key)
            for problem in (*_match_problems(route), *_header_problems(route)):
                yield f"Mapping {route.name}: {problem}"


def _routes(chains: Iterable[FilterChain], seen: set[int]) -> Iterator[Route]:
    """Give the routes of all virtual hosts; chains and listeners share whole lists of them."""
    for chain in chains:
        for host in chain.virtual_hosts:
            if id(host.routes) not in seen:
                seen.add(id(host.routes))
                yield from host.routes


def _match_problems(route: Route) -> Iterator[str]:
    patterns = [route.path.value] if route.path.kind == "regex" else []
    conditions: list[HeaderMatcher | QueryParameterMatcher] = [
        *route.headers,
        *route.query_parameters,
    ]
    for condition in conditions:
        if not condition.name:
            yield "a header or query parameter without a name"
        if isinstance(condition, HeaderMatcher) and _LINE_BREAKS.search(condition.name):
            yield f"the header name {condition.name!r} has a line break"
        if condition.match.kind == "regex":
            patterns.append(condition.match.value)
    if route.action.regex_rewrite is not None:
        patterns.append(route.action.regex_rewrite[0])
    for pattern in patterns:
        if problem := regex_problem(pattern):
            yield f"the regular expression {pattern!r} {problem}"
    action = route.action
    texts = [action.prefix_rewrite, *(action.regex_rewrite or ())[1:]]
    if isinstance(action, RedirectAction):
        texts += action.path, action.host
    else:
        yield from _upgrade_problems(action)
        texts.append(action.host_rewrite)
    if any(_LINE_BREAKS.search(text) for text in texts if text):
        yield "a line break in a rewrite or redirect"


def _upgrade_problems(action: RouteAction) -> Iterator[str]:
    upgrades = [each.lower() for each in action.upgrades]
    if "" in upgrades or len(set(upgrades)) < len(upgrades):
        yield "allow_upgrade names a protocol twice, or none"


def _header_problems(route: Route) -> Iterator[str]:
    """Look at the request headers that a Mapping adds and removes."""
    added = [each.name for each in route.headers_to_add]
    for name in (*added, *map(str.lower, route.headers_to_remove)):
        if not name or name == "host" or name.startswith(":") or _LINE_BREAKS.search(name):
            yield f"the request header {name!r} cannot be added or removed"
    for each in route.headers_to_add:
        if not is_format(each.value):
            yield f"{each.value!r} is no format of a header value"
