"""Mappings → groups, in the order in which Envoy tries them.

Sources: emissary-ingress python/ambassador/ir/{irhttpmapping,irhttpmappinggroup}.py and
envoy/v3/v3route.py@3.3.0 and 4.1.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.conditions import header_pairs, query_pairs
from aws_lb_sim.emissary.hostnames import labels_match
from aws_lb_sim.emissary.routes import mapping_routes
from aws_lb_sim.envoy.listener import (
    HeaderMatcher,
    PathMatcher,
    RedirectAction,
    Route,
    RouteAction,
    StringMatcher,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_lb_sim.emissary.resources import Host, HttpMapping
    from aws_lb_sim.emissary.versions import Release


__all__ = ["Group", "build_groups"]

_ACME = "/.well-known/acme-challenge/"


_XFP = "x-forwarded-proto"


_HTTPS_ONLY = HeaderMatcher(_XFP, StringMatcher("exact", "https"))


_TO_HTTPS = RedirectAction(https=True)


@dataclass(slots=True)
class Group:
    """Mappings that share method, path, headers and precedence, and so one place in the order.

    Parameters
    ----------
    hostname
        Host name pattern; None where the Mappings name none.
    hostname_is_regex
        Whether it is a regular expression: then it attaches to every Host.
    labels
        Labels of all its Mappings, merged; of one key the last one's stays.
    weight
        Sort key: heavier groups are tried first.
    routes
        One for each Mapping, heaviest share first, without the variants for
        secure and insecure requests.
    built_in
        Emissary's own probe routes, attached to every Host.
    """

    hostname: str | None
    hostname_is_regex: bool
    weight: list[Any]
    routes: tuple[Route, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    built_in: bool = False
    _variants: dict[tuple[bool, bool, bool], list[Route]] = field(default_factory=dict)

    @property
    def is_acme(self) -> bool:
        """Whether it is for ACME challenges, which are always routed."""
        path = self.routes[0].path if self.routes else None
        return path is not None and path.value == _ACME and path.kind == "prefix"

    def variants(self, *, secure: bool, by_header: bool, redirect: bool = False) -> list[Route]:
        """Return the routes as they are for secure or insecure requests, made once.

        Parameters
        ----------
        secure
            For requests taken for secure ones, or for the others.
        by_header
            Whether X-Forwarded-Proto tells them apart (securityModel XFP).
        redirect
            Whether the action becomes a redirect to https.
        """
        key = (secure, by_header, redirect)
        found = self._variants.get(key)
        if found is None:
            found = [
                _variant(route, secure=secure, by_header=by_header, redirect=redirect)
                for route in self.routes
            ]
            self._variants[key] = found
        return found


def _variant(route: Route, *, secure: bool, by_header: bool, redirect: bool) -> Route:
    """Add the X-Forwarded-Proto condition, and turn the action into a redirect."""
    headers = route.headers
    if by_header:
        kept = tuple(header for header in headers if header.name != _XFP)
        if secure:
            headers = (*kept, _HTTPS_ONLY)
        elif kept:
            # A Mapping's own X-Forwarded-Proto condition is lost here, unless it is the
            # only condition: emissary v3route.py matcher_xfp writes no empty list back.
            headers = kept
    return Route(
        name=route.name,
        path=route.path,
        headers=headers,
        query_parameters=route.query_parameters,
        action=_TO_HTTPS if redirect else route.action,
        secure=secure,
        headers_to_add=route.headers_to_add,
        headers_to_remove=route.headers_to_remove,
        weight=route.weight,
    )


def build_groups(
    mappings: Iterable[HttpMapping],
    hosts: Sequence[Host],
    release: Release,
    module: Mapping[str, Any],
) -> list[Group]:
    """Group Mappings and order the groups, heaviest first.

    Order: precedence, length of the prefix, total length of the header conditions
    (hostname included), of the query conditions, then prefix, method and their texts
    (emissary irhttpmapping.py, _route_weight).
    """
    members: dict[tuple[Any, ...], list[HttpMapping]] = {}
    for mapping in mappings:
        members.setdefault(_group_key(mapping, hosts, release), []).append(mapping)
    groups = [_group(each) for each in members.values()]
    groups += _probe_groups(module)
    return sorted(groups, key=lambda group: group.weight, reverse=True)


def _group_key(mapping: HttpMapping, hosts: Sequence[Host], release: Release) -> tuple[Any, ...]:
    spec = mapping.spec
    labels: tuple[Any, ...] = ()
    if release.groups_by_host_selector and mapping.hostname is None and mapping.labels:
        labels = tuple(
            tuple((host.selector.get("matchLabels") or {}).items())
            for host in hosts
            if host.selector and labels_match(host.selector, mapping.labels, strict=True)
        )
    return (
        spec.get("method") or "GET",
        spec["prefix"],
        tuple(header_pairs(mapping)),
        tuple(query_pairs(spec)),
        labels,
        spec.get("precedence") or 0,
    )


def _weight(
    spec: Mapping[str, Any],
    headers: list[tuple[str, Any, bool]],
    query: list[tuple[str, Any, bool]],
) -> list[Any]:
    def length(pairs: list[tuple[str, Any, bool]]) -> int:
        return sum(len(n) + len(str(v) if v else "*") + regex for n, v, regex in pairs)

    keys = [f"{name}-{value or '*'}" for name, value, _ in (*headers, *query)]
    prefix = spec["prefix"]
    precedence = spec.get("precedence") or 0
    method = str(spec.get("method") or "GET")
    return [precedence, len(prefix), length(headers), length(query), prefix, method, *keys]


def _group(members: list[HttpMapping]) -> Group:
    first = members[0]
    headers, query = header_pairs(first), query_pairs(first.spec)
    labels: dict[str, str] = {}
    for mapping in members:
        labels.update(mapping.labels)
    return Group(
        hostname=first.hostname,
        hostname_is_regex=first.hostname_is_regex,
        weight=_weight(first.spec, headers, query),
        routes=mapping_routes(members, headers, query),
        labels=labels,
    )


# Emissary's own routes: (Module option that switches them off, prefix). They go to its
# diagnostics service. Source: emissary ir/irambassador.py@3.3.0; observed with 3.3, 4.1.
_PROBES = (
    ("readiness_probe", "/ambassador/v0/check_ready"),
    ("liveness_probe", "/ambassador/v0/check_alive"),
    ("diagnostics", "/ambassador/v0/"),
)


def _probe_group(option: str, prefix: str) -> Group:
    action = RouteAction(service="127.0.0.1:8877", cluster="diagd", prefix_rewrite=prefix)
    name = f"internal {option.replace('_', ' ')}"
    route = Route(name=name, path=PathMatcher("prefix", prefix), action=action)
    return Group(
        hostname="*",
        hostname_is_regex=False,
        weight=_weight({"prefix": prefix}, [(":authority", "*", False)], []),
        routes=(route,),
        built_in=True,
    )


_PROBE_GROUPS = {option: _probe_group(option, prefix) for option, prefix in _PROBES}


def _probe_groups(module: Mapping[str, Any]) -> list[Group]:
    return [
        group
        for option, group in _PROBE_GROUPS.items()
        if not (isinstance(set_ := module.get(option), dict) and set_.get("enabled") is False)
    ]
