"""Choosing a route, and what it makes of the request.

Source: Envoy source/common/router/config_impl.cc; observed with Emissary 3.3 and 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy.listener import (
    HeaderMatcher,
    PathMatcher,
    QueryParameterMatcher,
    RedirectAction,
    Route,
    RouteAction,
    StringMatcher,
)
from aws_lb_sim.envoy.regexes import matches, replace_all

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RoutedRequest", "find_route", "redirect_location", "rewrite_path"]


class RoutedRequest:
    """The parts of a request that routes ask for, each worked out once.

    Parameters
    ----------
    authority, method, path
        As they stand after normalising; ``path`` with its query.
    proto
        X-Forwarded-Proto.
    headers
        Lower-case (name, value) pairs.
    """

    __slots__ = ("authority", "bare_path", "headers", "method", "path", "proto", "query")

    def __init__(
        self,
        authority: str,
        method: str,
        path: str,
        proto: str,
        headers: Sequence[tuple[str, str]],
    ) -> None:
        self.authority = authority
        self.method = method
        self.path = path
        self.bare_path, _, self.query = path.partition("?")
        self.proto = proto
        self.headers = headers

    def value(self, name: str) -> str | None:
        """Return a header, or one of the ``:authority``, ``:method``, ``:path`` pseudo headers."""
        if name == "x-forwarded-proto":
            return self.proto
        if name in (":authority", "host"):
            return self.authority
        if name == ":method":
            return self.method
        if name == ":path":
            return self.path
        lines = [value for key, value in self.headers if key == name]
        return ",".join(lines) if lines else None


def find_route(routes: Sequence[Route], request: RoutedRequest) -> Route | None:
    """Return the first route whose conditions all hold.

    An empty X-Forwarded-Proto has no route at all (Envoy RouteMatcher::route; observed).
    """
    if not request.proto:
        return None
    path = request.bare_path
    for route in routes:
        if not _path_fits(route.path, path):
            continue
        if route.headers and not all(_header_fits(each, request) for each in route.headers):
            continue
        queries = route.query_parameters
        if not queries or all(_query_fits(each, request.query) for each in queries):
            return route
    return None


def _path_fits(matcher: PathMatcher, path: str) -> bool:
    value = matcher.value
    if matcher.kind == "prefix" and matcher.case_sensitive:
        return path.startswith(value)
    if matcher.kind == "regex":
        return matches(value, path)
    if not matcher.case_sensitive:
        path, value = path.lower(), value.lower()
    return path.startswith(value) if matcher.kind == "prefix" else path == value


def _header_fits(matcher: HeaderMatcher, request: RoutedRequest) -> bool:
    value = request.value(matcher.name)
    return value is not None and _text_fits(matcher.match, value)


def _query_fits(matcher: QueryParameterMatcher, query: str) -> bool:
    """Compare a parameter; nothing is decoded (Envoy QueryParamsMulti::parseQueryString)."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    value = next((value for name, _, value in pairs if name == matcher.name), None)
    return value is not None and _text_fits(matcher.match, value)


def _text_fits(match: StringMatcher, value: str) -> bool:
    if match.kind == "exact":
        return value == match.value
    if match.kind == "present":
        return True
    if match.kind == "suffix":
        return value.endswith(match.value)
    if match.kind == "prefix":
        return value.startswith(match.value)
    return matches(match.value, value)


def rewrite_path(route: Route, action: RouteAction | RedirectAction, path: str) -> str:
    """Return the path with its query as the upstream sees it (or as a redirect names it)."""
    bare, question, query = path.partition("?")
    if action.regex_rewrite is not None:
        # A rewrite to nothing is none.
        bare = replace_all(bare, *action.regex_rewrite) or bare
    elif action.prefix_rewrite is not None:
        # A prefix is replaced; an exact path or a regular expression matched it all.
        matched = len(route.path.value) if route.path.kind == "prefix" else len(bare)
        bare = action.prefix_rewrite + bare[matched:]
    return f"{bare}{question}{query}"


def redirect_location(route: Route, request: RoutedRequest, scheme: str) -> str:
    """Return the Location of a redirect route.

    Parameters
    ----------
    route
        Its action is a RedirectAction.
    request
        The request.
    scheme
        Of the request, for host redirects.
    """
    action = route.action
    assert isinstance(action, RedirectAction)  # noqa: S101 - for the type checker
    if action.https:
        return f"https://{_authority_for_https(request)}{request.path}"
    path = rewrite_path(route, action, request.path)
    if action.path is not None:
        path = action.path
        if "?" not in path and request.query:
            path = f"{path}?{request.query}"
    slash = "" if path.startswith("/") else "/"
    return f"{scheme}://{action.host or request.authority}{slash}{path}"


def _authority_for_https(request: RoutedRequest) -> str:
    """Keep the port of the Host header, but for two cases that X-Forwarded-Proto decides.

    ``:80`` goes when it is http in any letter case, ``:443`` when it is https in a
    letter case other than all lower (Envoy processRequestHost; observed).
    """
    authority, proto = request.authority, request.proto
    if proto == "https":
        return authority
    drop = {"http": ":80", "https": ":443"}.get(proto.lower())
    if drop and authority.endswith(drop):
        return authority[: -len(drop)]
    return authority
