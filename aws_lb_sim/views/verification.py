"""A prediction beside what real Envoys did: as HTML and as a pandas table.

The explorer and the notebook show the same: ``to_html`` is all that either has to call.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.words import proxy_header_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from aws_lb_sim.lab.verification import Row, Verification
    from aws_lb_sim.sweep import ClientRequest
    from aws_lb_sim.views.card import Verdict

__all__ = [
    "COLUMNS",
    "STYLE",
    "added_words",
    "headline",
    "request_words",
    "to_frame",
    "to_html",
    "value_words",
    "verdict_of",
]

COLUMNS = ("predicted", "observed", "agrees")
HEADS = ("Box", "What", "Predicted", "Observed", "")
NOTHING = "–"
FOLLOWED = "Followed to the end"
"""Over what is known of all requests together."""

# Inline styles cannot tell a light page from a dark one. Nothing in here needs escaping. The
# hosts that say which: JupyterLab, Voilà and nbconvert; the explorer; VS Code. The doubled
# class outdoes what JupyterLab says of every table. The colours are those of the flow view
# (browser/flow/flow.css), with a contrast of at least 4.5 to 1.
STYLE = """
.lb-verification { --ink: #1a1a1a; --quiet: #595959; --paper: #fff; --line: #d8dbe0;
  --good: #00694d; --bad: #a34700; --caution: #7a5200; --neutral: #595959; --tint: #fbeae0;
  color: var(--ink); background: var(--paper); font: 13px/1.45 system-ui, sans-serif;
  padding: 6px 8px; overflow-x: auto; }
