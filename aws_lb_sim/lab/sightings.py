"""What came of one request in a testbed, put together from what each box wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.observation import SENT_HEADERS, ExchangeObservation, service_headers

if TYPE_CHECKING:
    from aws_lb_sim.lab.client.connect import ClientView
    from aws_lb_sim.lab.service import Seen
    from aws_lb_sim.lab.trail import Line
    from aws_lb_sim.network.box import Result
    from aws_lb_sim.network.client import Opening

__all__ = ["Sighting", "box_of", "exchange_observation", "result_of"]

_RESULTS: dict[str, Result] = {
    "http": "response",
    "refused": "connection-refused",
    "closed": "connection-closed",
    "tls-failed": "tls-error",
    "timeout": "timeout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One request, as client, both access logs and the service saw it.

    Parameters
    ----------
    url, opening
        What was asked for.
    view
        What the client saw.
    trail
        A line of the access log of each proxy before Emissary, outermost first.
    emissary
        The line of Emissary's, where the answer came from it or from behind it.
    seen
        What the service saw, None where nothing reached it.
    passes_packets
        Whether the load balancer is none that accepts connections itself: an NLB's TCP
        listener. The Envoy that plays it does accept them, so that a refusal behind it is
        read from its log.
    """

    url: str
    opening: Opening
    view: ClientView
    trail: tuple[Line, ...]
    emissary: Line | None
    seen: Seen | None
    passes_packets: bool

    @property
    def status(self) -> int | None:
        """The status of the answer; where the client could not read it, by the log."""
        if self.view.answer is not None:
            return self.view.answer.status
        return _unread_status(self)

    @property
    def location(self) -> str | None:
        """Where the answer redirects to."""
        return self.view.answer.header("location") if self.view.answer else None


def result_of(sighting: Sighting) -> Result:
    """Tell how a request ended, in the words of a simulated answer."""
    if _unread_status(sighting) is not None:
        return "response"
    if any("UF" in str(line.get("flags")) for line in sighting.trail) and (
        sighting.view.answer is None
    ):
        return "connection-refused" if sighting.passes_packets else "connection-closed"
    return _RESULTS[sighting.view.ending]


def exchange_observation(sighting: Sighting) -> ExchangeObservation:
    """Put together what every box saw."""
    client: dict[str, Any] = {"result": result_of(sighting), "status": sighting.status}
    if sighting.location is not None:
        client["location"] = sighting.location
    boxes: dict[str, dict[str, Any]] = {"client": client}
    read = sighting.emissary
    if read is not None:
        boxes |= {box_of(line): _proxy(line) for line in sighting.trail}
        boxes["emissary"] = {
            "peer": str(read["peer"]).rpartition(":")[0],
            "client": read["client"],
            "ends TLS": read.get("tls") is not None,
            "route": read.get("route"),
        }
    seen = sighting.seen
    if seen is not None:
        boxes["service"] = {
            "method": seen.method,
            "path": seen.path,
            "host": seen.host,
            **service_headers(seen.headers, sighting.opening.request.headers),
        }
    return ExchangeObservation(url=sighting.url, boxes=boxes)


def _unread_status(sighting: Sighting) -> int | None:
    """Return the status that a proxy answered with to a client that could not read it.

    A client that speaks HTTP/2 in cleartext gets its 400 in HTTP/1.1.
    """
    opening = sighting.opening
    readable = opening.request.http != "2" or opening.connection.tls is not None
    if readable or sighting.view.answer is not None:
        return None
    statuses = [line.get("status") for line in sighting.trail if line.get("level") == "http"]
    return next((int(status) for status in statuses if status), None)


def box_of(line: Line) -> str:
    """Return the name of the box that wrote a line.

    Examples
    --------
    >>> box_of({"listener": "load-balancer-2:443"})
    'load-balancer-2'
    """
    return str(line.get("listener", "")).rpartition(":")[0]


def _proxy(line: Line) -> dict[str, Any]:
    known: dict[str, Any] = {"ends TLS": line.get("tls") is not None}
    if line.get("level") == "http":
        for name in SENT_HEADERS:
            known[f"sends {name}"] = line.get(f"sent_{name.replace('-', '_')}")
    return known
