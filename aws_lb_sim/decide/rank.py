"""Which candidate is better: the ranking rule, in one place and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.decide.names import details, name
from aws_lb_sim.decide.requirements import SERVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.decide.candidate import Candidate
    from aws_lb_sim.decide.cost import Cost
    from aws_lb_sim.decide.effort import Effort
    from aws_lb_sim.decide.requirement import Requirement, Verdict, Wish
    from aws_lb_sim.design.design import Design

__all__ = ["RANKING_RULE", "SERVES_FIRST", "Option", "verdict"]

RANKING_RULE = (
    "fewer of the musts failed: what fails one is never recommended",
    "more of the wants met, each counting one",
    "fewer steps by hand: aws commands, and a stack to deploy",
    "fewer things to install: the AWS Load Balancer Controller, or a stack to keep",
    "fewer settings: the values written in all manifests",
    "less cost at the given load, where one is given",
    "the order of the decision space, so that a tie always ends the same",
)
"""How candidates are ranked; each line decides only where those before it are equal."""


def verdict(candidate: Candidate, requirement: Requirement) -> Verdict:
    """Decide a requirement for a candidate; by simulation only once for each behaviour.

    Examples
    --------
    >>> from aws_lb_sim.decide.candidate import candidates
    >>> first = candidates("3.3", {}, {"load_balancer": "alb"})[0]
    >>> verdict(first, SERVES).holds
    True
    """
    if requirement.basis != "simulated":
        return requirement.check(candidate)
    known = candidate.behaviour.verdicts
    if requirement.id not in known:
        known[requirement.id] = requirement.check(candidate)
    return known[requirement.id]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Option:
    """A candidate with its verdicts, standing for all that do the same.

    Parameters
    ----------
    candidate
        The simplest of them.
    wishes
        What is asked: requirement to must or want; the first is that it serves.
    verdicts
        By id of requirement, for each that is asked for.
    cost
        At the given load, None where none is given.
    alike
        The other designs of its family with the same verdicts, simplest first.
    """

    candidate: Candidate
    wishes: Sequence[tuple[Requirement, Wish]]
    verdicts: dict[str, Verdict]
    cost: Cost | None = None
    alike: tuple[Design, ...] = ()

    def __repr__(self) -> str:
        return f"<Option: {name(self.design)}, {details(self.design)}>"

    @property
    def design(self) -> Design:
        """The simplest design of those that do the same."""
        return self.candidate.design

    @property
    def effort(self) -> Effort:
        """How much there is to do."""
        return self.candidate.effort

    @property
    def failed_musts(self) -> tuple[Requirement, ...]:
        """What it must do, and does not."""
        return self._failed("must")

    @property
    def failed_wants(self) -> tuple[Requirement, ...]:
        """What it was wanted to do, and does not."""
        return self._failed("want")

    @property
    def holds(self) -> bool:
        """Whether it does all that it must."""
        return not self.failed_musts

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it fails, musts before wants, each reason once; empty where it does not.

        Where nothing is served, that is the reason: what else was sent fails for it too.
        """
        failed = (*self.failed_musts, *self.failed_wants)
        if not self.verdicts[SERVES.id].holds:
            failed = tuple(each for each in failed if each is SERVES or each.basis != "simulated")
        return tuple(dict.fromkeys(self.verdicts[each.id].reason for each in failed))

    @property
    def key(self) -> tuple[Any, ...]:
        """The place in the ranking, smallest first: :data:`RANKING_RULE`, line by line."""
        return (
            len(self.failed_musts),
            len(self.failed_wants),
            self.effort,
            self.cost.dollars if self.cost else 0.0,
            self.candidate.place,
        )

    def verdict(self, requirement: Requirement) -> Verdict:
        """Return the verdict on any requirement, asked for or not."""
        found = self.verdicts.get(requirement.id)
        return found or verdict(self.candidate, requirement)

    def _failed(self, wish: Wish) -> tuple[Requirement, ...]:
        return tuple(
            each
            for each, asked in self.wishes
            if asked == wish and not self.verdicts[each.id].holds
        )


SERVES_FIRST: tuple[Requirement, Wish] = (SERVES, "must")
"""What is asked before anything else."""
