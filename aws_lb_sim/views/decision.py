"""A decision as text and as a table: what is recommended, and why not the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.decide.names import details, differences, name
from aws_lb_sim.views.card import SIGNS
from aws_lb_sim.views.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from aws_lb_sim.decide.decision import Decision
    from aws_lb_sim.decide.rank import Option
    from aws_lb_sim.decide.requirement import Verdict

__all__ = [
    "behind",
    "changed",
    "describe",
    "hangs_on",
    "sign",
    "to_frame",
]

_MOST_OTHERS = 12


def sign(verdict: Verdict) -> str:
    """Return ✓ or ✗.

    Examples
    --------
    >>> from aws_lb_sim.decide.requirement import Verdict
    >>> sign(Verdict(holds=False, reason="no web ACL"))
    '✗'
    """
    return SIGNS["good" if verdict.holds else "bad"]


def to_frame(decision: Decision, *, every: bool = False) -> pd.DataFrame:
    """Return the ranking as a table.

    Parameters
    ----------
    decision
        What was decided.
    every
        Whether to give every option, not only the best of each kind.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``rank`` from 1: ``design`` and ``made`` in words, ``meets all``
        (bool), a ✓ or ✗ for each requirement asked for, the effort, the cost in US
        dollars a month where a load was given, and ``why not``.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> list(to_frame(decide({"waf": "must"}, load_balancer="alb")).columns)[:5]
    ['design', 'made', 'meets all', 'serves', 'WAF']
    """
    import pandas as pd

    options = decision.options if every else decision.families
    ranks = [decision.options.index(each) + 1 for each in options]
    rows = [_row(decision, each) for each in options]
    return pd.DataFrame(rows, index=pd.Index(ranks, name="rank"))


def _row(decision: Decision, option: Option) -> dict[str, object]:
    row: dict[str, object] = {
        "design": name(option.design),
        "made": details(option.design),
        "meets all": option.holds,
    }
    row |= {each.label: sign(option.verdicts[each.id]) for each, _ in decision.wishes}
    row |= {
        "manual steps": option.effort.manual_steps,
        "to install": option.effort.to_install,
        "settings": option.effort.settings,
    }
    if option.cost is not None:
        row["$ a month"] = option.cost.dollars
    row["why not"] = "; ".join(option.reasons) or behind(decision, option)
    return row


def behind(decision: Decision, option: Option) -> str:
    """Say why an option that meets all the musts is not the one recommended.

    Empty for the one that is.
    """
    best = decision.best
    if best is None or option is best or not option.holds:
        return ""
    mine, its = option.effort, best.effort
    if mine.manual_steps != its.manual_steps:
        return f"meets all, but takes {mine.manual_steps} steps by hand"
    if mine.to_install != its.to_install:
        needs = "the AWS Load Balancer Controller"
        if option.candidate.manifests.cloudformation is not None:
            needs = "a CloudFormation stack"
        return f"meets all, but needs {needs} beside the manifests"
    if mine.settings != its.settings:
        return f"meets all, but has {mine.settings - its.settings} more settings in its manifests"
    if option.cost and best.cost and option.cost.dollars != best.cost.dollars:
        return f"meets all, but costs ${option.cost.dollars:,.2f} a month"
    return "meets all, and is no simpler"


def hangs_on(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Say without which musts another design would be recommended, and which.

    Parameters
    ----------
    decision
        With a recommended design, or without one.

    Returns
    -------
    tuple
        (question, what would be recommended without it), for each must that matters.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> asked = {"waf": "must", "redirect": "must"}
    >>> hangs_on(decide(asked, controller="aws-load-balancer-controller"))[0][0]
    'AWS WAF in front'
    """
    found = []
    for requirement, wish in decision.wishes[1:]:
        if wish != "must":
            continue
        other = decision.without(requirement.id).recommended
        if other is not None and other != decision.recommended:
            found.append((requirement.question, f"{name(other)} ({details(other)})"))
    return tuple(found)


def describe(decision: Decision) -> str:
    """Describe a decision for a terminal: requirements, recommendation, alternatives.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> print(describe(decide({"waf": "must"}, load_balancer="alb")).splitlines()[0])
    ALB, TLS at the load balancer, X-Forwarded-For
    """
    return "\n".join(printable(line) for line in _lines(decision))


def _lines(decision: Decision) -> Iterator[str]:
    best = decision.best
    if best is None:
        yield f"None of {decision.considered} designs does all that it must."
        first = decision.options[:1]
        yield from (f"The nearest: {name(each.design)} ({details(each.design)})" for each in first)
        shown = first[0] if first else None
    else:
        yield name(best.design)
        yield f"  {details(best.design)}"
        yield (
            f"  recommended among {decision.considered} designs, simulated with Emissary "
            f"{decision.emissary_version}"
        )
        shown = best
    if shown is not None:
        yield ""
        for requirement, wish in decision.wishes:
            verdict = shown.verdicts[requirement.id]
            yield f"  {sign(verdict)} {wish}  {requirement.question}: {verdict.reason}"
    others = [each for each in decision.families if each is not best][:_MOST_OTHERS]
    yield from _others("Also possible", [each for each in others if each.holds], decision)
    yield from _others("Rejected", [each for each in others if not each.holds], decision)


def _others(heading: str, options: list[Option], decision: Decision) -> Iterator[str]:
    if options:
        yield ""
        yield heading
    for option in options:
        yield f"  {name(option.design)} ({details(option.design)})"
        for reason in option.reasons or (behind(decision, option),):
            yield f"      {reason}"


def changed(decision: Decision, option: Option) -> str:
    """Say in which fields an option differs from the one recommended."""
    if decision.recommended is None:
        return ""
    return ", ".join(
        f"{field.replace('_', ' ')} {_said(other)} instead of {_said(value)}"
        for field, value, other in differences(decision.recommended, option.design)
    )


def _said(value: str) -> str:
    return {"True": "on", "False": "off", "None": "unset"}.get(value, value)
