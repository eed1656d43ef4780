"""The Mappings of one group → Envoy routes, and what each does with a request.

Source: emissary-ingress python/ambassador/envoy/v3/v3route.py@3.3.0 and 4.1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.conditions import path_matcher, string_matcher
from aws_lb_sim.envoy.listener import (
    HeaderMatcher,
    HeaderToAdd,
    QueryParameterMatcher,
    RedirectAction,
    Route,
    RouteAction,
    StringMatcher,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.emissary.resources import HttpMapping


__all__ = ["mapping_routes"]


def mapping_routes(
    members: list[HttpMapping],
    header_pairs: list[tuple[str, Any, bool]],
    query_pairs: list[tuple[str, Any, bool]],
) -> tuple[Route, ...]:
    """Make one route for each Mapping that takes requests, the largest share first."""
    headers = tuple(
        HeaderMatcher(name.lower(), match)
        for name, value, regex in header_pairs
        if (match := string_matcher(name, value, regex=regex)) is not None
    )
    query = tuple(
        QueryParameterMatcher(
            name,
            StringMatcher("present")
            if value is None
            else StringMatcher("regex" if regex else "exact", str(value)),
        )
        for name, value, regex in query_pairs
    )
    to_add: dict[str, Any] = {}
    for mapping in members:
        to_add.update(mapping.spec.get("add_request_headers") or {})
    to_remove = members[-1].spec.get("remove_request_headers") or []
    routed = [mapping for mapping in members if not mapping.spec.get("shadow")]
    shares = _shares([mapping.spec.get("weight") for mapping in routed])
    order = sorted(range(len(routed)), key=lambda index: -shares[index])
    return tuple(
        Route(
            name=routed[index].name,
            path=path_matcher(routed[index].spec),
            headers=headers,
            query_parameters=query,
            action=_action(routed[index].spec, members[-1].spec),
            headers_to_add=tuple(_header_to_add(name, v) for name, v in to_add.items()),
            headers_to_remove=tuple(to_remove if isinstance(to_remove, list) else [to_remove]),
            weight=shares[index],
        )
        for index in order
    )


def _shares(weights: list[Any]) -> list[int]:
    """Split 100 per cent: what is left by those with a weight, the others share."""
    if len(weights) == 1:
        return [100]
    given = sum(weight for weight in weights if isinstance(weight, int))
    others = sum(not isinstance(weight, int) for weight in weights) or 1
    rest = max(0, 100 - given) // others
    return [weight if isinstance(weight, int) else rest for weight in weights]


def _header_to_add(name: str, value: Any) -> HeaderToAdd:
    if isinstance(value, dict):
        append = value.get("append") is not False
        return HeaderToAdd(name=name.lower(), value=str(value.get("value", "")), append=append)
    return HeaderToAdd(name=name.lower(), value=str(value))


def _action(spec: Mapping[str, Any], last: Mapping[str, Any]) -> RouteAction | RedirectAction:
    if spec.get("host_redirect"):
        return _host_redirect(spec)
    regex = spec.get("regex_rewrite") or {}
    rewrite = "" if regex else spec.get("rewrite", "/")
    upgrades = list(last.get("allow_upgrade") or [])
    if last.get("use_websocket") and "websocket" not in upgrades:
        upgrades.append("websocket")
    return RouteAction(
        service=str(spec["service"]),
        prefix_rewrite=rewrite or None,
        regex_rewrite=_regex_pair(regex),
        host_rewrite=spec.get("host_rewrite"),
        upgrades=tuple(upgrades),
    )


def _host_redirect(spec: Mapping[str, Any]) -> RedirectAction:
    path = spec.get("path_redirect") or None
    prefix = None if path else spec.get("prefix_redirect") or None
    regex = None if path or prefix else spec.get("regex_redirect")
    status = spec.get("redirect_response_code")
    return RedirectAction(
        host=str(spec["service"]),
        path=path,
        prefix_rewrite=prefix,
        regex_rewrite=_regex_pair(regex or {}),
        # An unknown status falls back to 301: emissary v3route.py.
        status=status if status in (301, 302, 303, 307, 308) else 301,
    )


def _regex_pair(regex: Mapping[str, Any]) -> tuple[str, str] | None:
    if not regex.get("pattern"):
        return None
    return str(regex["pattern"]), str(regex.get("substitution", ""))
