"""What a person may ask of a design, and what came of asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lb_sim.decide.candidate import Candidate
    from aws_lb_sim.flow import Exchange

__all__ = ["Basis", "Requirement", "Verdict", "Wish"]

Wish = Literal["must", "want", "don't care"]
"""How much a person asks for something."""

Basis = Literal["simulated", "manifests", "documented"]
"""What a verdict rests on: requests sent, what is written and done by hand, or a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a candidate meets a requirement, and why.

    Parameters
    ----------
    holds
        Whether it does.
    reason
        Why, in words that stand alone.
    source
        Of the fact or the rule that decided it; empty where ``evidence`` shows it.
    evidence
        The request that showed it, None where none was sent.

    Examples
    --------
    >>> Verdict(holds=False, reason="an NLB takes no web ACL").holds
    False
    """

    holds: bool
    reason: str
    source: str = ""
    evidence: Exchange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that a person may ask for.

    Parameters
    ----------
    id
        Stable, lower-case, hyphenated.
    question
        What is asked, in people's words.
    help
        What it means, in one line.
    label
        The same in at most three words, for the head of a column.
    source
        Where it is written down that one may have to ask.
    basis
        What the verdict rests on.
    check
        Decides it for one candidate.
    settings
        Fields that a design needs for it beside the choices that are compared;
        they are set, where the design can have them, as soon as somebody asks.

    Examples
    --------
    >>> from aws_lb_sim.decide.requirements import requirements
    >>> requirements()[0].id
    'acm-certificates'
    """

    id: str
    question: str
    help: str
    label: str
    source: str
    basis: Basis
    check: Callable[[Candidate], Verdict]
    settings: Mapping[str, Any] = field(default_factory=dict)
