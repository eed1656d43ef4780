"""A flow as the small JSON object that the browser draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.views.browser.wire import answer_lines, wire_layers
from aws_lb_sim.views.card import make_card
from aws_lb_sim.views.layout import arrange
from aws_lb_sim.views.picture import Frame, Lane
from aws_lb_sim.views.words import answer_words, elide, printable, step_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.flow import Exchange, Flow
    from aws_lb_sim.network.box import Step
    from aws_lb_sim.rules import Rule
    from aws_lb_sim.views.card import Entry
    from aws_lb_sim.views.picture import (
        Layout,
        PlacedAnswer,
        PlacedBelief,
        PlacedBox,
        PlacedChanges,
        PlacedHop,
        Span,
    )

__all__ = ["BROWSER", "to_view_model", "to_view_models"]

Json = dict[str, Any]

VERSION = 1
"""Of the model's shape: ``flow.js`` refuses another one, in words."""
LONGEST_WORDS = 4096

BROWSER = Frame(
    width=1000,
    left=88,
    right=6,
    box_width=112,
    advance=7.55,  # of 12.5 pixels in a monospaced font, the widest of those in flow.css
    small_advance=6.6,  # of 11.5 pixels in a proportional one
    cell_gap=12,
    change_lines=8,
    lanes={
        "path": Lane(label="Path", top=2, height=62),
        "tcp": Lane(label="TCP", top=67, height=38),
        "proxy": Lane(label="PROXY\nprotocol", top=108, height=34),
        "tls": Lane(label="TLS", top=145, height=44),
        "http": Lane(label="HTTP", top=192, height=38),
        "headers": Lane(label="Headers\nchanged", top=233, height=130),
        "client": Lane(label="Client\naddress", top=366, height=40),
        "answer": Lane(label="Answer", top=409, height=42),
    },
)
"""The room in a browser: narrower than the figure, as it is scaled down to 900 pixels."""


def to_view_model(flow: Flow) -> Json:
    """Return everything that a browser needs to draw, step through and inspect a flow.

    Parameters
    ----------
    flow
        What happened.

    Returns
    -------
    dict
        JSON values only, the same for the same flow; ``flow.js`` describes the
        fields. Empty texts, ``false`` and empty lists are left out. What repeats
        stands once: rules by their id, sources and layers of the wire by number.

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
    >>> model = to_view_model(Flow(exchanges=(one,), client_ip="203.0.113.7"))
    >>> [box["name"] for box in model["rounds"][0]["boxes"]]
    ['client', 'load-balancer', 'emissary', 'service']
    """
    tables = _Tables()
    return _model(flow, tables) | tables.shared()


def to_view_models(flows: Iterable[Flow]) -> tuple[Json, list[Json]]:
    """Return the models of several flows, and once what they share.

    Parameters
    ----------
    flows
        What happened, each time.

    Returns
    -------
    tuple of dict and list of dict
        The rules, sources, layers and frame (``options.shared`` of ``flow.js``),
        and a model for each flow without these.
    """
    tables = _Tables()
    models = [_model(flow, tables) for flow in flows]
    return tables.shared(), models


def _model(flow: Flow, tables: _Tables) -> Json:
    card = make_card(flow)
    rounds = [
        _round(exchange, arrange(flow, number=number, frame=BROWSER), tables)
        for number, exchange in enumerate(flow.exchanges, 1)
    ]
    return _without_empty(
        {
            "version": VERSION,
            "client": flow.client_ip,
            "loop": flow.redirect_loop,
            "card": [_entry(entry) for entry in card.entries],
            "rounds": rounds,
        }
    )


