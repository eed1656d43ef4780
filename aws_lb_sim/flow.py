"""What happened to a request: hops, steps, answers, and what Emissary saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx
    import pandas as pd
    from matplotlib.figure import Figure

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.network.box import Answer, Payload, Result, Step
    from aws_lb_sim.network.connection import Connection
    from aws_lb_sim.network.request import Headers
    from aws_lb_sim.views.browser.widget import FlowView

__all__ = ["ClientAddress", "EmissaryView", "Exchange", "Flow", "Hop"]

ClientAddress = Literal["right", "wrong", "unknown"]
"""Whether Emissary takes the true client for the client; ``unknown`` where it read no request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One connection, with what it carried, between two boxes.

    Parameters
    ----------
    source, target
        Names of the boxes: ``client``, ``cloudfront``, ``load-balancer``,
        ``node``, ``emissary``, ``service``.
    connection, payload
        What travelled.
    steps
        What ``source`` did before it sent this, in order.
    """

    source: str
    target: str
    connection: Connection
    payload: Payload
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissaryView:
    """What Emissary made of the connection and request that reached it.

    Parameters
    ----------
    peer_ip
        Source address of the TCP connection at the pod.
    client_ip
        The address it takes for the client (access log, IP filters,
        X-Envoy-External-Address); None where no request was read.
    secure
        Whether it takes the request for a secure one; None where no request was read.
    tls
        Whether the connection at the pod was TLS and Emissary ended it.
    route
        Name of the Mapping that matched, None where none did.
    """

    peer_ip: str
    client_ip: str | None = None
    secure: bool | None = None
    tls: bool = False
    route: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request of the client and what came of it.

    Parameters
    ----------
    url
        The URL requested.
    hops
        First to last.
    answer
        How it ended.
    answered_by
        Name of the box where it ended: the one that answered, or failed to.
    emissary
        What Emissary saw, None where nothing reached it.
    cause
        What ``answered_by`` did, where a box on the way back made another answer of
        it (a 502 of a closed connection, say); None where ``answer`` is that very
        answer.
    """

    url: str
    hops: tuple[Hop, ...]
    answer: Answer
    answered_by: str
    emissary: EmissaryView | None = None
    cause: Answer | None = None

    @property
    def boxes(self) -> tuple[str, ...]:
        """Names of the boxes that this request reached, in order, the client first."""
        return (self.hops[0].source, *(hop.target for hop in self.hops))

    @property
    def ending(self) -> Answer:
        """What ``answered_by`` itself did, whatever was made of it on the way back."""
        return self.cause or self.answer

    @property
    def tls_terminated_at(self) -> tuple[str, ...]:
        """Names of the boxes that ended a TLS session of this request, in order."""
        doings = [(hop.source, hop.steps) for hop in self.hops]
        doings.append((self.answered_by, (self.cause or self.answer).steps))
        return tuple(
            box
            for box, steps in doings
            if any(step.action == "decrypted" and step.subject == "TLS" for step in steps)
        )

    @property
    def upstream_headers(self) -> Headers | None:
        """Headers of the request that reached the service, None where none did."""
        for hop in self.hops:
            if hop.target == "service" and isinstance(hop.payload, Request):
                return hop.payload.headers
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A client's request, followed through redirects to its end.

    It prints as a table (``str``), shows as a picture in a notebook, and gives
    itself as a graph, a table and a figure; all of them read this one record.

    Parameters
    ----------
    exchanges
        The first request, then one for each redirect followed; never empty.
    redirect_loop
        True where a client that follows redirects never arrives: the same
        request came round again, or the client gave up.
    findings
        Hazards found in the manifests and in this flow.
    client_ip
        The true address of the client; the one that Emissary takes for it is
        ``emissary_client_ip``.
    """

    exchanges: tuple[Exchange, ...]
    redirect_loop: bool = False
    findings: tuple[Finding, ...] = ()
    client_ip: str

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The hops of the first request."""
        return self.exchanges[0].hops

    @property
    def answer(self) -> Answer:
        """The answer to the first request."""
        return self.exchanges[0].answer

    @property
    def result(self) -> Result:
        """How the first request ended: ``response``, or what came instead of one."""
        return self.answer.result

    @property
    def status(self) -> int | None:
        """HTTP status of the first answer, None where there was no response."""
        return self.answer.status

    @property
    def location(self) -> str | None:
        """Where the first answer redirects to, None where it does not."""
        return self.answer.location

    @property
    def final_status(self) -> int | None:
        """HTTP status after redirects were followed; None in a loop or without a response."""
        return None if self.redirect_loop else self.exchanges[-1].answer.status

    @property
    def emissary_client_ip(self) -> str | None:
        """The address Emissary takes for the client, on the first request that reaches it."""
        return self._read.client_ip if self._read else None

    @property
    def client_address(self) -> ClientAddress:
        """Whether ``emissary_client_ip`` is the true client's address."""
        if self.emissary_client_ip is None:
            return "unknown"
        return "right" if self.emissary_client_ip == self.client_ip else "wrong"

    @property
    def peer_ip(self) -> str | None:
        """Source address of the first connection that reaches the Emissary pod."""
        seen = (exchange.emissary for exchange in self.exchanges)
        return next((view.peer_ip for view in seen if view), None)

    @property
    def secure(self) -> bool | None:
        """Whether Emissary takes the first request that reaches it for a secure one."""
        return self._read.secure if self._read else None

    @property
    def tls_terminated_at(self) -> tuple[str, ...]:
        """Names of the boxes where TLS of the first request ends, in order."""
        return self.exchanges[0].tls_terminated_at

    @property
    def upstream_headers(self) -> Headers | None:
        """Headers of the first request that reached the service, None where none did."""
        seen = (exchange.upstream_headers for exchange in self.exchanges)
        return next((headers for headers in seen if headers is not None), None)

    @property
    def read_exchange(self) -> Exchange | None:
        """The first exchange whose request Emissary could read, None where it read none."""
        for exchange in self.exchanges:
            if exchange.emissary and exchange.emissary.client_ip is not None:
                return exchange
        return None

    @property
    def _read(self) -> EmissaryView | None:
        return self.read_exchange.emissary if self.read_exchange else None

    def __str__(self) -> str:
        from aws_lb_sim.views.text import describe

        return describe(self)

    def _repr_html_(self) -> str:
        from aws_lb_sim.views.html import to_html

        return to_html(self)

    def graph(self) -> nx.DiGraph[str]:
        """Return the path as a graph, see :func:`aws_lb_sim.views.graph.to_graph`."""
        from aws_lb_sim.views.graph import to_graph

        return to_graph(self)

    def table(self) -> pd.DataFrame:
        """Return one row for each hop, see :func:`aws_lb_sim.views.table.to_frame`."""
        from aws_lb_sim.views.table import to_frame

        return to_frame(self)

    def figure(self, *, number: int = 1) -> Figure:
        """Return the picture of one request, see :func:`aws_lb_sim.views.figure.to_figure`."""
        from aws_lb_sim.views.figure import to_figure

        return to_figure(self, number=number)

    def view(self) -> FlowView:
        """Return the animated picture, see :class:`aws_lb_sim.views.browser.widget.FlowView`."""
        from aws_lb_sim.views.browser.widget import FlowView

        return FlowView(self)

    def save_html(self, path: str | Path, *, title: str = "", overwrite: bool = False) -> Path:
        """Save one HTML file, see :func:`aws_lb_sim.views.browser.page.save_page`."""
        from aws_lb_sim.views.browser.page import save_page

        return save_page(self, path, title=title or None, overwrite=overwrite)
