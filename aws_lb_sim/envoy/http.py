"""The HTTP connection manager: from a request to an answer or an upstream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.addresses import in_range
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
from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest
from aws_lb_sim.envoy.paths import normalize_path
from aws_lb_sim.envoy.routing import (
    RoutedRequest,
    find_route,
    redirect_location,
    rewrite_path,
)
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Request
    from aws_lb_sim.rules import Rule

__all__ = ["Downstream", "evaluate_http"]

_MAX_HEADERS = 100  # Envoy API common_http_protocol_options.max_headers_count
_HOP_BY_HOP = frozenset({"connection", "upgrade", "keep-alive", "proxy-connection", "te"})
_HOP_BY_HOP_BUT_UPGRADE = _HOP_BY_HOP - {"connection", "upgrade"}
_SECURITY_RULES = {
    "XFP": rules.SECURE_BY_HEADER,
    "SECURE": rules.SECURE_ALWAYS,
    "INSECURE": rules.SECURE_NEVER,
}


@dataclass(slots=True, kw_only=True)
class Downstream:
    """The connection that a request came on, as the connection manager sees it.

    Parameters
    ----------
    address
        The connection address: the TCP source, or the PROXY header's.
    peer
        The TCP source.
    local_port
        The local port: the pod's, or the PROXY header's destination port.
    tls, alpn
        What was negotiated, where TLS ended here; else None.
    steps
        What was done so far; more is appended.
    """

    address: str
    peer: str
    local_port: int
    tls: str | None
    alpn: str | None
    steps: list[Step]


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
    headers, refused = _admit(manager, downstream, request)
    if refused is not None:
        return refused
    path = normalize_path(
        _origin_form(request.path),
        merge_slashes=manager.merge_slashes,
        reject_escaped_slashes=manager.reject_escaped_slashes,
    )
    if path is None:
        return _early(manager, downstream, 400, "path_normalization_failed", rules.PATH_REFUSED)
    authority = _authority(manager, downstream, request)
    scheme = "https" if downstream.tls else "http"
    forwarded = forward_headers(manager, headers, downstream.address, scheme, downstream.steps)
    routed = RoutedRequest(authority, request.method, path, forwarded.proto, forwarded.headers)
    return _route(chain, downstream, request, forwarded, routed)


def _admit(
    manager: HttpConnectionManager, downstream: Downstream, request: Request
) -> tuple[list[tuple[str, str]], Outcome | None]:
    """Let the codec look at the request: version, size, header names, Host."""
    headers = [(name.lower(), value) for name, value in request.headers]
    if request.http == "1.0" and not manager.accept_http_10:
        return headers, _early(manager, downstream, 426, "low_version", rules.BAD_REQUEST)
    size = sum(len(name) + len(value) for name, value in headers)
    if size > manager.max_request_headers_kb * 1024 or len(headers) > _MAX_HEADERS:
        return headers, _early(manager, downstream, 431, "headers_too_large", rules.BAD_REQUEST)
    if any("_" in name for name, _ in headers):
        action = manager.headers_with_underscores_action
        if action == "REJECT_REQUEST":
            return headers, _early(
                manager, downstream, 400, "unexpected_underscore", rules.UNDERSCORE
            )
        if action == "DROP_HEADER":
            headers = [pair for pair in headers if "_" not in pair[0]]
            step = Step("removed", "headers with underscores", None, None, rules.UNDERSCORE)
            downstream.steps.append(step)
    if request.authority is None:
        return headers, _early(manager, downstream, 400, "missing_host_header", rules.NO_HOST)
    return headers, None


def _early(
    manager: HttpConnectionManager,
    downstream: Downstream,
    status: int,
    why: str,
    rule: Rule,
) -> Outcome:
    """Answer before the client is determined: the connection address stands for it."""
    step = Step("answered", "request", None, str(status), rule)
    return Outcome(
        ending="http",
        status=status,
        client=downstream.address,
        tls=downstream.tls,
        alpn=downstream.alpn,
        server=manager.server_name,
        why=why,
        steps=(*downstream.steps, step),
    )


def _origin_form(path: str) -> str:
    """Take the path of an absolute URL in the request line."""
    if path.startswith("/") or "://" not in path:
        return path or "/"
    return "/" + path.split("://", 1)[1].partition("/")[2]


def _authority(manager: HttpConnectionManager, downstream: Downstream, request: Request) -> str:
    authority = request.authority or ""
    if not manager.strip_matching_host_port:
        return authority
    suffix = f":{downstream.local_port}"
    if authority.endswith(suffix):
        stripped = authority[: -len(suffix)]
        step = Step("rewritten", "Host", authority, stripped, rules.HOST_PORT_STRIPPED)
        downstream.steps.append(step)
        return stripped
    return authority


def _route(
    chain: FilterChain,
    downstream: Downstream,
    request: Request,
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
    ending = _Ending(manager, downstream, forwarded, secure, route, host)
    upgrade = _upgrade(request)
    if upgrade and route is not None and not _allows(route, upgrade):
        step = Step("refused", "upgrade", upgrade, "403", rules.UPGRADE_REFUSED)
        return ending.answer(403, step, why="upgrade_failed")
    if _is_refused(manager.ip_filter, forwarded.client, downstream):
        step = Step("refused", "client address", forwarded.client, "403", rules.IP_REFUSED)
        return ending.answer(403, step, why="rbac_access_denied")
    if route is None:
        return ending.answer(404, _not_found(host, routed), why="route_not_found")
    if isinstance(route.action, RedirectAction):
        location = redirect_location(route, routed, "https" if downstream.tls else "http")
        rule = rules.REDIRECTED if route.action.https else rules.HOST_REDIRECT
        step = Step("answered", "route", route.name, location, rule)
        return ending.answer(route.action.status, step, location=location)
    return ending.upstream(route, route.action, request, routed, upgrade)


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


def _upgrade(request: Request) -> str | None:
    """Return the protocol that an HTTP/1.1 request asks to upgrade to, None where it does not."""
    if request.http != "1.1":
        return None
    wanted = request.header("upgrade")
    if not wanted:
        return None
    tokens = (request.header("connection") or "").lower()
    if "upgrade" not in [token.strip() for token in tokens.split(",")]:
        return None
    # Envoy's HTTP/1 codec drops an upgrade to h2c.
    return None if wanted.lower() == "h2c" else wanted.lower()


def _allows(route: Route, upgrade: str) -> bool:
    action = route.action
    return isinstance(action, RouteAction) and upgrade in action.upgrades


def _is_refused(ip_filter: IpFilter | None, client: str, downstream: Downstream) -> bool:
    """Ask the IP filter; ``peer`` is the source of the TCP connection, never PROXY's."""
    if ip_filter is None:
        return False
    peer = downstream.peer
    matches = any(
        in_range(client if kind == "remote" else peer, text) for kind, text in ip_filter.ranges
    )
    return matches if ip_filter.action == "DENY" else not matches


