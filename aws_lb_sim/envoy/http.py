"""The HTTP connection manager: from a request to an answer or an upstream."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.addresses import in_range
from aws_lb_sim.envoy.answers import Downstream, Ending, answer_early
from aws_lb_sim.envoy.codec import decode
from aws_lb_sim.envoy.decoded import Decoded, Refusal
from aws_lb_sim.envoy.forwarding import Forwarded, forward_headers
from aws_lb_sim.envoy.listener import (
    FilterChain,
    HttpConnectionManager,
    IpFilter,
    RedirectAction,
    Route,
    RouteAction,
    VirtualHost,
)
from aws_lb_sim.envoy.outcome import Outcome
from aws_lb_sim.envoy.paths import normalize_path
from aws_lb_sim.envoy.request_target import is_referer
from aws_lb_sim.envoy.routing import RoutedRequest, find_route, redirect_location
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Request

__all__ = ["evaluate_http"]

# Taken away before routing: conn_manager_utility.cc (mutateRequestHeaders, cleanTEHeaders,
# mutateXfccRequestHeader: client certificate details are not forwarded); some of them go
# on all the same, depending on what they say.
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-connection",
        "referer",
        "te",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-client-cert",
    }
)
_HOP_BY_HOP_BUT_UPGRADE = _HOP_BY_HOP - {"connection", "te", "upgrade"}
# nghttp2's table of characters that may stand in an authority; Envoy
# source/common/http/header_utility.cc (authorityIsValid).
_AUTHORITY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@\[\]%-]*")
_SECURITY_RULES = {
    "XFP": rules.SECURE_BY_HEADER,
    "SECURE": rules.SECURE_ALWAYS,
    "INSECURE": rules.SECURE_NEVER,
}


def evaluate_http(chain: FilterChain, downstream: Downstream, request: Request) -> Outcome:
    """Answer a request, or send it to an upstream.

    Parameters
    ----------
    chain
        The filter chain; its manager is an HTTP connection manager.
    downstream
        The connection.
    request
        The request as it arrived.
    """
    manager = chain.manager
    assert isinstance(manager, HttpConnectionManager)  # noqa: S101 - for the type checker
    decoded = decode(manager, request, tls=downstream.tls is not None)
    if isinstance(decoded, Refusal):
        return _refused(manager, downstream, decoded)
    refused = _refuse(manager, downstream, request, decoded)
    if refused is not None:
        return refused
    path = normalize_path(
        decoded.path,
        merge_slashes=manager.merge_slashes,
        reject_escaped_slashes=manager.reject_escaped_slashes,
    )
    if path is None:
        reason = Refusal(400, "path_normalization_failed")
        return answer_early(manager, downstream, reason, rules.PATH_REFUSED, decoded)
    authority = _authority(manager, downstream, decoded)
    scheme = "https" if downstream.tls else "http"
    headers = _without_hop_by_hop(manager, downstream, decoded)
    forwarded = forward_headers(manager, headers, downstream.address, scheme, downstream.steps)
    routed = RoutedRequest(authority, request.method, path, forwarded.proto, forwarded.headers)
    return _route(chain, downstream, decoded, forwarded, routed)


def _refused(manager: HttpConnectionManager, downstream: Downstream, refusal: Refusal) -> Outcome:
    """Answer what the codec refuses; in HTTP/2 the stream is reset without an answer."""
    rule = rules.UNDERSCORE if refusal.why.endswith("underscore") else rules.BAD_REQUEST
    if refusal.status is not None:
        return answer_early(manager, downstream, refusal, rule, None)
    step = Step("refused", "request", None, refusal.why, rule)
    return Outcome(
        ending="closed",
        tls=downstream.tls,
        alpn=downstream.alpn,
        why=refusal.why,
        steps=(*downstream.steps, step),
    )


def _refuse(
    manager: HttpConnectionManager, downstream: Downstream, request: Request, decoded: Decoded
) -> Outcome | None:
    """Check what the connection manager asks of every request.

    Source: Envoy source/common/http/conn_manager_impl.cc (ActiveStream::decodeHeaders).
    """
    if request.http == "1.0" and not manager.accept_http_10:
        low = Refusal(426, "low_version")
        return answer_early(manager, downstream, low, rules.BAD_REQUEST, None)
    if decoded.authority is None:
        missing = Refusal(400, "missing_host_header")
        return answer_early(manager, downstream, missing, rules.NO_HOST, decoded)
    if not _AUTHORITY.fullmatch(decoded.authority):
        invalid = Refusal(400, "http.invalid_authority")
        return answer_early(manager, downstream, invalid, rules.BAD_REQUEST, None)
    if decoded.path and decoded.path[0] != "/":
        absolute = Refusal(404, "absolute_path_rejected")
        return answer_early(manager, downstream, absolute, rules.BAD_REQUEST, decoded)
    return None


def _without_hop_by_hop(
    manager: HttpConnectionManager, downstream: Downstream, decoded: Decoded
) -> list[tuple[str, str]]:
    """Take the headers away that concern this connection only."""
    headers = decoded.headers
    if manager.headers_with_underscores_action == "DROP_HEADER":
        kept = [pair for pair in headers if "_" not in pair[0]]
        if len(kept) < len(headers):
            step = Step("removed", "headers with underscores", None, None, rules.UNDERSCORE)
            downstream.steps.append(step)
        headers = kept
    drop = _HOP_BY_HOP_BUT_UPGRADE if decoded.upgrade is not None else _HOP_BY_HOP
    kept = [pair for pair in headers if pair[0] not in drop]
    return kept if len(kept) == len(headers) else kept + _end_to_end(headers)


def _end_to_end(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of the headers taken away that go on all the same."""
    kept = [
        (name, value)
        for name, value in headers
        if (name == "expect" and value.lower() != "100-continue")
        or (name == "referer" and is_referer(value))
    ]
    te = next((value for name, value in headers if name == "te"), None)
    # In lower case alone, and an empty one is left as it is (cleanTEHeaders; observed).
    if te == "" or (te and "trailers" in [token.strip() for token in te.split(",")]):
        kept.append(("te", te and "trailers"))
    return kept


