"""Two to four designs with one request: their flows aligned, and what differs marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aws_lb_sim.design.design import Design
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.codes import decode
from aws_lb_sim.explorer.scenario import Ask, Scenario, run, start
from aws_lb_sim.explorer.state import grave_codes, headline
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.views.beliefs import believed_addresses
from aws_lb_sim.views.card import SIGNS, make_card
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.scene import VERDICT_COLOURS
from aws_lb_sim.views.text import forwarding_headers
from aws_lb_sim.views.words import (
    address,
    answer_words,
    payload_words,
    proxy_words,
    tls_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from aws_lb_sim.flow import Exchange, Flow, Hop

__all__ = ["Comparison", "compare"]

FEWEST, MOST = 2, 4
BOXES = ("client", "cloudfront", "load-balancer", "node", "emissary", "service")
DIFFERS = "≠"
"""The sign of a row or a line that is not the same for all."""
NOTHING = "–"

_Row = tuple[str, str, str]
_Facts = dict[_Row, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Flows of several designs, to be looked at side by side.

    Parameters
    ----------
    flows
        Name of the design → what happened to the request.
    """

    flows: Mapping[str, Flow]

    def table(self) -> pd.DataFrame:
        """Return everything there is to compare as a table.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``request`` (a number, or ``all``), ``box`` and ``what``; a column
            for each design, all text, and ``differs``: ``≠`` where they are not the same.
        """
        import pandas as pd

        facts = self._facts()
        rows = list(dict.fromkeys(row for each in facts.values() for row in each))
        columns = {name: [each.get(row, NOTHING) for row in rows] for name, each in facts.items()}
        columns["differs"] = [DIFFERS if _differs(facts, row) else "" for row in rows]
        index = pd.MultiIndex.from_tuples(rows, names=["request", "box", "what"])
        return pd.DataFrame(columns, index=index)

    def differences(self) -> pd.DataFrame:
        """Return the rows of :meth:`table` that are not the same for all designs."""
        table = self.table()
        return table[table["differs"] == DIFFERS].drop(columns="differs")

    def __str__(self) -> str:
        lines = []
        for name, flow in self.flows.items():
            verdict, words = headline(flow)
            lines.append(f"{SIGNS[verdict]} {name}: {words}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        most = max(len(flow.exchanges) for flow in self.flows.values())
        parts = [_summary(self.flows)]
        parts += [_aligned(self.flows, number) for number in range(1, most + 1)]
        parts.append(_everything(self._facts()))
        return element("div", *parts, style=_PAGE, class_="lb-comparison")

    def _facts(self) -> dict[str, _Facts]:
        return {name: _facts(flow) for name, flow in self.flows.items()}


def compare(
    *designs: Design | Scenario | str,
    request: Ask = Ask(),  # noqa: B008  (frozen)
    names: Sequence[str] = (),
) -> Comparison:
    """Send one request through two to four designs.

    Parameters
    ----------
    *designs
        Each a design, the name of a preset, or the code of an explorer.
    request
        What the client asks of each.
    names
        What to call them; by default the preset's title, or a letter.

    Returns
    -------
    Comparison
        It shows itself in a notebook, and gives itself as a table.

    Raises
    ------
    InputError
        Fewer than two or more than four designs, or one that cannot be.

    Examples
    --------
    >>> print(compare("recommended-nlb", "tls-at-l7-elb"))
    ✓ recommended-nlb: It works: 200. Emissary sees the true client.
    ✓ tls-at-l7-elb: It works: 200. Emissary sees the true client.
    """
    if not FEWEST <= len(designs) <= MOST:
        mend = f"give {FEWEST} to {MOST}"
        raise InputError(f"{len(designs)} designs cannot be compared", mend=mend)
    if names and len(names) != len(designs):
        raise InputError("there is not one name for each design", mend="give as many names")
    flows: dict[str, Flow] = {}
    for number, each in enumerate(designs):
        scenario, name = _scenario(each, request)
        named = names[number] if names else name or f"design {'ABCD'[number]}"
        while named in flows:
            named += " (again)"
        flows[named] = run(scenario).flow
    return Comparison(flows=flows)


def _scenario(given: Design | Scenario | str, request: Ask) -> tuple[Scenario, str]:
    if isinstance(given, Scenario):
        return replace(given, ask=request), given.printed
    if isinstance(given, Design):
        return Scenario(design=given, ask=request), ""
    if any(given == each.name for each in presets()):
        return start(given, request), given
    try:
        return replace(decode(given), ask=request), ""
    except InputError:
        preset(given)  # its error names the presets that are like it
        raise


def _facts(flow: Flow) -> _Facts:
    """Return what there is to compare: (request, box, what) → text."""
    verdict, words = headline(flow)
    found: _Facts = {("all", "", "result"): f"{SIGNS[verdict]} {words}"}
    for entry in make_card(flow).entries:
        found["all", "", entry.label.lower()] = f"{SIGNS[entry.verdict]} {entry.text}"
    found["all", "", "findings"] = ", ".join(grave_codes(flow)) or "none"
    for number, exchange in enumerate(flow.exchanges, 1):
        for hop in exchange.hops:
            for what, text in _arriving(hop).items():
                found[str(number), hop.target, what] = text
        for belief in believed_addresses(exchange, flow.client_ip):
            told = f"{SIGNS[belief.verdict]} {belief.address} {belief.note}".rstrip()
            found[str(number), belief.box, "takes for the client"] = told
        found[str(number), "client", "answer"] = answer_words(exchange.answer)
    return found


def _arriving(hop: Hop) -> dict[str, str]:
    link = hop.connection
    source = address(link.source_ip, link.source_port)
    headers = [f"{name}: {value}" for name, value in forwarding_headers(hop.payload)]
    return {
        "TCP": f"{source} → {address(link.destination_ip, link.destination_port)}",
        "PROXY protocol": proxy_words(link) or "none",
        "TLS": tls_words(link.tls),
        "HTTP": payload_words(hop.payload),
        "forwarding headers": "\n".join(headers) or "none",
    }


def _differs(facts: Mapping[str, _Facts], row: _Row) -> bool:
    return len({each.get(row) for each in facts.values()}) > 1


# As HTML, without scripts: it can be read without running anything.

_PAGE = "font:14px/1.4 system-ui,sans-serif;color:#1a1a1a;background:#fff;padding:4px"
_CELL = (
    "border:1px solid #d5d9df;padding:4px 8px;vertical-align:top;text-align:left;"
    "color:#1a1a1a;background:#fff"
)
_TABLE = "border-collapse:collapse;margin:4px 0 12px;width:100%;font-size:13px"
_MARKED = "background:#fff4c2;font-weight:600"
_HEAD = f"{_CELL};background:#f5f6f8"


def _summary(flows: Mapping[str, Flow]) -> Markup:
    rows = []
    for name, flow in flows.items():
        verdict, words = headline(flow)
        style = f"{_CELL};color:{VERDICT_COLOURS[verdict]};font-weight:600"
        rows.append(
            element(
                "tr",
                element("th", name, scope="row", style=_HEAD),
                element("td", f"{SIGNS[verdict]} {words}", style=style),
            )
        )
    return element("table", *rows, style=_TABLE)


def _aligned(flows: Mapping[str, Flow], number: int) -> Markup:
    """Show one request of every design: a row for each, the same boxes under one another."""
    exchanges = {
        name: flow.exchanges[number - 1] if number <= len(flow.exchanges) else None
        for name, flow in flows.items()
    }
    there = {box for each in exchanges.values() if each for box in each.boxes}
    boxes = [box for box in BOXES if box in there]
    lines = {
        name: _box_lines(each, flows[name].client_ip) if each else {}
        for name, each in exchanges.items()
    }
    head = [element("th", f"Request {number}", style=_HEAD)]
    head += [element("th", box, scope="col", style=_HEAD) for box in boxes]
    rows = [
        element(
            "tr",
            element("th", name, scope="row", style=_HEAD),
            *(_box_cell(lines, name, box) for box in boxes),
        )
        for name in flows
    ]
    return element("table", element("tr", *head), *rows, style=_TABLE)


def _box_lines(exchange: Exchange, client_ip: str) -> dict[str, dict[str, str]]:
    """Return, for each box, what arrives there and what it takes for the client."""
    first = exchange.hops[0].connection
    found = {"client": {"url": exchange.url, "from": first.source_ip}}
    for hop in exchange.hops:
        link = hop.connection
        lines = {"port": f"port {link.destination_port}", "TLS": tls_words(link.tls).split(",")[0]}
        if proxied := proxy_words(link):
            lines["PROXY"] = proxied
        found[hop.target] = lines
    for belief in believed_addresses(exchange, client_ip):
        sign = SIGNS[belief.verdict]
        words = f"client: {sign} {belief.address or 'unknown'}"
        found.setdefault(belief.box, {})["client"] = words
    answer = answer_words(exchange.answer)
    found["client"]["answer"] = f"← {answer}"
    ending = f"ends here: {answer_words(exchange.ending)}"
    found.setdefault(exchange.answered_by, {})["ends"] = ending
    return found


def _box_cell(lines: Mapping[str, dict[str, dict[str, str]]], name: str, box: str) -> Markup:
    mine = lines[name].get(box, {})
    if not mine:
        return element("td", f"{DIFFERS} not on the way", style=f"{_CELL};{_MARKED}")
    rows = []
    # Where a box is missing that is said once, there, not at the others.
    passing = [each[box] for each in lines.values() if each.get(box)]
    for what, text in mine.items():
        differs = len({each.get(what) for each in passing}) > 1
        style = f"overflow-wrap:anywhere;{_MARKED}" if differs else "overflow-wrap:anywhere"
        rows.append(element("div", f"{DIFFERS} {text}" if differs else text, style=style))
    return element("td", *rows, style=_CELL)


def _everything(facts: Mapping[str, _Facts]) -> Markup:
    """Show every row of the table, folded away until it is asked for."""
    rows = list(dict.fromkeys(row for each in facts.values() for row in each))
    head = [element("th", words, style=_HEAD) for words in ("", *facts)]
    shown = [
        element(
            "tr",
            element("th", _row_words(row), scope="row", style=_HEAD),
            *(_fact_cell(facts, name, row) for name in facts),
        )
        for row in rows
    ]
    summary = element("summary", "The same as a table, with everything that travels")
    return element("details", summary, element("table", element("tr", *head), *shown, style=_TABLE))


def _row_words(row: _Row) -> str:
    request, box, what = row
    return what if request == "all" else f"{request}. {box}: {what}"


def _fact_cell(facts: Mapping[str, _Facts], name: str, row: _Row) -> Markup:
    text = facts[name].get(row, NOTHING)
    differs = _differs(facts, row)
    style = f"{_CELL};overflow-wrap:anywhere;{_MARKED if differs else ''}"
    lines = [element("div", line) for line in text.split("\n")]
    if differs:
        lines[0] = element("div", f"{DIFFERS} {text.split(chr(10))[0]}")
    return element("td", *lines, style=style)
