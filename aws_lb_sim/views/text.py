"""A flow as text for a terminal: the path, the card, the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.request import Request
from aws_lb_sim.views.card import make_card
from aws_lb_sim.views.changes import is_forwarding
from aws_lb_sim.views.words import (
    RESULT_WORDS,
    address,
    answer_words,
    payload_words,
    printable,
    proxy_words,
    step_words,
    tls_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow, Hop
    from aws_lb_sim.network.box import Answer, Payload, Step

__all__ = ["describe", "finding_lines", "forwarding_headers"]

LABEL_WIDTH = 9


def describe(flow: Flow) -> str:
    r"""Describe a flow as a table for a terminal.

    Parameters
    ----------
    flow
        What happened.

    Returns
    -------
    str
        Lines without a line feed at the end: hop by hop what travelled and
        which box did what by which rule; what Emissary sees; the rounds of a
        client that follows redirects; the findings.

    Examples
    --------
    >>> from aws_lb_sim.flow import Exchange, Flow, Hop
    >>> from aws_lb_sim.network.box import Answer
    >>> from aws_lb_sim.network.connection import Connection
    >>> from aws_lb_sim.network.request import Request
    >>> there = Connection(source_ip="203.0.113.7", destination_ip="10.0.0.1", destination_port=80)
    >>> hop = Hop(source="client", target="load-balancer", connection=there, payload=Request())
    >>> refused = Answer(result="connection-refused", reason="no listener on port 80")
    >>> one = Exchange(url="http://a.test/", hops=(hop,), answer=refused,
    ...                answered_by="load-balancer")
    >>> print(describe(Flow(exchanges=(one,), client_ip="203.0.113.7")).splitlines()[0])
    http://a.test/ from 203.0.113.7
    """
    lines = [f"{flow.exchanges[0].url} from {flow.client_ip}"]
    for number, exchange in enumerate(flow.exchanges, 1):
        if len(flow.exchanges) > 1:
            lines += ["", f"Round {number}: {exchange.url}"]
        lines += ["", *_exchange_lines(exchange)]
    lines += ["", *_card_lines(flow)]
    if flow.findings:
        lines += ["", "Findings", *finding_lines(flow.findings)]
    return "\n".join(printable(line) for line in lines)


def _exchange_lines(exchange: Exchange) -> Iterator[str]:
    for number, hop in enumerate(exchange.hops, 1):
        yield from _hop_lines(number, hop)
    yield from _answer_lines(exchange)


def _hop_lines(number: int, hop: Hop) -> Iterator[str]:
    link = hop.connection
    yield f"{number:>2}  {hop.source} → {hop.target}"
    yield from _step_lines(hop.source, hop.steps)
    source = address(link.source_ip, link.source_port)
    yield _line("TCP", f"{source} → {address(link.destination_ip, link.destination_port)}")
    if link.proxy or link.proxy_in_tls:
        yield _line("PROXY", proxy_words(link))
    yield _line("TLS", tls_words(link.tls))
    yield _line("HTTP", payload_words(hop.payload))
    for name, value in forwarding_headers(hop.payload):
        yield _line("", f"{name}: {value}")


def _answer_lines(exchange: Exchange) -> Iterator[str]:
    answer, cause = exchange.answer, exchange.cause
    if cause is not None:
        yield f" ✗  {exchange.answered_by}: {_ending(cause)}"
        yield from _step_lines(exchange.answered_by, cause.steps)
        yield " ←  on the way back to the client"
        yield from _step_lines("a proxy", answer.steps)
    else:
        yield f" ←  {exchange.answered_by} → client"
        yield from _step_lines(exchange.answered_by, answer.steps)
    yield _line("answer", _ending(answer))
    if answer.reason:
        yield _line("because", answer.reason)


def _ending(answer: Answer) -> str:
    words = answer_words(answer)
    return f"HTTP {words}" if answer.status is not None else RESULT_WORDS[answer.result]


def _step_lines(box: str, steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield f"      · {box} {step_words(step)}  [{step.rule.id}]"


def _card_lines(flow: Flow) -> Iterator[str]:
    card = make_card(flow)
    yield "What Emissary sees"
    width = max(len(entry.label) for entry in card.entries)
    for entry in card.entries:
        sign, rest = str(entry)[0], entry.text
        yield f"  {sign} {entry.label:<{width}}  {rest}"
    if len(card.rounds) > 1 or card.loop:
        yield ""
        yield "A client that follows redirects"
        yield from (f"  {line}" for line in card.rounds)
        if card.loop:
            yield "  ✗ and so on: a redirect loop, the client never arrives"


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the lines that tell of findings, the message first, then where, fix and source."""
    for finding in findings:
        yield f"  {finding.severity} {finding.code}: {finding.message}"
        for label, text in (
            ("where", finding.where),
            ("fix", finding.fix),
            ("source", finding.source),
        ):
            if text:
                yield f"      {label}: {text}"


def forwarding_headers(payload: Payload) -> tuple[tuple[str, str], ...]:
    """Return the headers of a request by which proxies speak of the client, in order."""
    if not isinstance(payload, Request):
        return ()
    return tuple((name, value) for name, value in payload.headers if is_forwarding(name))


def _line(label: str, text: str) -> str:
    return f"      {label:<{LABEL_WIDTH}}{text}"
