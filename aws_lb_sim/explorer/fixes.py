"""Which single choice makes a finding go away: found by simulating every choice there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.explorer.controls import PRECEDENCE, control, field
from aws_lb_sim.explorer.labels import label_of
from aws_lb_sim.views.card import make_card

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.explorer.moves import Move
    from aws_lb_sim.explorer.scenario import Outcome
    from aws_lb_sim.flow import Flow

__all__ = ["Candidate", "Fix", "fixes"]

MOST_FIXES = 3
"""How many fixes are offered for a finding: the best ones."""
TO_PRESET = "preset"
"""Name of the choice of a preset: it mends a recipe as printed where it corrects that one."""
_COSTS = {"error": 100, "warning": 10, "info": 1}
_VERDICT_COSTS = {"bad": 200, "caution": 20, "neutral": 0, "good": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One choice that could be made, and what would come of it.

    Parameters
    ----------
    name, value
        Of the control, and what would be chosen; ``preset`` and its name for a recipe.
    move
        Where it leads.
    outcome
        What would come of it.
    """

    name: str
    value: object
    move: Move
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A choice that makes a finding go away.

    Parameters
    ----------
    text
        What to choose, in words.
    candidate
        The choice.
    """

    text: str
    candidate: Candidate


def fixes(outcome: Outcome, candidates: Iterable[Candidate]) -> dict[str, tuple[Fix, ...]]:
    """Return, by the code of a finding, the choices that make it go away, best first.

    Parameters
    ----------
    outcome
        With the findings.
    candidates
        Every choice that could be made, simulated. Those about the request mend
        nothing: it is what the findings are about.

    Returns
    -------
    dict
        At most three for each finding, only such as leave things no worse than they
        are: no further error or warning, and no entry of the card turned bad.
    """
    offered = [each for each in candidates if _may_mend(each)]
    before = outcome.flow
    found: dict[str, tuple[Fix, ...]] = {}
    for finding in before.findings:
        if finding.severity == "info" or finding.code in found:
            continue
        mending = [each for each in offered if _mends(finding.code, before, each.outcome.flow)]
        mending.sort(key=_cost)
        best = mending[:MOST_FIXES]
        found[finding.code] = tuple(Fix(text=_text(each), candidate=each) for each in best)
    return {code: each for code, each in found.items() if each}


def _may_mend(candidate: Candidate) -> bool:
    if candidate.name == TO_PRESET:
        return True
    made = control(candidate.name)
    # Text stands for names of one's own, which no simulation can make up.
    return made is not None and not made.of_request and not made.is_text


def _mends(code: str, before: Flow, after: Flow) -> bool:
    codes = {each.code for each in after.findings if each.severity != "info"}
    known = {each.code for each in before.findings}
    return code not in codes and codes <= known and _badness(after) <= _badness(before)


def _badness(flow: Flow) -> int:
    return sum(_VERDICT_COSTS[entry.verdict] for entry in make_card(flow).entries)


def _cost(candidate: Candidate) -> tuple[int, int, int]:
    """Rank by what is still wrong afterwards, then by how much changes."""
    flow = candidate.outcome.flow
    left = sum(_COSTS[each.severity] for each in flow.findings) + _badness(flow)
    reach = -1 if candidate.name == TO_PRESET else _reach(candidate.name)
    return left, len(candidate.move.gave_way), reach


def _reach(name: str) -> int:
    """Return a higher number for a more far-reaching choice."""
    return len(PRECEDENCE) - PRECEDENCE.index(name)


def _text(candidate: Candidate) -> str:
    made = control(candidate.name)
    if made is None:
        return "Take the corrected recipe"
    words = f"Set {made.label} to “{label_of(field(made), candidate.value)}”"
    gave_way = candidate.move.gave_way
    return f"{words} (also {'; '.join(gave_way)})" if gave_way else words
