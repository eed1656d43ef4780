"""How a request ends: Envoy answers by itself, or an upstream does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest
from aws_lb_sim.envoy.routing import rewrite_path
from aws_lb_sim.envoy.upstream import upstream_headers
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.envoy.decoded import Decoded, Refusal
    from aws_lb_sim.envoy.forwarding import Forwarded
    from aws_lb_sim.envoy.listener import HttpConnectionManager, Route, RouteAction, VirtualHost
    from aws_lb_sim.envoy.routing import RoutedRequest
    from aws_lb_sim.network.request import HttpVersion
    from aws_lb_sim.rules import Rule

__all__ = ["Downstream", "Ending", "answer_early"]

# Envoy source/common/grpc/status.cc (httpToGrpcStatus); everything else is 2, unknown.
_GRPC_STATUS = {400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14}


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
    http
        Version of the request.
    steps
        What was done so far; more is appended.
    """

    address: str
    peer: str
    local_port: int
    tls: str | None
    alpn: str | None
    http: HttpVersion
    steps: list[Step]


def answer_early(
    manager: HttpConnectionManager,
    downstream: Downstream,
    refusal: Refusal,
    rule: Rule,
    decoded: Decoded | None,
) -> Outcome:
    """Answer before the client is determined: the connection address stands for it."""
    step = Step("answered", "request", None, str(refusal.status), rule)
    status = refusal.status
    steps = (*downstream.steps, step)
    if status is not None and decoded is not None and _is_grpc(decoded.headers):
        status, steps = 200, (*steps, _grpc_step(status))
    return Outcome(
        ending="http",
        status=status,
        client=downstream.address,
        tls=downstream.tls,
        alpn=downstream.alpn,
        server=manager.server_name or None,
        why=refusal.why,
        steps=steps,
    )


def _is_grpc(headers: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a request is gRPC's (Envoy source/common/grpc/common.cc)."""
    value = next((value for name, value in headers if name == "content-type"), "")
    return value == "application/grpc" or value.startswith("application/grpc+")


def _grpc_step(status: int) -> Step:
    code = _GRPC_STATUS.get(status, 2)
    after = f"200 with grpc-status {code}"
    return Step("rewritten", "status", str(status), after, rules.GRPC_ANSWER)


@dataclass(slots=True)
class Ending:
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
        steps = (*self.downstream.steps, step)
        if _is_grpc(self.forwarded.headers):
            status, steps = 200, (*steps, _grpc_step(status))
        return Outcome(
            ending="http",
            status=status,
            location=location,
            client=self.forwarded.client,
            secure=self.secure,
            route=self.route.name if self.route else None,
            tls=self.downstream.tls,
            alpn=self.downstream.alpn,
            server=self.manager.server_name or None,
            # A virtual host's response headers come with its routes' own answers.
            alt_svc=self.host.alt_svc if self.host and location else None,
            why=why,
            steps=steps,
        )

    def upstream(
        self,
        route: Route,
        action: RouteAction,
        routed: RoutedRequest,
        upgrade: str | None,
    ) -> Outcome:
        """Send the request to its upstream, which answers 200, or 101 to an upgrade."""
        steps = self.downstream.steps
        path = rewrite_path(route, action, routed.path)
        steps.append(Step("matched", "route", routed.path, route.name, rules.ROUTED))
        known = self._known() if route.headers_to_add else {}
        headers = upstream_headers(route, routed, known, steps)
        if headers is None:
            step = Step("answered", "request", None, "503", rules.ADDED_INVALID)
            return self.answer(503, step, why="filter_removed_required_request_headers")
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
                method=routed.method,
                path=path,
                host=action.host_rewrite or routed.authority,
                headers=headers,
            ),
            route=route.name,
            tls=self.downstream.tls,
            alpn=self.downstream.alpn,
            server=self.manager.server_name or None,
            alt_svc=self.host.alt_svc if self.host else None,
            steps=tuple(steps),
        )

    def _known(self) -> dict[str, str]:
        """Say what some command operators stand for (Envoy substitution_formatter)."""
        return {
            "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT": self.forwarded.client,
            "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT": self.downstream.peer,
            "DOWNSTREAM_LOCAL_PORT": str(self.downstream.local_port),
            "PROTOCOL": f"HTTP/{self.downstream.http}",
        }
