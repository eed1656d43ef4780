"""What Envoy's admin interface counts: the few of its counters that tell a story.

Source: Envoy documentation, statistics of listeners, TLS inspector, PROXY protocol and HTTP
connection manager.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.lab.envoy.process import EnvoyProcess

__all__ = ["TELLING", "count", "read_counters"]

TELLING: dict[str, str] = {
    "load-balancer": r"""
        cluster\.load-balancer_.*\.upstream_cx_(total|connect_fail)
    """,
    "emissary": r"""
        listener\.[0-9.]+_[0-9]+\.(
            downstream_cx_total | downstream_listener_filter_error | no_filter_chain_match
            | ssl\.(handshake|connection_error|versions\..*)
        )
        | proxy_proto\..*
        | tls_inspector\.(tls_found|tls_not_found|sni_found|alpn_found)
        | http\.ingress\.downstream_(rq_[1-5]xx|cx_protocol_error)
        | cluster\.upstream\.upstream_rq_total
    """,
}
"""By box, an expression that a counter's whole name matches (blanks in it mean nothing).

All of them are counted before the client hears of what they count: so a reader who has the
answer finds them complete.
"""


def read_counters(text: str, telling: str) -> dict[str, int]:
    r"""Read counters from an answer of ``/stats``.

    Parameters
    ----------
    text
        A line for each: ``name: number``.
    telling
        See :data:`TELLING`.

    Examples
    --------
    >>> read_counters("tls_inspector.tls_found: 1\nserver.live: 1\n", TELLING["emissary"])
    {'tls_inspector.tls_found': 1}
    """
    wanted = re.compile(telling, re.VERBOSE)
    pairs = (line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return {name: int(value) for name, value in pairs if wanted.fullmatch(name)}


def count(envoy: EnvoyProcess, box: str) -> dict[str, int]:
    """Ask a running Envoy for what it has counted so far; what is still zero is left out."""
    found = read_counters(envoy.admin_get("/stats?usedonly").decode(), TELLING[box])
    return {name: value for name, value in found.items() if value}
