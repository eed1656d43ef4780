"""From answers to a decision: every candidate simulated, ranked, and told why it fails."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from aws_lb_sim.decide.candidate import candidates
from aws_lb_sim.decide.cost import cost
from aws_lb_sim.decide.names import family, name
from aws_lb_sim.decide.rank import SERVES_FIRST, Option, verdict
from aws_lb_sim.decide.requirement import Requirement, Wish
from aws_lb_sim.decide.requirements import requirements
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from aws_lb_sim.decide.candidate import Candidate
    from aws_lb_sim.decide.cost import Load
    from aws_lb_sim.design.design import Design

__all__ = ["PAGE_ANSWERS", "Decision", "decide"]

PAGE_ANSWERS: dict[str, Wish] = {
    "tls-options": "must",
    "redirect": "must",
    "real-client-ip": "must",
    "unforgeable-client-ip": "must",
    "websocket": "must",
    "http2": "must",
    "millions-of-connections": "must",
}
"""What Emissary's AWS page takes for granted when it makes its recommendation."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Decision:
    """All candidates in order, and what was asked of them.

    It prints (``str``) and shows in a notebook; ``table`` and ``matrix`` say the same.

    Parameters
    ----------
    wishes
        What was asked, musts before wants; the first is that requests are served.
    options
        Every candidate that differs from the others in kind or in a verdict, best first.
    emissary_version
        Of all of them.
    load
        What the load balancer is to carry, None where that was not said.
    found
        All candidates, in the order of the decision space.

    Examples
    --------
    >>> made = decide({"waf": "must"}, load_balancer="alb")
    >>> made.recommended.load_balancer
    'alb'
    """

    wishes: tuple[tuple[Requirement, Wish], ...]
    options: tuple[Option, ...]
    emissary_version: str
    load: Load | None = None
    found: tuple[Candidate, ...] = field(default=(), repr=False, compare=False)

    @property
    def considered(self) -> int:
        """How many designs were simulated."""
        return len(self.found)

    @property
    def best(self) -> Option | None:
        """The option that is recommended, None where none does all that it must."""
        return self.options[0] if self.options and self.options[0].holds else None

    @property
    def recommended(self) -> Design | None:
        """The design that is recommended, None where none does all that it must."""
        return self.best.design if self.best else None

    @property
    def families(self) -> tuple[Option, ...]:
        """The best option of each kind: load balancer, where TLS ends, how the address travels."""
        best: dict[Any, Option] = {}
        for option in self.options:
            best.setdefault(family(option.design), option)
        return tuple(best.values())

    def without(self, requirement: str) -> Decision:
        """Decide again among the same candidates, with one requirement no longer asked.

        Parameters
        ----------
        requirement
            Its id.

        Raises
        ------
        InputError
            It was not asked for.

        Examples
        --------
        >>> made = decide({"waf": "must", "redirect": "must"}, load_balancer="alb")
        >>> [each.id for each, _ in made.without("waf").wishes]
        ['serves', 'redirect']
        """
        asked = [each.id for each, _ in self.wishes[1:]]
        if requirement not in asked:
            mend = f"name one of {', '.join(asked)}" if asked else "ask for something first"
            raise InputError(f"{requirement!r} was not asked for", mend=mend)
        wishes = tuple(pair for pair in self.wishes if pair[0].id != requirement)
        return _ranked(wishes, self.found, self.emissary_version, self.load)

    def table(self, *, every: bool = False) -> pd.DataFrame:
        """Return the ranking, see :func:`aws_lb_sim.views.decision.to_frame`."""
        from aws_lb_sim.views.decision import to_frame

        return to_frame(self, every=every)

    def matrix(self) -> Figure:
        """Return the picture, see :func:`aws_lb_sim.views.decision_figure.to_figure`."""
        from aws_lb_sim.views.decision_figure import to_figure

        return to_figure(self)

    def __repr__(self) -> str:
        # Not all that it holds: that would fill a screen where its name is enough.
        shown = name(self.recommended) if self.recommended else "nothing"
        return f"<Decision: {shown}, among {self.considered} designs>"

    def __str__(self) -> str:
        from aws_lb_sim.views.decision import describe

        return describe(self)

    def _repr_html_(self) -> str:
        from aws_lb_sim.views.decision_html import to_html

        return to_html(self)


