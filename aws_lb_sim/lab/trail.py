"""Following one connection from proxy to proxy, by the addresses in their access logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from aws_lb_sim.lab.envoy.process import EnvoyProcess

__all__ = ["Line", "came_from_behind", "follow_trail", "line_of"]

Line = dict[str, Any]
"""A line of an Envoy's access log, by the names of :mod:`aws_lb_sim.lab.envoy.configuration`."""

_SECONDS = 2.0
# Envoy's word for its reason, where it did not answer by itself.
_FROM_BEHIND = (
    "via_upstream",
    "downstream_remote_disconnect",
    "websocket_handshake_unsuccessful",
    None,
)


def line_of(envoy: EnvoyProcess, peer: str, since: int, *, answered: bool) -> Line | None:
    """Return what a proxy wrote of a request, or of bytes that it passed on.

    Parameters
    ----------
    envoy
        The proxy.
    peer
        ``address:port`` that the connection came from.
    since
        Length of its log before: ports are used again.
    answered
        Whether an answer came, so that there must be such a line; else the line that a
        listener writes of every connection will do.
    """

    def is_it(line: Line) -> bool:
        return line.get("peer") == peer and (not answered or line.get("level") != "listener")

    lines = envoy.log_since(since, wait=_SECONDS, enough=lambda found: any(map(is_it, found)))
    found = sorted(filter(is_it, lines), key=lambda line: line.get("level") == "listener")
    return found[0] if found else None


def follow_trail(
    envoy: EnvoyProcess, peer: str, since: int, places: Collection[str], *, answered: bool
) -> list[Line]:
    """Follow a connection through the proxies that one Envoy plays.

    Parameters
    ----------
    envoy, peer, since, answered
        See :func:`line_of`.
    places
        ``address:port`` of all its listeners.

    Returns
    -------
    list of dict
        A line of each proxy, outermost first.
    """
    trail: list[Line] = []
    while (line := line_of(envoy, peer, since, answered=answered)) is not None:
        trail.append(line)
        if line.get("upstream") not in places or line.get("onward") is None:
            break
        peer = str(line["onward"])
    return trail


def came_from_behind(trail: list[Line]) -> bool:
    """Whether an answer came through all proxies of a trail from what is behind them.

    Examples
    --------
    >>> came_from_behind([{"why": "via_upstream"}]), came_from_behind([{"why": "direct_response"}])
    (True, False)
    """
    return all(line.get("why") in _FROM_BEHIND for line in trail)
