"""Verdicts on the documentation page's statements: sign, colour, words, and how many of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.errors import InputError
from aws_lb_sim.page.statement import NOT_TESTABLE
from aws_lb_sim.page.statements import STATEMENTS
from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.scene import VERDICT_COLOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.page.statement import Statement
    from aws_lb_sim.views.card import Verdict

__all__ = ["KINDS", "Kind", "counts", "kind_of", "sections", "statements_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of verdict, as it is shown.

    Parameters
    ----------
    name
        In a legend; ``…`` stands for a version or a controller.
    begins
        How verdicts of this kind begin.
    meaning
        What a reader has to do about it.
    verdict
        How good that is: gives sign and colour.
    solid
        Whether it is drawn in full colour; tells two kinds of one sign apart.
    """

    name: str
    begins: str
    meaning: str
    verdict: Verdict
    solid: bool = True

    @property
    def sign(self) -> str:
        """The sign, which says the same as the colour."""
        return SIGNS[self.verdict]

    @property
    def colour(self) -> str:
        """A colour with enough contrast for text on white."""
        return VERDICT_COLOURS[self.verdict]


KINDS = (
    Kind(
        name="holds",
        begins="holds",
        meaning="in every version of Emissary and with every controller tried",
        verdict="good",
    ),
    Kind(
        name="holds since …",
        begins="holds since ",
        meaning="not with the older Emissary that the text was first written for",
        verdict="caution",
        solid=False,
    ),
    Kind(
        name="holds with … only",
        begins="holds with ",
        meaning="depends on who makes the load balancer of the Service",
        verdict="caution",
    ),
    Kind(
        name="held until …",
        begins="held until ",
        meaning="right once; later versions of Emissary do something else",
        verdict="bad",
        solid=False,
    ),
    Kind(
        name="does not hold",
        begins="does not hold",
        meaning="in no world that was tried",
        verdict="bad",
    ),
    Kind(
        name=NOT_TESTABLE,
        begins=NOT_TESTABLE,
        meaning="an opinion, or about load, time or certificates",
        verdict="neutral",
    ),
)
"""Every kind of verdict, from good to bad."""


def kind_of(verdict: str) -> Kind:
    """Return the kind of a verdict.

    Parameters
    ----------
    verdict
        As a :class:`~aws_lb_sim.page.statement.Statement` records it.

    Returns
    -------
    Kind
        Its sign, colour and meaning.

    Raises
    ------
    ValueError
        If it is of no kind that this view knows: a verdict must never vanish.

    Examples
    --------
    >>> kind_of("held until 1.14").sign
    '✗'
    """
    matching = [kind for kind in KINDS if verdict.startswith(kind.begins)]
    if not matching:
        raise ValueError(f"no kind of verdict begins like {verdict!r}")
    # "holds since 2.0" begins with "holds", too: the longest beginning says most.
    return max(matching, key=lambda kind: len(kind.begins))


def counts(statements: Sequence[Statement] = STATEMENTS) -> dict[Kind, int]:
    """Count statements by the kind of their verdict, every kind in order, also those with none.

    Examples
    --------
    >>> sum(counts().values()) == len(STATEMENTS)
    True
    """
    kinds = [kind_of(each.verdict) for each in statements]
    return {kind: kinds.count(kind) for kind in KINDS}


def sections() -> tuple[str, ...]:
    """Return the headings of the page, in its order."""
    return tuple(dict.fromkeys(each.section for each in STATEMENTS))


def statements_of(section: str) -> tuple[Statement, ...]:
    """Return the statements under one heading.

    Raises
    ------
    InputError
        If the page has no such heading; the message lists those that it has.
    """
    found = tuple(each for each in STATEMENTS if each.section == section)
    if not found:
        known = "; ".join(sections())
        raise InputError(f"the page has no section {section!r}", mend=f"use one of: {known}")
    return found
