"""What is shown, set beside what a real Envoy does with the same request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.explorer.ask import request_of
from aws_lb_sim.explorer.scenario import cluster_of
from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.verification import value_words

if TYPE_CHECKING:
    from aws_lb_sim.explorer.scenario import Scenario
    from aws_lb_sim.lab.verification import Verification
    from aws_lb_sim.views.card import Verdict

__all__ = ["run_on_real_envoy", "verification_json"]

Json = dict[str, Any]


def run_on_real_envoy(scenario: Scenario) -> Json:
    """Run a scenario on real proxies, and return what the page shows of it.

    Parameters
    ----------
    scenario
        What is chosen.

    Returns
    -------
    dict
        As of :func:`verification_json`. Where no Envoy can be run here, ``verdict`` is
        ``neutral``, ``headline`` says why, and there are no rows.

    Examples
    --------
    >>> from aws_lb_sim.explorer.scenario import start
    >>> run_on_real_envoy(start("recommended-nlb"))["headline"]
    '✓ A real Envoy agrees in all 14 facts'
    """
    from aws_lb_sim import lab

    try:
        return verification_json(lab.verify(cluster_of(scenario), request_of(scenario.ask)))
    except lab.LabUnavailable as error:
        words = f"{SIGNS['neutral']} {error}"
        return {"verdict": "neutral", "headline": words, "not_run": [], "requests": []}


def verification_json(verification: Verification) -> Json:
    """Return a verification as values of JSON: all of it as words, for the page to lay out.

    Returns
    -------
    dict
        ``verdict`` (``good``, ``bad``, ``neutral``), ``headline``, ``not_run`` (reasons) and
        ``requests``: for each its ``title`` and ``rows`` of [box, what, predicted, observed,
        whether both are the same].
    """
    verdicts: dict[bool | None, Verdict] = {True: "good", False: "bad", None: "neutral"}
    verdict = verdicts[verification.agrees]
    rows: dict[int, list[list[Any]]] = {}
    for row in verification.rows:
        said = [value_words(row.predicted), value_words(row.observed)]
        rows.setdefault(row.number, []).append([row.box, row.what, *said, row.agrees])
    return {
        "verdict": verdict,
        "headline": f"{SIGNS[verdict]} A real Envoy {verification.verdict}",
        "not_run": list(verification.not_played),
        # What concerns all requests has the number 0 and comes last.
        "requests": [
            {"title": _title(verification, number), "rows": rows[number]}
            for number in sorted(rows, key=lambda number: (number == 0, number))
        ],
    }


def _title(verification: Verification, number: int) -> str:
    if not number:
        return "Followed to the end"
    exchanges = verification.observed.exchanges
    if number > len(exchanges):
        exchanges = verification.predicted.exchanges
    return f"{number}. {exchanges[number - 1].url}"
