"""Access logs of several proxies, put together: what each says of one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_lb_sim.lab.trail import Line

__all__ = ["LOG_FIELDS", "log_entry", "trails"]

LOG_FIELDS = (
    *("proxy", "peer", "client", "tls", "server_name", "status"),
    *("why", "flags", "failure", "route", "upstream"),
)
"""What is shown of a line of an access log, in this order."""

_NOTHING = ("", "-", "0", "None")


def trails(in_front: Sequence[Line], emissary: Sequence[Line]) -> list[list[Line]]:
    """Put the lines of access logs in the order in which each connection passed the proxies.

    Parameters
    ----------
    in_front
        Log of the Envoy that plays all proxies in front of Emissary.
    emissary
        Log of Emissary's.

    Returns
    -------
    list of list of dict
        For each connection of the client one line of each proxy, outermost first: that of
        its request or bytes, where there is one, else that of the connection.

    Examples
    --------
    >>> first = {"peer": "192.0.2.1:1000", "onward": "10.0.1.10:2000", "level": "tcp"}
    >>> second = {"peer": "10.0.1.10:2000", "onward": None, "level": "http"}
    >>> trails([first], [second]) == [[first, second]]
    True
    """
    outer, inner = _by_peer(in_front), _by_peer(emissary)
    if not outer:
        return [[line] for line in inner.values()]
    onward = {line.get("onward") for line in outer.values()}
    return [_follow(peer, outer, inner) for peer in outer if peer not in onward]


def log_entry(line: Line, service: str) -> dict[str, str]:
    """Return what a line of an access log says, without what differs each time.

    Parameters
    ----------
    line
        In the scenario's addresses.
    service
        Address of the service in the scenario.

    Returns
    -------
    dict of str
        By the names of ``LOG_FIELDS``, as far as there is something to say.

    Examples
    --------
    >>> log_entry({"peer": "10.0.2.20:1234", "level": "http", "status": 400, "flags": "-"}, "")
    {'proxy': 'emissary', 'peer': '10.0.2.20', 'status': '400'}
    """
    said = {name: str(line.get(name)) for name in LOG_FIELDS}
    said["proxy"] = str(line.get("listener", "emissary"))
    said["peer"] = said["peer"].rpartition(":")[0]
    if line.get("level") != "http":
        # Who of two ends of a stream closed it first is a matter of microseconds.
        said["flags"] = ""
    if said["proxy"] == "emissary" and said["upstream"] not in _NOTHING:
        # The lab's service has no machine of its own.
        said["upstream"] = service
    return {name: value for name, value in said.items() if value not in _NOTHING}


def _by_peer(lines: Iterable[Line]) -> dict[str, Line]:
    """Return the most telling line of each connection, by where it came from."""
    found: dict[str, Line] = {}
    for line in lines:
        if line["peer"] not in found or line["level"] != "listener":
            found[line["peer"]] = line
    return found


def _follow(peer: str, outer: Mapping[str, Line], inner: Mapping[str, Line]) -> list[Line]:
    trail = []
    while peer in outer:
        trail.append(outer[peer])
        peer = str(outer[peer].get("onward"))
    return [*trail, inner[peer]] if peer in inner else trail
