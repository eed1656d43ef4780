"""Everything the page shows for a scenario, as values of JSON."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.explorer.codes import encode
from aws_lb_sim.explorer.moves import statuses
from aws_lb_sim.explorer.scenario import command, preset_name, run
from aws_lb_sim.views.browser.view_model import to_view_model
from aws_lb_sim.views.card import make_card
from aws_lb_sim.views.words import answer_words, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.explorer.moves import Status
    from aws_lb_sim.explorer.scenario import Outcome, Scenario
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.views.card import Card, Verdict

__all__ = ["grave_codes", "headline", "state_of"]

Json = dict[str, Any]


def state_of(scenario: Scenario) -> tuple[Json, Outcome]:
    """Return what the page shows for a scenario, and the outcome it was made from.

    Parameters
    ----------
    scenario
        What was chosen.

    Returns
    -------
    dict
        ``code`` (of :mod:`aws_lb_sim.explorer.codes`), ``preset``, ``controls``,
        ``headline``, ``card``, ``flow`` (a view model), ``findings``, ``files``
        (name → text) and ``command``: the same for the same scenario.
    Outcome
        With the flow and the bundle.

    Raises
    ------
    InputError
        The scenario cannot be simulated.

    Examples
    --------
    >>> from aws_lb_sim.explorer.scenario import start
    >>> state_of(start("recommended-nlb"))[0]["headline"]
    ['good', 'It works: 200. Emissary sees the true client.']
    """
    outcome = run(scenario)
    flow = outcome.flow
    card = make_card(flow)
    verdict, words = headline(flow, card)
    state = {
        "code": encode(scenario),
        "preset": preset_name(scenario),
        "controls": _controls(scenario),
        "headline": [verdict, words],
        "card": _card(card),
        "flow": to_view_model(flow),
        "findings": [_finding(each) for each in flow.findings],
        "files": dict(outcome.bundle.files),
        "command": command(outcome, scenario.ask),
    }
    return state, outcome


def headline(flow: Flow, card: Card | None = None) -> tuple[Verdict, str]:
    """Say in one sentence what comes of a request.

    Examples
    --------
    >>> from aws_lb_sim.explorer.scenario import try_preset
    >>> headline(try_preset("recommended-nlb-as-printed").flow)[0]
    'bad'
    """
    card = card or make_card(flow)
    last = flow.exchanges[-1].answer
    if flow.redirect_loop:
        return "bad", f"Redirect loop: {flow.status} again and again, the client never arrives."
    if card.outcome.verdict == "bad":
        why = flow.exchanges[-1].ending.reason or last.reason
        return "bad", printable(f"It fails: {answer_words(last)}{f' ({why})' if why else ''}.")
    came = ", then ".join(str(exchange.answer.status) for exchange in flow.exchanges)
    if card.client.verdict == "bad":
        taken = flow.emissary_client_ip
        return "bad", f"It answers {came}, but Emissary takes {taken} for the client."
    secure = card.entries[1]
    if secure.verdict == "bad":
        taken = "secure" if flow.secure else "insecure"
        return "bad", f"It answers {came}, but Emissary takes the request for {taken}."
    if card.client.verdict == "caution":
        return "caution", f"It answers {came}, but a client can forge its address."
    grave = grave_codes(flow)
    if grave:
        return "caution", f"It answers {came}, but mind the findings: {', '.join(grave)}."
    if card.client.verdict == "neutral":
        return "good", f"It works: {came}. The request ends before Emissary."
    return "good", f"It works: {came}. Emissary sees the true client."


def grave_codes(flow: Flow) -> tuple[str, ...]:
    """Return the codes of a flow's errors and warnings, each once."""
    return tuple(dict.fromkeys(each.code for each in flow.findings if each.severity != "info"))


def _card(card: Card) -> Json:
    return {
        "entries": [[each.label, printable(each.text), each.verdict] for each in card.entries],
    }


def _finding(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "fix": finding.fix,
        "where": finding.where,
        "source": finding.source,
    }


def _controls(scenario: Scenario) -> Json:
    return {name: _status(each) for name, each in statuses(scenario).items()}


def _status(status: Status) -> Json:
    return _status_json(status.chosen, tuple(status.impossible.items()), status.yields)


@lru_cache(maxsize=4096)
def _status_json(
    chosen: int | str | None, impossible: tuple[tuple[int, str], ...], yields: tuple[int, ...]
) -> Json:
    """Return one object for equal ones: they are packed by thousands."""
    found: Json = {"is": chosen}
    if impossible:
        found["no"] = _by_reason(impossible)
    if yields:
        found["yields"] = list(yields)
    return found


def _by_reason(impossible: Iterable[tuple[int, str]]) -> list[list[Any]]:
    """Return each reason once, with the numbers of the options that it stands against."""
    reasons: dict[str, list[int]] = {}
    for number, reason in impossible:
        reasons.setdefault(reason, []).append(number)
    return [[reason, numbers] for reason, numbers in reasons.items()]
