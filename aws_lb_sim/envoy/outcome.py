"""What Envoy did with one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from aws_lb_sim.network.box import Step
    from aws_lb_sim.network.request import Headers

__all__ = ["Ending", "Outcome", "UpstreamRequest"]

Ending = Literal["http", "refused", "closed", "tls-failed", "timeout", "config-rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRequest:
    """The request that the upstream receives.

    Parameters
    ----------
    service
        The upstream, as the Mapping names it.
    who
        ``upstream``, or ``diagd`` for Emissary's own diagnostics.
    method, path, host
        As sent.
    headers
        Lower-case names, in order; repeated where a header has several lines.
    """

    service: str
    who: Literal["upstream", "diagd"]
    method: str
    path: str
    host: str
    headers: Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a connection, and of the request on it.

    Parameters
    ----------
    ending
        ``http`` (an HTTP answer came), ``refused`` (nothing listens), ``closed``
        (accepted, then closed unanswered), ``tls-failed``, ``timeout`` (left open) or
        ``config-rejected`` (Envoy refuses the whole configuration).
    status, location
        Of the answer.
    client
        The trusted client address; None without an HTTP answer.
    secure
        Whether Emissary takes the request for a secure one.
    upstream
        What the upstream received, None where nothing was routed.
    route
        Name of the Mapping.
    tls_error
        For ``tls-failed``: ``the answer was not TLS``, ``closed`` or ``alert: …``.
    tls, alpn
        What was negotiated, None where nothing was.
    server, alt_svc
        Response headers, None for Envoy's default.
    why
        Envoy's reason.
    steps
        What Envoy did, in order.
    """

    ending: Ending
    status: int | None = None
    location: str | None = None
    client: str | None = None
    secure: bool | None = None
    upstream: UpstreamRequest | None = None
    route: str | None = None
    tls_error: str | None = None
    tls: str | None = None
    alpn: str | None = None
    server: str | None = None
    alt_svc: str | None = None
    why: str | None = None
    steps: tuple[Step, ...] = ()