:is([data-jp-theme-light=false], [data-theme=dark], .vscode-dark) .lb-verification {
  --ink: #e9ebed; --quiet: #aab0b6; --paper: #14171a; --line: #3a4148; --good: #56cfa8;
  --bad: #ff9d6b; --caution: #f0bd58; --neutral: #aab0b6; --tint: #43220d; }
.lb-verification .v-head { font-size: 15px; font-weight: 700; }
.lb-verification .v-asked { color: var(--quiet); overflow-wrap: anywhere; }
.lb-verification.lb-verification table { border: 0; border-collapse: collapse; margin: 6px 0 0;
  color: inherit; font-size: inherit; max-width: 920px; table-layout: auto; }
.lb-verification.lb-verification tbody tr { background: none; }
.lb-verification.lb-verification :is(th, td) { text-align: left; vertical-align: top;
  padding: 2px 14px 2px 0; border: 0; border-bottom: 1px solid var(--line); font-weight: 400;
  max-width: none; white-space: pre-wrap; overflow-wrap: break-word; line-height: 1.45; }
.lb-verification.lb-verification :is(thead th, .v-request, .v-sum th) { font-weight: 700;
  vertical-align: bottom; }
.lb-verification.lb-verification .v-request { padding-top: 8px; }
.lb-verification.lb-verification .v-facts { width: 100%; }
.lb-verification.lb-verification .v-facts tbody td { min-width: 5em; overflow-wrap: anywhere; }
.lb-verification.lb-verification :is(.v-box, .v-what, .v-sign) { white-space: nowrap; }
.lb-verification.lb-verification .v-differs td { background: var(--tint); font-weight: 700; }
.lb-verification.lb-verification .v-good { color: var(--good); }
.lb-verification.lb-verification .v-bad { color: var(--bad); }
.lb-verification.lb-verification .v-caution { color: var(--caution); }
.lb-verification.lb-verification .v-neutral { color: var(--neutral); }
"""


def to_html(verification: Verification) -> Markup:
    """Show a verification: the verdict, each difference, and every fact side by side.

    Parameters
    ----------
    verification
        Made by :func:`aws_lb_sim.lab.verification.verify`.

    Returns
    -------
    Markup
        One ``div`` that brings its own styles, for light and dark pages, and needs no
        script. Every text is escaped. It may stand anywhere in a page: in the output of a
        cell, or as the ``innerHTML`` of an element.
    """
    facts = [_group(verification, number, rows) for number, rows in _by_request(verification)]
    table = [element("table", _heads(), *facts, class_="v-facts")] if facts else []
    return element(
        "div",
        element("style", STYLE),
        element("div", headline(verification), class_=f"v-head v-{verdict_of(verification)}"),
        element("div", request_words(verification.request), class_="v-asked"),
        *(_line("bad", str(row)) for row in verification.differences),
        *(_line("caution", f"not run: {why}") for why in verification.not_played),
        *table,
        class_="lb-verification",
    )


def to_frame(verification: Verification) -> pd.DataFrame:
    """Return every fact as a table.

    Parameters
    ----------
    verification
        Made by :func:`aws_lb_sim.lab.verification.verify`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``request`` (from 1; 0 is all of them), ``box`` and ``what``; the columns
        are ``COLUMNS``, values as they were found.
    """
    import pandas as pd

    rows = verification.rows
    places = [(row.number, row.box, row.what) for row in rows]
    index = pd.MultiIndex.from_tuples(places, names=["request", "box", "what"])
    values = [(row.predicted, row.observed, row.agrees) for row in rows]
    return pd.DataFrame(values, index=index, columns=list(COLUMNS))


def headline(verification: Verification) -> str:
    """Say with a sign and a few words whether it agrees."""
    return f"{SIGNS[verdict_of(verification)]} {verification.verdict}"


def verdict_of(verification: Verification) -> Verdict:
    """Judge it: good where all agrees, neutral where nothing could be run."""
    if verification.agrees is None:
        return "neutral"
    return "good" if verification.agrees else "bad"


def request_words(request: ClientRequest) -> str:
    """Say what was sent, by whom, and what the client added of its own.

    Examples
    --------
    >>> from aws_lb_sim.sweep import ClientRequest
    >>> request_words(ClientRequest(headers=(("X-Forwarded-For", "198.51.100.66"),)))
    'GET https://shop.example.com/ HTTP/1.1, from 203.0.113.7, X-Forwarded-For: 198.51.100.66'
    """
    line = f"{request.method} {request.url} HTTP/{request.http}, from {request.client_ip}"
    return ", ".join(filter(None, [line, added_words(request)]))


def added_words(request: ClientRequest) -> str:
    """Say which headers, of HTTP and of the PROXY protocol, the client sends; empty for none."""
    headers = [f"{name}: {value}" for name, value in request.headers]
    proxies = [proxy_header_words(each) for each in request.proxy]
    inside = [f"{proxy_header_words(each)} (inside TLS)" for each in request.proxy_in_tls]
    return ", ".join([*headers, *proxies, *inside])


def value_words(value: Any) -> str:
    r"""Say a fact's value in words.

    Examples
    --------
    >>> value_words(None), value_words(True), value_words(["a", "b"])
    ('–', 'yes', 'a\nb')
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _line(verdict: Verdict, text: str) -> Markup:
    return element("div", f"{SIGNS[verdict]} {text}", class_=f"v-{verdict}")


def _by_request(verification: Verification) -> Iterator[tuple[int, list[Row]]]:
    """Yield the rows of each request; those on all of them come last."""
    rows = sorted(verification.rows, key=lambda row: (row.number == 0, row.number))
    for number, group in groupby(rows, key=lambda row: row.number):
        yield number, list(group)


def _heads() -> Markup:
    return element("thead", element("tr", *(element("th", each, scope="col") for each in HEADS)))


def _group(verification: Verification, number: int, rows: Sequence[Row]) -> Markup:
    """Show the facts of one request, box by box."""
    title = FOLLOWED
    if number:
        title = f"{number}. {_url(verification, number)}"
    head = element("th", title, colspan=len(HEADS), scope="rowgroup", class_="v-request")
    shown = [element("tr", head)]
    # What only one side knows of a box stands with the rest of that box.
    for box in dict.fromkeys(row.box for row in rows):
        of_box = [row for row in rows if row.box == box]
        shown += [_fact(row, len(of_box) if row is of_box[0] else 0) for row in of_box]
    return element("tbody", *shown)


def _url(verification: Verification, number: int) -> str:
    exchanges = verification.observed.exchanges
    if number > len(exchanges):
        exchanges = verification.predicted.exchanges
    return exchanges[number - 1].url


def _fact(row: Row, span: int) -> Markup:
    """Show one fact; the first of a box carries the box's name over all of them."""
    box = [element("th", row.box, scope="rowgroup", rowspan=span, class_="v-box")] if span else []
    verdict: Verdict = "good" if row.agrees else "bad"
    words = f"{SIGNS[verdict]} same" if row.agrees else f"{SIGNS[verdict]} differs"
    return element(
        "tr",
        *box,
        element("th", row.what, scope="row", class_="v-what"),
        element("td", value_words(row.predicted)),
        element("td", value_words(row.observed)),
        element("td", words, class_=f"v-sign v-{verdict}"),
        class_="v-same" if row.agrees else "v-differs",
    )
