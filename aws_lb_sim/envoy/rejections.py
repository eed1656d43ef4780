"""Why Envoy refuses a configuration: then a fresh pod serves nothing at all.

Source: Envoy's protobuf validation rules (api/envoy/config/route/v3), its listener manager,
header parser and RE2; each refusal was observed on Envoy 1.40.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.formats import is_format
from aws_lb_sim.envoy.listener import (
    HeaderMatcher,
    HeaderToAdd,
    HttpConnectionManager,
    PathMatcher,
    QueryParameterMatcher,
    RedirectAction,
    RouteAction,
)
from aws_lb_sim.envoy.regexes import regex_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aws_lb_sim.envoy.listener import FilterChain, Listener, Route

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
        for problem in chain(_chain_problems(listener), _route_problems(listener, seen)):
            return f"port {listener.port}: {problem}"
    return None


def _chain_problems(listener: Listener) -> Iterator[str]:
    """Look at what the filter chains match, and at their settings."""
    matching: dict[tuple[bool, tuple[str, ...]], FilterChain] = {}
    for each in listener.filter_chains:
        other = matching.setdefault((each.tls is None, each.server_names), each)
        if other is not each:
            yield f"{other.name} and {each.name} have the same matching rules"
        for name in each.server_names:
            # Envoy: partial wildcards are not supported in server_names.
            if "*" in name and not name.startswith("*."):
                yield f"partial wildcard {name!r} in server_names"
        if each.tls and any(len(name) > _LONGEST_ALPN for name in each.tls.alpn):
            yield "a name in alpn_protocols is too long"
        domains = [host.domain for host in each.virtual_hosts]
        if _LINE_BREAKS.search("".join(domains)):
            yield "a hostname has a line break"
        if len(set(domains)) < len(domains):
            yield "two virtual hosts for one domain"
        if isinstance(each.manager, HttpConnectionManager):
            yield from _manager_problems(each.manager)


def _manager_problems(manager: HttpConnectionManager) -> Iterator[str]:
    if not 0 <= manager.max_request_headers_kb <= _LARGEST_HEADERS_KB:
        yield f"max_request_headers_kb is not between 0 and {_LARGEST_HEADERS_KB}"
    if (manager.idle_timeout_seconds or 0) < 0:
        yield "listener_idle_timeout_ms is negative"
    if _LINE_BREAKS.search(manager.server_name or ""):
        yield "server_name has a line break"


def _route_problems(listener: Listener, seen: set[int]) -> Iterator[str]:
    """Look at each part of each route once: a Mapping's routes have most of them in common."""
    parts = {
        id(part): (part, route.name)
        for route in _routes(listener.filter_chains, seen)
        for part in (
            route.path,
            route.action,
            route.headers,
            route.query_parameters,
            route.headers_to_add,
            route.headers_to_remove,
        )
        if part
    }
    for part, name in parts.values():
        for problem in _part_problems(part):
            yield f"Mapping {name}: {problem}"


def _routes(chains: Iterable[FilterChain], seen: set[int]) -> Iterator[Route]:
    """Give the routes of all virtual hosts; chains and listeners share whole lists of them."""
    for each in chains:
        for host in each.virtual_hosts:
            if id(host.routes) not in seen:
                seen.add(id(host.routes))
                yield from host.routes


def _part_problems(part: object) -> Iterable[str]:
    if isinstance(part, tuple):
        return (problem for each in part for problem in _item_problems(each))
    if isinstance(part, PathMatcher):
        return _regex_problems(part.value) if part.kind == "regex" else ()
    assert isinstance(part, RouteAction | RedirectAction)  # noqa: S101 - for the type checker
    return _action_problems(part)


def _item_problems(item: object) -> Iterable[str]:
    """Look at a condition of a route, or at a header that it adds or removes."""
    if isinstance(item, HeaderMatcher | QueryParameterMatcher):
        return _condition_problems(item)
    if isinstance(item, HeaderToAdd):
        problem = (
            () if is_format(item.value) else (f"{item.value!r} is no format of a header value",)
        )
        return (*_name_problems(item.name), *problem)
    return _name_problems(str(item).lower())


def _condition_problems(condition: HeaderMatcher | QueryParameterMatcher) -> Iterator[str]:
    if not condition.name:
        yield "a header or query parameter without a name"
    if isinstance(condition, HeaderMatcher) and _LINE_BREAKS.search(condition.name):
        yield f"the header name {condition.name!r} has a line break"
    if condition.match.kind == "regex":
        yield from _regex_problems(condition.match.value)


def _regex_problems(pattern: str) -> Iterator[str]:
    if problem := regex_problem(pattern):
        yield f"the regular expression {pattern!r} {problem}"


def _action_problems(action: RouteAction | RedirectAction) -> Iterator[str]:
    texts = [action.prefix_rewrite]
    if action.regex_rewrite is not None:
        pattern, substitution = action.regex_rewrite
        yield from _regex_problems(pattern)
        texts.append(substitution)
    if isinstance(action, RedirectAction):
        texts += action.path, action.host
    else:
        if action.upgrades:
            yield from _upgrade_problems(action)
        texts.append(action.host_rewrite)
    if any(_LINE_BREAKS.search(text) for text in texts if text):
        yield "a line break in a rewrite or redirect"


def _upgrade_problems(action: RouteAction) -> Iterator[str]:
    upgrades = [each.lower() for each in action.upgrades]
    if "" in upgrades or len(set(upgrades)) < len(upgrades):
        yield "allow_upgrade names a protocol twice, or none"


def _name_problems(name: str) -> Iterable[str]:
    """Look at the name of a request header that a Mapping adds or removes."""
    if not name or name == "host" or name.startswith(":") or _LINE_BREAKS.search(name):
        return (f"the request header {name!r} cannot be added or removed",)
    return ()