def _authority(manager: HttpConnectionManager, downstream: Downstream, decoded: Decoded) -> str:
    authority = decoded.authority or ""
    if not manager.strip_matching_host_port:
        return authority
    stripped, colon, port = authority.rpartition(":")
    # Ports are compared as numbers: source/common/http/header_utility.cc (stripPortFromHost).
    if colon and port.isascii() and port.isdigit() and int(port) == downstream.local_port:
        step = Step("rewritten", "Host", authority, stripped, rules.HOST_PORT_STRIPPED)
        downstream.steps.append(step)
        return stripped
    return authority


def _route(
    chain: FilterChain,
    downstream: Downstream,
    decoded: Decoded,
    forwarded: Forwarded,
    routed: RoutedRequest,
) -> Outcome:
    manager = chain.manager
    assert isinstance(manager, HttpConnectionManager)  # noqa: S101 - for the type checker
    steps = downstream.steps
    host = chain.virtual_host(routed.authority)
    route = None
    if host is not None:
        steps.append(Step("matched", "Host", routed.authority, host.domain, rules.VIRTUAL_HOST))
        route = find_route(host.routes, routed)
    secure = _secure(manager, forwarded, steps)
    ending = Ending(manager, downstream, forwarded, secure, route, host)
    upgrade = decoded.upgrade
    if upgrade is not None and route is not None and not _allows(route, upgrade):
        step = Step("refused", "upgrade", upgrade, "403", rules.UPGRADE_REFUSED)
        return ending.answer(403, step, why="upgrade_failed")
    if _is_refused(manager.ip_filter, forwarded.client, downstream):
        step = Step("refused", "client address", forwarded.client, "403", rules.IP_REFUSED)
        return ending.answer(403, step, why="rbac_access_denied")
    if route is None:
        return ending.answer(404, _not_found(host, routed), why="route_not_found")
    if isinstance(route.action, RedirectAction):
        location = redirect_location(route, routed, _scheme(decoded, forwarded, downstream))
        rule = rules.REDIRECTED if route.action.https else rules.HOST_REDIRECT
        step = Step("answered", "route", route.name, location, rule)
        return ending.answer(route.action.status, step, location=location)
    return ending.upstream(route, route.action, routed, upgrade)


def _scheme(decoded: Decoded, forwarded: Forwarded, downstream: Downstream) -> str:
    """Return the scheme of a request: its own, else X-Forwarded-Proto's, else the connection's.

    Source: conn_manager_utility.cc (mutateRequestHeaders); observed on Envoy 1.40.
    """
    if decoded.scheme is not None:
        return decoded.scheme
    proto = forwarded.proto.lower()
    if proto in {"http", "https"}:
        return proto
    return "https" if downstream.tls else "http"


def _not_found(host: VirtualHost | None, routed: RoutedRequest) -> Step:
    if host is None:
        return Step("answered", "Host", routed.authority, "404", rules.NO_VIRTUAL_HOST)
    return Step("answered", "route", routed.path, "404", rules.NO_ROUTE)


def _secure(manager: HttpConnectionManager, forwarded: Forwarded, steps: list[Step]) -> bool:
    model = manager.security_model
    secure = forwarded.proto == "https" if model == "XFP" else model == "SECURE"
    after = "secure" if secure else "insecure"
    steps.append(Step("believed", "scheme", forwarded.proto, after, _SECURITY_RULES[model]))
    return secure


def _allows(route: Route, upgrade: str) -> bool:
    action = route.action
    return isinstance(action, RouteAction) and upgrade in map(str.lower, action.upgrades)


def _is_refused(ip_filter: IpFilter | None, client: str, downstream: Downstream) -> bool:
    """Ask the IP filter; ``peer`` is the source of the TCP connection, never PROXY's."""
    if ip_filter is None:
        return False
    peer = downstream.peer
    matches = any(
        in_range(client if kind == "remote" else peer, text) for kind, text in ip_filter.ranges
    )
    return matches if ip_filter.action == "DENY" else not matches
