"""The TCP proxy: bytes go to an upstream untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.http1_parser import parse_request
from aws_lb_sim.envoy.listener_filters import silent
from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest
from aws_lb_sim.network.box import Step
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import TcpProxy
    from aws_lb_sim.envoy.listener_filters import Reading

__all__ = ["evaluate_tcp"]


def evaluate_tcp(proxy: TcpProxy, reading: Reading) -> Outcome:
    """Pass bytes through; the upstream answers 200, and 400 to what is no HTTP/1."""
    payload = reading.payload
    if isinstance(payload, bytes) and payload and not reading.pending:
        read = parse_request(payload)
        if not read.is_complete or read.body != "whole" or b"\n" not in payload:
            return silent(reading, None)
        payload = read.request or payload
    if not payload and not reading.pending:
        return silent(reading, None)
    step = Step("passed", "bytes", None, proxy.service, rules.TCP_PROXY)
    reading.steps.append(step)
    if (
        reading.pending
        or reading.is_displaced
        or not isinstance(payload, Request)
        or payload.http == "2"
    ):
        return _upstream_refuses(proxy, reading)
    upstream = UpstreamRequest(
        service=proxy.service,
        who="upstream",
        method=payload.method,
        path=payload.path,
        host=payload.authority or "",
        headers=tuple((name.lower(), value.strip(" \t")) for name, value in payload.headers),
    )
    return Outcome(
        ending="http",
        status=101 if payload.header("upgrade") else 200,
        client=reading.address,
        upstream=upstream,
        route=proxy.name,
        steps=tuple(reading.steps),
    )


def _upstream_refuses(proxy: TcpProxy, reading: Reading) -> Outcome:
    """Let the upstream, a server of HTTP/1, refuse a PROXY header, HTTP/2 or garbage."""
    readable = not (isinstance(reading.payload, Request) and reading.payload.http == "2")
    return Outcome(
        ending="http" if readable else "closed",
        status=400 if readable else None,
        client=reading.address if readable else None,
        route=proxy.name,
        steps=tuple(reading.steps),
    )
