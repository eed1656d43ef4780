"""The HTTP connection manager, virtual hosts and routes of a real Envoy's configuration.

Sources: emissary-ingress python/ambassador/envoy/v3/{v3listener,v3route,v3httpfilter}.py@3.3.0;
Envoy API extensions.filters.network.http_connection_manager.v3, config.route.v3. Fields
that newer Envoys have dropped are written in their present form: ``exact_match`` as
``string_match``, ``append`` as ``append_action``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.envoy.listener import (
    HeaderMatcher,
    HeaderToAdd,
    HttpConnectionManager,
    IpFilter,
    PathMatcher,
    QueryParameterMatcher,
    RedirectAction,
    Route,
    RouteAction,
    StringMatcher,
    VirtualHost,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.lab.envoy.configuration import Json

__all__ = ["http_connection_manager"]

_HTTP = "type.googleapis.com/envoy.extensions.filters.http."
_MANAGER = (
    "type.googleapis.com/envoy.extensions.filters.network."
    "http_connection_manager.v3.HttpConnectionManager"
)
_RESPONSE_CODES = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}
_ALL = 100
"""Per cent."""


def http_connection_manager(
    manager: HttpConnectionManager, hosts: Iterable[VirtualHost], access_log: list[Json]
) -> Json:
    """Write an HTTP connection manager with its routes.

    Parameters
    ----------
    manager
        Its settings.
    hosts
        Its virtual hosts.
    access_log
        Where it logs requests.

    Examples
    --------
    >>> http_connection_manager(HttpConnectionManager(), [], [])["normalize_path"]
    True
    """
    return {
        "@type": _MANAGER,
        "stat_prefix": "ingress",
        "access_log": access_log,
        "normalize_path": True,
        "use_remote_address": manager.use_remote_address,
        "http_filters": _http_filters(manager.ip_filter),
        "route_config": {
            "virtual_hosts": [_virtual_host(host, str(i)) for i, host in enumerate(hosts)]
        },
        **_common_options(manager),
        **_switches(manager),
    }


def _common_options(manager: HttpConnectionManager) -> Json:
    common: Json = {"headers_with_underscores_action": manager.headers_with_underscores_action}
    if manager.idle_timeout_seconds is not None:
        common["idle_timeout"] = f"{manager.idle_timeout_seconds:.3f}s"
    return {"common_http_protocol_options": common}


def _switches(manager: HttpConnectionManager) -> Json:
    """Write the settings that Emissary leaves out where they have their default."""
    written: Json = {"max_request_headers_kb": manager.max_request_headers_kb}
    if manager.xff_num_trusted_hops:
        written["xff_num_trusted_hops"] = manager.xff_num_trusted_hops
    if manager.server_name is not None:
        written["server_name"] = manager.server_name
    if manager.accept_http_10:
        written["http_protocol_options"] = {"accept_http_10": True}
    if manager.preserve_external_request_id:
        written["preserve_external_request_id"] = True
    if manager.strip_matching_host_port:
        written["strip_matching_host_port"] = True
    if manager.merge_slashes:
        written["merge_slashes"] = True
    if manager.reject_escaped_slashes:
        written["path_with_escaped_slashes_action"] = "REJECT_REQUEST"
    if manager.internal_addresses:
        ranges = [_cidr(text) for text in manager.internal_addresses]
        written["internal_address_config"] = {"cidr_ranges": ranges}
    return written


def _cidr(text: str) -> Json:
    address, slash, length = text.partition("/")
    bits = int(length) if slash else (128 if ":" in address else 32)
    return {"address_prefix": address, "prefix_len": bits}


def _http_filters(ip_filter: IpFilter | None) -> list[Json]:
    router = {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{_HTTP}router.v3.Router"},
    }
    return [_rbac(ip_filter), router] if ip_filter is not None else [router]


def _rbac(ip_filter: IpFilter) -> Json:
    kinds = {"remote": "remote_ip", "peer": "direct_remote_ip"}
    principals = [{kinds[kind]: _cidr(text)} for kind, text in ip_filter.ranges]
    policy = {
        "permissions": [{"any": True}],
        "principals": [{"or_ids": {"ids": principals}}],
    }
    return {
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": f"{_HTTP}rbac.v3.RBAC",
            "rules": {"action": ip_filter.action, "policies": {"ambassador-ip": policy}},
        },
    }


def _virtual_host(host: VirtualHost, number: str) -> Json:
    written: Json = {
        "name": f"{number}-{host.domain}",
        "domains": [host.domain],
        "routes": _routes(host.routes),
    }
    if host.alt_svc is not None:
        header = {"key": "alt-svc", "value": host.alt_svc}
        written["response_headers_to_add"] = [{"header": header}]
    return written


def _routes(routes: Iterable[Route]) -> list[Json]:
    """Write routes; where Mappings share requests, each gets its share of what is left over.

    Envoy throws one die for a request, so shares add up from route to route
    (emissary-ingress ir/irhttpmappinggroup.py, normalize_weights_in_mappings).
    """
    written: list[Json] = []
    before: Route | None = None
    total = 0
    for route in routes:
        same = before is not None and _conditions(route) == _conditions(before)
        total = total + route.weight if same else route.weight
        written.append(_route(route, total))
        before = route
    return written


def _conditions(route: Route) -> tuple[Any, ...]:
    return route.path, route.headers, route.query_parameters, route.secure


def _route(route: Route, weight: int) -> Json:
    match: Json = _path(route.path)
    if route.headers:
        match["headers"] = [_header(each) for each in route.headers]
    if route.query_parameters:
        match["query_parameters"] = [_query_parameter(each) for each in route.query_parameters]
    if weight < _ALL:
        share = {"numerator": weight, "denominator": "HUNDRED"}
        match["runtime_fraction"] = {"default_value": share}
    written: Json = {"name": route.name, "match": match}
    if isinstance(route.action, RedirectAction):
        written["redirect"] = _redirect(route.action)
    else:
        written["route"] = _route_action(route.action)
    if route.headers_to_add:
        written["request_headers_to_add"] = [_header_to_add(each) for each in route.headers_to_add]
    if route.headers_to_remove:
        written["request_headers_to_remove"] = list(route.headers_to_remove)
    return written


def _path(path: PathMatcher) -> Json:
    if path.kind == "regex":
        return {"safe_regex": {"regex": path.value}, "case_sensitive": path.case_sensitive}
    return {path.kind: path.value, "case_sensitive": path.case_sensitive}


def _string(match: StringMatcher) -> Json:
    if match.kind == "regex":
        return {"string_match": {"safe_regex": {"regex": match.value}}}
    if match.kind == "present":
        return {"present_match": True}
    return {"string_match": {match.kind: match.value}}


def _header(header: HeaderMatcher) -> Json:
    return {"name": header.name, **_string(header.match)}


def _query_parameter(parameter: QueryParameterMatcher) -> Json:
    return {"name": parameter.name, **_string(parameter.match)}


def _redirect(action: RedirectAction) -> Json:
    if action.https:
        return {"https_redirect": True}
    written: Json = {"response_code": _RESPONSE_CODES[action.status]}
    if action.host is not None:
        written["host_redirect"] = action.host
    if action.path is not None:
        written["path_redirect"] = action.path
    elif action.prefix_rewrite is not None:
        written["prefix_rewrite"] = action.prefix_rewrite
    elif action.regex_rewrite is not None:
        written["regex_rewrite"] = _regex_rewrite(action.regex_rewrite)
    return written


def _route_action(action: RouteAction) -> Json:
    # 3 seconds are Emissary's default for timeout_ms: v3route.py.
    written: Json = {"cluster": action.cluster, "timeout": "3.000s"}
    if action.regex_rewrite is not None:
        written["regex_rewrite"] = _regex_rewrite(action.regex_rewrite)
    elif action.prefix_rewrite is not None:
        written["prefix_rewrite"] = action.prefix_rewrite
    if action.host_rewrite is not None:
        written["host_rewrite_literal"] = action.host_rewrite
    if action.upgrades:
        written["upgrade_configs"] = [{"upgrade_type": each} for each in action.upgrades]
    return written


def _regex_rewrite(pair: tuple[str, str]) -> Json:
    pattern, substitution = pair
    return {"pattern": {"regex": pattern}, "substitution": substitution}


def _header_to_add(header: HeaderToAdd) -> Json:
    append = "APPEND_IF_EXISTS_OR_ADD" if header.append else "OVERWRITE_IF_EXISTS_OR_ADD"
    return {"header": {"key": header.name, "value": header.value}, "append_action": append}
