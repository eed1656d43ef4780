"""Where everything of a flow's picture stands: computed once, drawn by any backend.

Every text is already cut to the room it has, so a backend only draws.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from unicodedata import combining

from aws_lb_sim.network.request import Request
from aws_lb_sim.views.beliefs import believed_addresses
from aws_lb_sim.views.card import has_failed, make_card
from aws_lb_sim.views.changes import CHANGE_SIGNS, HeaderChange, header_changes
from aws_lb_sim.views.picture import (
    FIGURE,
    ChangeLine,
    Frame,
    Layout,
    PlacedAnswer,
    PlacedBelief,
    PlacedBox,
    PlacedChanges,
    PlacedHop,
    Span,
)
from aws_lb_sim.views.words import (
    address,
    elide,
    ending_words,
    payload_words,
    printable,
    proxy_words,
    tls_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.flow import Exchange, Flow, Hop

__all__ = ["arrange"]

ALWAYS_ON_THE_WAY = ("emissary", "service")
"""Boxes of every path: drawn faint where a request did not reach them."""

TITLE_LETTERS = 66
OUTCOME_LETTERS = 36
BOX_LETTERS = 15
VALUE_LINES = 2
LONGEST_VALUE = 400
LAST_NARROW = "\u2bff"  # beyond are East Asian and other wide letters, and no DejaVu
ROW_LETTERS = 132
CARD_LETTERS = 52
ROUND_LETTERS = 84
LOOP_REASON = "a client that follows it comes back to the same answer, for ever"
ROUND_LINES = 4


def arrange(flow: Flow, *, number: int = 1, frame: Frame = FIGURE) -> Layout:
    """Compute where everything of one request's picture stands.

    Parameters
    ----------
    flow
        What happened.
    number
        Which request of the client, counted from 1; later ones follow redirects.
    frame
        The room there is.

    Returns
    -------
    Layout
        Plain frozen records.

    Raises
    ------
    ValueError
        If the flow has no request of that number.
    """
    if not 1 <= number <= len(flow.exchanges):
        raise ValueError(f"request {number} of a flow that has {len(flow.exchanges)}")
    exchange = flow.exchanges[number - 1]
    names = _names(exchange)
    grid = _Grid(len(names), frame)
    card = make_card(flow)
    many = len(flow.exchanges) > 1
    failed = flow.redirect_loop or has_failed(exchange.ending)
    return Layout(
        title=_cut(_title(exchange), TITLE_LETTERS),
        subtitle=_cut(f"client {flow.client_ip}", CARD_LETTERS)
        + (f", request {number} of {len(flow.exchanges)}" if many else ""),
        outcome=replace(card.outcome, text=_cut(card.outcome.text, OUTCOME_LETTERS)),
        client=replace(card.client, text=_cut(card.client.text, CARD_LETTERS)),
        pitch=grid.pitch,
        boxes=tuple(_boxes(exchange, names, grid, failed=failed)),
        hops=tuple(_hop(place, hop, grid) for place, hop in enumerate(exchange.hops)),
        spans=tuple(_spans(exchange, grid)),
        changes=tuple(_changes(exchange, grid)),
        beliefs=tuple(_beliefs(exchange, flow.client_ip, grid)),
        answer=_answer(exchange, grid, loop=flow.redirect_loop),
        card=tuple(replace(entry, text=_cut(entry.text, CARD_LETTERS)) for entry in card.entries),
        rounds=_rounds(card.rounds, loop=card.loop) if many or card.loop else (),
    )


class _Grid:
    """Columns of equal width, one for each box."""

    def __init__(self, count: int, frame: Frame) -> None:
        self.frame = frame
        self.pitch = (frame.width - frame.left - frame.right) / count
        self.letters = self.letters_across(1)
        self.small_letters = int((self.pitch - frame.cell_gap) / frame.small_advance)

    def column(self, place: float) -> float:
        return self.frame.left + self.pitch * (place + 0.5)

    def letters_across(self, columns: int) -> int:
        return int((columns * self.pitch - self.frame.cell_gap) / self.frame.advance)

    def cut(self, text: str) -> str:
        return _cut(text, self.letters)


def _cut(text: str, letters: int) -> str:
    """Cut a text to its room; a letter that is not one column wide becomes a blank square."""
    if not text.isascii():
        text = "".join(letter if _is_narrow(letter) else "□" for letter in text)
    return elide(printable(text), letters)


def _is_narrow(letter: str) -> bool:
    return letter <= LAST_NARROW and not combining(letter)


def _title(exchange: Exchange) -> str:
    request = exchange.hops[0].payload
    return f"{request.method} {exchange.url}" if isinstance(request, Request) else exchange.url


def _names(exchange: Exchange) -> tuple[str, ...]:
    """Return the boxes reached, and those that a good request would have reached as well."""
    reached = exchange.boxes
    return (*reached, *(name for name in ALWAYS_ON_THE_WAY if name not in reached))


def _boxes(
    exchange: Exchange, names: tuple[str, ...], grid: _Grid, *, failed: bool
) -> Iterator[PlacedBox]:
    last = len(exchange.hops)
    addresses = [exchange.hops[0].connection.source_ip]
    addresses += [hop.connection.destination_ip for hop in exchange.hops]
    lane = grid.frame.lanes["path"]
    for place, name in enumerate(names):
        reached = place <= last
        yield PlacedBox(
            name=_cut(name, BOX_LETTERS),
            x=grid.column(place),
            y=lane.top + lane.height / 2,
            address=_cut(addresses[place], BOX_LETTERS) if reached else "not reached",
            reached=reached,
            failed=place == last and failed,
        )


def _hop(place: int, hop: Hop, grid: _Grid) -> PlacedHop:
    link = hop.connection
    return PlacedHop(
        number=place + 1,
        source=hop.source,
        target=hop.target,
        start=grid.column(place) + grid.frame.box_width / 2,
        end=grid.column(place + 1) - grid.frame.box_width / 2,
        x=grid.column(place + 0.5),
        tcp=(
            grid.cut(address(link.source_ip, link.source_port)),
            grid.cut(f"→ {address(link.destination_ip, link.destination_port)}"),
        ),
        proxy=_cut(proxy_words(link), grid.letters - 1),
        http=_http_lines(hop, grid),
    )


def _http_lines(hop: Hop, grid: _Grid) -> tuple[str, ...]:
    request = hop.payload
    if not isinstance(request, Request):
        return (grid.cut(payload_words(request)),)
    version = f"HTTP/{request.http}"
    method = _cut(request.method, 10)
    path = _cut(request.path, grid.letters - len(method) - len(version) - 2)
    host = "no Host" if request.authority is None else f"Host {request.authority}"
    return f"{method} {path} {version}", grid.cut(host)


def _spans(exchange: Exchange, grid: _Grid) -> Iterator[Span]:
    """Yield stretches of one TLS session: a box that passes TLS on hands on the same object."""
    hops = exchange.hops
    start = 0
    for place, hop in enumerate(hops):
        session = hop.connection.tls
        goes_on = place + 1 < len(hops) and session is not None
        if goes_on and hops[place + 1].connection.tls is session:
            continue
        yield _span(exchange, grid, start, place + 1)
        start = place + 1


def _span(exchange: Exchange, grid: _Grid, start: int, end: int) -> Span:
    session = exchange.hops[start].connection.tls
    broken = exchange.ending.result == "tls-error" and end == len(exchange.hops)
    target = exchange.hops[end - 1].target
    end_words = f"{'fails' if broken else 'ends'} at {target}"
    letters = grid.letters_across(end - start)
    label = f"TLS {end_words}" if len(end_words) + 6 <= letters else end_words
    detail = tls_words(session).removeprefix("TLS, ")
    if len(detail) > letters:
        detail = detail.split(", ALPN")[0]
    return Span(
        start=grid.column(start),
        end=grid.column(end),
        encrypted=session is not None,
        broken=broken and session is not None,
        label=_cut(label, letters - 2 * broken) if session else "cleartext",
        detail=_cut(detail, letters) if session else "",
    )


def _changes(exchange: Exchange, grid: _Grid) -> Iterator[PlacedChanges]:
    for place, changes in enumerate(header_changes(exchange)):
        lines = [_change_lines(change, grid.letters) for change in changes]
        yield PlacedChanges(
            box=exchange.hops[place].source,
            x=grid.column(place),
            lines=_fitting(lines, grid.frame.change_lines),
        )


def _change_lines(change: HeaderChange, letters: int) -> tuple[ChangeLine, ...]:
    head = _cut(f"{CHANGE_SIGNS[change.kind]} {change.name}", letters - 1)
    value = _cut(change.value, LONGEST_VALUE)
    if len(head) + 2 + len(value) <= letters:
        return (ChangeLine(kind=change.kind, text=f"{head}: {value}"),)
    rows = _rows(value, letters - 2)
    if len(rows) > VALUE_LINES:
        rows = [rows[0], _cut("".join(rows[1:]), letters - 2)]
    texts = (f"{head}:", *(f"  {row}" for row in rows))
    return tuple(ChangeLine(kind=change.kind, text=text) for text in texts)


def _rows(value: str, letters: int) -> list[str]:
    """Break a value into rows, after commas and blanks where there are some."""
    rows = [""]
    for part in re.findall(r"[^, ]+[, ]*|[, ]+", value):
        if len(rows[-1]) + len(part.rstrip()) > letters:
            rows += [part[at : at + letters] for at in range(0, len(part), letters)]
        else:
            rows[-1] += part
    return [row.rstrip() for row in rows if row.strip()] or [""]


def _fitting(headers: list[tuple[ChangeLine, ...]], room: int) -> tuple[ChangeLine, ...]:
    """Return the lines of as many headers as there is room for, and how many are left out."""
    lines: list[ChangeLine] = []
    for place, header in enumerate(headers):
        rest = len(headers) - place
        if len(lines) + len(header) > room - (rest > 1):
            return (*lines, ChangeLine(kind=None, text=f"  … and {rest} more"))
        lines += header
    return tuple(lines)


def _beliefs(exchange: Exchange, client_ip: str, grid: _Grid) -> Iterator[PlacedBelief]:
    for place, belief in enumerate(believed_addresses(exchange, client_ip), 1):
        matters = belief.box in ALWAYS_ON_THE_WAY
        wrong = matters and belief.verdict == "bad"  # has a longer sign before it
        yield PlacedBelief(
            box=belief.box,
            x=grid.column(place),
            address=_cut(belief.address or "none", grid.letters - (9 if wrong else 2)),
            note=_cut(belief.note, grid.small_letters),
            verdict=belief.verdict,
            matters=matters,
        )


def _answer(exchange: Exchange, grid: _Grid, *, loop: bool) -> PlacedAnswer:
    answer = exchange.answer
    reason = f"{answer.reason or ''}; {LOOP_REASON}".lstrip("; ") if loop else answer.reason
    return PlacedAnswer(
        start=grid.column(len(exchange.hops)),
        end=grid.column(0),
        text=_cut(ending_words(exchange), ROW_LETTERS),
        reason=_cut(reason, ROW_LETTERS),
        verdict="bad" if loop or has_failed(answer) else "good",
    )


def _rounds(rounds: tuple[str, ...], *, loop: bool) -> tuple[str, ...]:
    shown = [_cut(line, ROUND_LETTERS) for line in rounds[:ROUND_LINES]]
    if loop:
        shown = [*shown[: ROUND_LINES - 1], "and so on: a redirect loop, it never arrives"]
    elif len(rounds) > ROUND_LINES:
        shown[-1] = f"… and {len(rounds) - ROUND_LINES + 1} more"
    return tuple(shown)