def decide(
    answers: Mapping[str, Wish],
    *,
    emissary_version: str = "3.3",
    load: Load | None = None,
    **fixed: object,
) -> Decision:
    """Simulate every candidate against what is asked, and rank them.

    Parameters
    ----------
    answers
        Id of a requirement to ``must``, ``want`` or ``don't care``; what is not in
        it is not cared about. See :func:`aws_lb_sim.decide.requirements.requirements`.
    emissary_version
        Of Emissary-ingress.
    load
        What the load balancer has to carry, for the cost.
    **fixed
        Fields of a Design that are settled already, such as ``hostname``,
        ``controller`` or ``in_front``.

    Returns
    -------
    Decision
        Ranked by :data:`aws_lb_sim.decide.rank.RANKING_RULE`. Designs of one family
        with the same verdicts stand behind the simplest of them.

    Raises
    ------
    InputError
        An unknown requirement, answer, field or value.

    Examples
    --------
    >>> made = decide({"acm-certificates": "must", "http2": "must"}, controller="cloudformation")
    >>> made.recommended.tls_termination
    'load-balancer'
    """
    wishes = _wishes(answers, load)
    settings = {key: value for each, _ in wishes for key, value in each.settings.items()}
    with _no_garbage():
        found = candidates(emissary_version, settings, fixed)
        return _ranked(wishes, found, emissary_version, load)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Pause the search for cycles: all that is made here is kept, and it would take half the time.

    Measured on CPython 3.11: 2.5 s with it, 1.2 s without.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _ranked(
    wishes: tuple[tuple[Requirement, Wish], ...],
    found: tuple[Candidate, ...],
    emissary_version: str,
    load: Load | None,
) -> Decision:
    options = [_option(each, wishes, load) for each in found]
    return Decision(
        wishes=wishes,
        options=_collapsed(sorted(options, key=lambda option: option.key)),
        emissary_version=emissary_version,
        load=load,
        found=found,
    )


def _wishes(answers: Mapping[str, Wish], load: Load | None) -> tuple[tuple[Requirement, Wish], ...]:
    known = {each.id: each for each in requirements(load)}
    for key, wish in answers.items():
        if key not in known:
            raise _unknown(key, known)
        if wish not in get_args(Wish):
            listed = ", ".join(get_args(Wish))
            raise InputError(f"{key} is {wish!r}", where="the answers", mend=f"say one of {listed}")
    asked = [(each, answers[each.id]) for each in known.values() if answers.get(each.id) in _ASKED]
    return (SERVES_FIRST, *sorted(asked, key=lambda pair: _ASKED.index(pair[1])))


_ASKED: tuple[Wish, ...] = ("must", "want")


def _unknown(key: str, known: Mapping[str, Requirement]) -> InputError:
    if key == "within-budget":
        mend = "give a load with a monthly_budget"
    else:
        close = get_close_matches(key, known, n=2)
        likely = f"perhaps {' or '.join(close)}; " if close else ""
        mend = f"{likely}one can ask for {', '.join(known)}"
    return InputError(f"{key!r} cannot be asked for", where="the answers", mend=mend)


def _option(
    candidate: Candidate, wishes: tuple[tuple[Requirement, Wish], ...], load: Load | None
) -> Option:
    load_balancer = candidate.behaviour.cluster.load_balancer
    return Option(
        candidate=candidate,
        wishes=wishes,
        verdicts={each.id: verdict(candidate, each) for each, _ in wishes},
        cost=None if load is None or load_balancer is None else cost(load_balancer, load),
    )


def _collapsed(ranked: list[Option]) -> tuple[Option, ...]:
    """Let the best of those that do the same stand for all of them; the order stays."""
    groups: dict[Any, list[Option]] = {}
    for option in ranked:
        met = tuple(each.holds for each in option.verdicts.values())
        groups.setdefault((family(option.design), met), []).append(option)
    return tuple(
        replace(first, alike=tuple(each.design for each in others))
        for first, *others in groups.values()
    )