class _Tables:
    """What repeats within a flow and between flows, each thing once."""

    def __init__(self) -> None:
        self.rules: dict[str, list[str | int]] = {}
        self.sources: dict[str, int] = {}
        self.layers: dict[tuple[str, ...], int] = {}

    def shared(self) -> Json:
        return {
            "frame": _frame(),
            "rules": self.rules,
            "sources": list(self.sources),
            "layers": [list(layer) for layer in self.layers],
        }

    def steps(self, steps: Iterable[Step]) -> list[list[str]]:
        return [[step.action, _words(step_words(step)), self._rule(step.rule)] for step in steps]

    def wire(self, layers: Iterable[tuple[str, ...]]) -> list[int]:
        return [self.layers.setdefault(layer, len(self.layers)) for layer in layers]

    def _rule(self, rule: Rule) -> str:
        if rule.id not in self.rules:
            source = self.sources.setdefault(rule.source, len(self.sources))
            self.rules[rule.id] = [rule.text, source]
        return rule.id


def _frame() -> Json:
    lanes = {name: [lane.label, lane.top, lane.height] for name, lane in BROWSER.lanes.items()}
    height = max(lane.top + lane.height for lane in BROWSER.lanes.values()) + 2
    return {
        "width": BROWSER.width,
        "height": height,
        "box": BROWSER.box_width,
        "letter": BROWSER.advance,
        "lanes": lanes,
    }


def _round(exchange: Exchange, layout: Layout, tables: _Tables) -> Json:
    steps = {hop.source: tables.steps(hop.steps) for hop in exchange.hops}
    steps[exchange.answered_by] = tables.steps(exchange.ending.steps)
    if exchange.cause is not None:
        steps["return"] = tables.steps(exchange.answer.steps)
    return _without_empty(
        {
            "title": layout.title,
            "url": _words(exchange.url),
            "boxes": [_box(box) for box in layout.boxes],
            "hops": [
                _hop(placed, tables.wire(wire_layers(hop)))
                for placed, hop in zip(layout.hops, exchange.hops, strict=True)
            ],
            "spans": [_span(span) for span in layout.spans],
            "headers": [_changes(changes) for changes in layout.changes if changes.lines],
            "beliefs": [_belief(belief) for belief in layout.beliefs],
            "answer": _answer(exchange, layout.answer),
            "steps": _without_empty(steps),
        }
    )


def _box(box: PlacedBox) -> Json:
    named = {"name": box.name, "x": _length(box.x), "address": box.address}
    return _without_empty(named | {"absent": not box.reached, "failed": box.failed})


def _hop(hop: PlacedHop, wire: list[int]) -> Json:
    return _without_empty(
        {
            "from": hop.source,
            "to": hop.target,
            "start": _length(hop.start),
            "end": _length(hop.end),
            "x": _length(hop.x),
            "tcp": list(hop.tcp),
            "proxy": hop.proxy,
            "http": list(hop.http),
            "wire": wire,
        }
    )


def _span(span: Span) -> Json:
    return _without_empty(
        {
            "start": _length(span.start),
            "end": _length(span.end),
            "encrypted": span.encrypted,
            "broken": span.broken,
            "label": span.label,
            "detail": span.detail,
        }
    )


def _changes(changes: PlacedChanges) -> Json:
    lines = [[line.kind or "", line.text] for line in changes.lines]
    return {"box": changes.box, "lines": lines}


def _belief(belief: PlacedBelief) -> Json:
    return _without_empty(
        {
            "box": belief.box,
            "address": belief.address,
            "note": belief.note,
            "verdict": belief.verdict,
            "matters": belief.matters,
        }
    )


def _answer(exchange: Exchange, placed: PlacedAnswer) -> Json:
    return _without_empty(
        {
            "by": exchange.answered_by,
            "start": _length(placed.start),
            "end": _length(placed.end),
            "text": placed.text,
            "short": _words(answer_words(exchange.answer)),
            "reason": _words(exchange.ending.reason or exchange.answer.reason),
            "verdict": placed.verdict,
            "lines": answer_lines(exchange.answer),
        }
    )


def _entry(entry: Entry) -> list[str]:
    return [entry.label, _words(entry.text), entry.verdict]


def _words(text: str) -> str:
    return elide(printable(text), LONGEST_WORDS)


def _length(value: float) -> float:
    rounded = round(value, 1)
    return int(rounded) if rounded.is_integer() else rounded


def _without_empty(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value not in ("", False, [], {})}
