"""Tables of many verifications: what became of forgeries, how far predictions agree."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.verification import added_words, verdict_of
from aws_lb_sim.views.verification_style import cell, framed, table
from aws_lb_sim.views.words import RESULT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_lb_sim.lab.lesson.watch import Counter, Watched
    from aws_lb_sim.lab.observation import ExchangeObservation
    from aws_lb_sim.lab.survey import Subject
    from aws_lb_sim.lab.verification import Verification
    from aws_lb_sim.views.card import Verdict

__all__ = ["agreement_html", "counters_html", "log_html", "outcomes_html"]

Cell = str | tuple["Verdict", str]
"""A text; with a verdict it is told by a sign and in its colour."""

Group = tuple[str, "Sequence[Sequence[Cell]]"]
"""Rows, and the title over them; empty for none."""


def outcomes_html(outcomes: Iterable[tuple[str, Verification]]) -> Markup:
    """Show what real Envoys made of requests: a row for each.

    Parameters
    ----------
    outcomes
        (name of the scenario, its verification).

    Returns
    -------
    Markup
        What was forged, whom Emissary takes for the client, what came back, and whether
        that had been predicted.
    """
    groups = [
        (name, [_outcome(each) for _, each in many])
        for name, many in groupby(outcomes, key=itemgetter(0))
    ]
    return _table(("Forged", "Emissary takes for the client", "Answer", "Prediction"), groups)


def agreement_html(surveyed: Iterable[tuple[Subject, Sequence[Verification]]]) -> Markup:
    """Show how far predictions agree with real Envoys: a row for each scenario, and the sum.

    Parameters
    ----------
    surveyed
        From :func:`aws_lb_sim.lab.survey.survey`.
    """
    found = [(subject.name, list(many)) for subject, many in surveyed]
    rows = [_agreement(name, many) for name, many in found]
    every = [each for _, many in found for each in many]
    rows.append(_agreement("all of them", every))
    return _table(("Scenario", "Requests run", "Facts", "Prediction"), [("", rows)])


def log_html(watched: Watched) -> Markup:
    """Show the access logs of a request: a line for each proxy that it passed.

    Parameters
    ----------
    watched
        A request, with those that followed from redirects.
    """
    names = watched.log_fields
    groups = [
        (f"{number}. {url}", [[entry.get(name, "") for name in names] for entry in trail])
        for number, (url, trail) in enumerate(watched.trails, 1)
    ]
    return _table(names, groups)


def counters_html(watched: Mapping[str, Watched]) -> Markup:
    """Show what Envoy counted, before and after, for several scenarios side by side.

    Parameters
    ----------
    watched
        By the name that the scenario is to have.
    """
    names = dict.fromkeys(
        (counter.box, counter.name) for each in watched.values() for counter in each.counters
    )
    known = [
        {(counter.box, counter.name): counter for counter in each.counters}
        for each in watched.values()
    ]
    # The load balancer stands first on the way.
    in_order = sorted(names, key=lambda place: (place[0] == "emissary", place))
    groups = [
        (box, [(name, *(_counted(each.get((box, name))) for each in known)) for _, name in many])
        for box, many in groupby(in_order, key=itemgetter(0))
    ]
    return _table(("Counter", *watched), groups)


def _counted(counter: Counter | None) -> str:
    """Say from what to what it counted; one that was not touched stays at nothing."""
    return "0" if counter is None else f"{counter.before} → {counter.after}"


def _outcome(verification: Verification) -> Sequence[Cell]:
    return (
        added_words(verification.request) or "nothing",
        _client(verification),
        _answers(verification),
        (verdict_of(verification), verification.verdict),
    )


def _agreement(name: str, many: Sequence[Verification]) -> Sequence[Cell]:
    run = [each for each in many if each.agrees is not None]
    facts = sum(len(each.rows) for each in run)
    differ = sum(len(each.differences) for each in run)
    said: tuple[Verdict, str] = ("good", "agrees") if run else ("neutral", "could not be run")
    if differ:
        said = ("bad", f"differs in {differ} of {facts} facts")
    return (name, f"{len(run)} of {len(many)}", str(facts), said)


def _client(verification: Verification) -> Cell:
    """Say whom the real Envoy took for the client, and whether that is true."""
    believed = [
        each.boxes["emissary"]["client"]
        for each in verification.observed.exchanges
        if "emissary" in each.boxes
    ]
    if not believed:
        return "neutral", "it read no request"
    if believed[0] == verification.request.client_ip:
        return "good", f"{believed[0]} (right)"
    return "bad", f"{believed[0]} (wrong)"


def _answers(verification: Verification) -> str:
    return ", then ".join(_answer(each) for each in verification.observed.exchanges)


def _answer(exchange: ExchangeObservation) -> str:
    client = exchange.boxes["client"]
    return RESULT_WORDS[client["result"]] if client["status"] is None else str(client["status"])


def _table(heads: Sequence[str], groups: Iterable[Group]) -> Markup:
    """Show a table in the styles of a verification; the first cell of a row is its head."""
    head = element("tr", *(cell(each, head="col", wraps="words") for each in heads))
    bodies = [_body(title, rows, len(heads)) for title, rows in groups]
    return framed(table(element("thead", head), *bodies))


def _body(title: str, rows: Sequence[Sequence[Cell]], width: int) -> Markup:
    over = [element("tr", cell(title, head="colgroup", span=(1, width)))] if title else []
    told = (element("tr", *(_cell(each, place) for place, each in enumerate(row))) for row in rows)
    return element("tbody", *over, *told)


def _cell(told: Cell, place: int) -> Markup:
    if isinstance(told, str):
        return cell(told, wraps="words") if place else cell(told, head="row", wraps="never")
    verdict, words = told
    return cell(f"{SIGNS[verdict]} {words}", verdict=verdict, wraps="words")
