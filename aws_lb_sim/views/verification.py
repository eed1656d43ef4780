"""A prediction beside what real Envoys did: as HTML without scripts, and as a pandas table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.verification_style import cell, framed, line, table
from aws_lb_sim.views.words import proxy_header_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from aws_lb_sim.lab.verification import Row, Verification
    from aws_lb_sim.sweep import ClientRequest
    from aws_lb_sim.views.card import Verdict

__all__ = [
    "COLUMNS",
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
        cell, or as the ``innerHTML`` of an element. Dark it is inside whatever has
        ``data-theme="dark"``, and in JupyterLab's dark themes.
    """
    facts = [_group(verification, number, rows) for number, rows in _by_request(verification)]
    return framed(
        line(headline(verification), verdict=verdict_of(verification), large=True),
        line(request_words(verification.request)),
        *(line(f"{SIGNS['bad']} {row}", verdict="bad") for row in verification.differences),
        *(
            line(f"{SIGNS['caution']} not run: {why}", verdict="caution")
            for why in verification.not_played
        ),
        *([table(_heads(), *facts)] if facts else []),
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


def _by_request(verification: Verification) -> Iterator[tuple[int, list[Row]]]:
    """Yield the rows of each request; those on all of them come last."""
    rows = sorted(verification.rows, key=lambda row: (row.number == 0, row.number))
    for number, group in groupby(rows, key=lambda row: row.number):
        yield number, list(group)


def _heads() -> Markup:
    heads = (cell(each, head="col") for each in HEADS)
    return element("thead", element("tr", *heads))


def _group(verification: Verification, number: int, rows: Sequence[Row]) -> Markup:
    """Show the facts of one request, box by box."""
    title = FOLLOWED
    if number:
        title = f"{number}. {_url(verification, number)}"
    head = cell(title, head="colgroup", span=(1, len(HEADS)))
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
    box = [cell(row.box, head="rowgroup", span=(span, 1), wraps="never")] if span else []
    verdict: Verdict = "good" if row.agrees else "bad"
    words = f"{SIGNS[verdict]} same" if row.agrees else f"{SIGNS[verdict]} differs"
    values = [
        cell(value_words(each), marked=not row.agrees) for each in (row.predicted, row.observed)
    ]
    return element(
        "tr",
        *box,
        cell(row.what, head="row", wraps="never"),
        *values,
        cell(words, verdict=verdict, marked=not row.agrees, wraps="never"),
    )