@dataclass(slots=True)
class _Ending:
    """What every outcome of a request has in common."""

    manager: HttpConnectionManager
    downstream: Downstream
    forwarded: Forwarded
    secure: bool
    route: Route | None
    host: VirtualHost | None

    def answer(
        self, status: int, step: Step, *, why: str | None = None, location: str | None = None
    ) -> Outcome:
        """Answer without an upstream."""
        return Outcome(
            ending="http",
            status=status,
            location=location,
            client=self.forwarded.client,
            secure=self.secure,
            route=self.route.name if self.route else None,
            tls=self.downstream.tls,
            alpn=self.downstream.alpn,
            server=self.manager.server_name,
            # A virtual host's response headers come with its routes' own answers.
            alt_svc=self.host.alt_svc if self.host and location else None,
            why=why,
            steps=(*self.downstream.steps, step),
        )

    def upstream(
        self,
        route: Route,
        action: RouteAction,
        request: Request,
        routed: RoutedRequest,
        upgrade: str | None,
    ) -> Outcome:
        """Send the request to its upstream, which answers 200, or 101 to an upgrade."""
        steps = self.downstream.steps
        path = rewrite_path(route, action, routed.path)
        steps.append(Step("matched", "route", routed.path, route.name, rules.ROUTED))
        headers = _upstream_headers(route, routed, upgrade, self.forwarded.client, steps)
        if upgrade:
            steps.append(Step("passed", "upgrade", upgrade, "101", rules.UPGRADED))
        return Outcome(
            ending="http",
            status=101 if upgrade else 200,
            client=self.forwarded.client,
            secure=self.secure,
            upstream=UpstreamRequest(
                service=action.service,
                who=action.cluster,
                method=request.method,
                path=path,
                host=action.host_rewrite or routed.authority,
                headers=headers,
            ),
            route=route.name,
            tls=self.downstream.tls,
            alpn=self.downstream.alpn,
            server=self.manager.server_name,
            alt_svc=self.host.alt_svc if self.host else None,
            steps=tuple(steps),
        )


def _upstream_headers(
    route: Route,
    routed: RoutedRequest,
    upgrade: str | None,
    client: str,
    steps: list[Step],
) -> tuple[tuple[str, str], ...]:
    """Take hop-by-hop headers away, then do what the Mapping asks: remove first, then add."""
    drop = _HOP_BY_HOP_BUT_UPGRADE if upgrade else _HOP_BY_HOP
    headers = [pair for pair in routed.headers if pair[0] not in drop]
    if route.headers_to_remove:
        gone = {name.lower() for name in route.headers_to_remove}
        headers = [pair for pair in headers if pair[0] not in gone]
    for added in route.headers_to_add:
        value = _formatted(added.value, client, routed)
        _add(headers, added.name, value, append=added.append)
        steps.append(Step("added", added.name, None, value, rules.HEADERS_CHANGED))
    return tuple(headers)


# Headers that Envoy keeps in one line: a second value joins the first after a comma.
_ONE_LINE = frozenset(
    {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port"}
)


def _add(headers: list[tuple[str, str]], name: str, value: str, *, append: bool) -> None:
    at = next((index for index, pair in enumerate(headers) if pair[0] == name), None)
    if at is None:
        headers.append((name, value))
    elif not append:
        headers[:] = [pair for pair in headers if pair[0] != name] + [(name, value)]
    elif name in _ONE_LINE:
        headers[at] = (name, f"{headers[at][1]},{value}")
    else:
        headers.append((name, value))


def _formatted(value: str, client: str, routed: RoutedRequest) -> str:
    """Fill in the command operators that name the client or the host."""
    if "%" not in value:
        return value
    filled = value.replace("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", client)
    return filled.replace("%REQ(:AUTHORITY)%", routed.authority).replace("%%", "%")
