"""A decision as HTML without scripts: what is recommended, and every other kind with its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.decide.names import details, name
from aws_lb_sim.decide.requirements import requirements
from aws_lb_sim.views.decision import behind, hangs_on, sign
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.scene import GREY, VERDICT_COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aws_lb_sim.decide.cost import Load
    from aws_lb_sim.decide.decision import Decision
    from aws_lb_sim.decide.rank import Option
    from aws_lb_sim.decide.requirement import Requirement, Verdict

__all__ = [
    "MOST_SHOWN",
    "alternatives_html",
    "hangs_on_html",
    "recommendation_html",
    "recommendations_html",
    "requirements_html",
    "to_html",
]

MOST_SHOWN = 8
"""More kinds of design than these are folded away."""

_PAGE = "font-family:system-ui,sans-serif;color:#1a1a1a;background:#fff;padding:4px;line-height:1.4"
_CELL = "padding:3px 8px;border:1px solid #ddd;text-align:left;vertical-align:top"
_LIST = "list-style:none;margin:0;padding:0"
_ITEM = "border-top:1px solid #ddd;padding:6px 4px;margin:0"
_BEST = "border:2px solid #1a1a1a;padding:6px;margin:0"
# As many columns as fit, equally wide in every item: so the signs stand in columns.
_SIGNS = (
    "display:grid;grid-template-columns:repeat(auto-fill,minmax(92px,1fr));gap:3px;"
    "font-size:78%;line-height:1.3;margin:3px 0"
)
_CHIP = "padding:1px 4px;white-space:nowrap"
_TINTS = {True: "#e3f1ea", False: "#fbe9dd"}
_REQUIREMENT_HEADS = ("Id", "What is asked", "Decided by")


def to_html(decision: Decision) -> Markup:
    """Show a decision as HTML without scripts, every text escaped.

    Parameters
    ----------
    decision
        With a recommended design, or without one.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> "Recommended: ALB" in to_html(decide({"waf": "must"}, load_balancer="alb"))
    True
    """
    return element("div", recommendation_html(decision), alternatives_html(decision), style=_PAGE)


def recommendation_html(decision: Decision) -> Markup:
    """Show what is recommended, and how it meets each thing that was asked."""
    best = decision.best
    if best is None:
        words = f"None of {decision.considered} designs does all that it must."
        return element("div", element("strong", words, style="font-size:115%"), style=_PAGE)
    return element(
        "div",
        element("strong", f"Recommended: {name(best.design)}", style="font-size:115%"),
        element("div", details(best.design)),
        element("ul", *_verdicts(decision, best), style="margin:6px 0;padding-left:20px"),
        *_cost(best),
        style=_PAGE,
    )


def _verdicts(decision: Decision, option: Option) -> Iterator[Markup]:
    for requirement, wish in decision.wishes:
        verdict = option.verdicts[requirement.id]
        head = element(
            "strong", f"{sign(verdict)} {requirement.question}", style=f"color:{_colour(verdict)}"
        )
        yield element("li", head, f" ({wish}): {verdict.reason}")


def _cost(option: Option) -> Iterator[Markup]:
    if option.cost is not None:
        style = "white-space:pre-wrap;font-size:85%;margin:6px 0"
        yield element("pre", str(option.cost), style=style)


def alternatives_html(decision: Decision) -> Markup:
    """Show the best of each kind against what was asked, ranked, each with why it is not first."""
    caption = (
        f"The best of each kind among {decision.considered} simulated designs, best first; "
        "✓ meets it, ✗ does not"
    )
    shown, folded = decision.families[:MOST_SHOWN], decision.families[MOST_SHOWN:]
    parts = [element("div", caption, style="padding:4px 0"), _ranked(decision, shown)]
    if folded:
        words = f"{len(folded)} more kinds, which do worse"
        summary = element("summary", words, style="cursor:pointer;padding:4px 0")
        parts.append(element("details", summary, _ranked(decision, folded)))
    return element("div", *parts)


def _ranked(decision: Decision, options: Sequence[Option]) -> Markup:
    return element("ol", *(_item(decision, each) for each in options), style=_LIST)


def _item(decision: Decision, option: Option) -> Markup:
    is_best = option is decision.best
    head = element("strong", f"{'★ ' if is_best else ''}{name(option.design)}")
    words = details(option.design)
    if option.cost is not None:
        words += f" · ${option.cost.dollars:,.2f} a month"
    made = element("span", f" {words}", style=f"color:{GREY};font-size:85%")
    signs = (_sign(each, option.verdicts[each.id], wish) for each, wish in decision.wishes)
    reasons = option.reasons or ((behind(decision, option),) if not is_best else ())
    why = [element("li", each) for each in reasons]
    parts = [element("div", head, made), element("div", *signs, style=_SIGNS)]
    if why:
        parts.append(element("ul", *why, style="margin:0;padding-left:20px;font-size:90%"))
    return element("li", *parts, style=_BEST if is_best else _ITEM)


def _sign(requirement: Requirement, verdict: Verdict, wish: str) -> Markup:
    said = requirement.label if wish == "must" else f"{requirement.label} ({wish})"
    return element(
        "span",
        f"{sign(verdict)} {said}",
        title=f"{requirement.question}: {verdict.reason}",
        style=f"{_CHIP};background:{_TINTS[verdict.holds]};color:{_colour(verdict)}",
    )


def _colour(verdict: Verdict) -> str:
    return VERDICT_COLOURS["good" if verdict.holds else "bad"]


def _asked(requirement: Requirement) -> Markup:
    help_ = element("div", requirement.help, style=f"color:{GREY};font-size:90%")
    return element("div", requirement.question, help_)


def hangs_on_html(decision: Decision) -> Markup:
    """Show without which musts another design would come first, and which."""
    rows = hangs_on(decision)
    if not rows:
        return element("p", "Without any one of the requirements it would be the same.")
    return _table(("Without", "First would be"), rows)


def recommendations_html(decisions: Iterable[Decision]) -> Markup:
    """Show what was recommended for several needs, a row for each.

    Parameters
    ----------
    decisions
        One for each need; what all of them ask for is left out.
    """
    made = tuple(decisions)
    common = set.intersection(*({each.id for each, _ in one.wishes} for one in made))
    rows = [
        (" + ".join(each.label for each, _ in one.wishes if each.id not in common), _in_short(one))
        for one in made
    ]
    return _table(("Asked for as well", "Recommended"), rows)


def _in_short(decision: Decision) -> str:
    if decision.recommended is None:
        return f"none of {decision.considered} designs does all that"
    return f"{name(decision.recommended)} ({details(decision.recommended)})"


def _heads(heads: Sequence[str]) -> Iterator[Markup]:
    return (element("th", each, scope="col", style=_CELL) for each in heads)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    lines = [
        element(
            "tr",
            element("th", first, scope="row", style=_CELL),
            *(element("td", each, style=_CELL) for each in others),
        )
        for first, *others in rows
    ]
    table = element(
        "table",
        element("thead", element("tr", *_heads(heads))),
        element("tbody", *lines),
        style="border-collapse:collapse;font-size:90%",
    )
    return element("div", table, style=f"{_PAGE};overflow-x:auto")


def requirements_html(load: Load | None = None) -> Markup:
    """Show everything that one can ask for, as a table.

    Parameters
    ----------
    load
        With a budget, that can be asked for as well.

    Examples
    --------
    >>> "Fixed addresses (Elastic IP)" in requirements_html()
    True
    """
    rows = [(each.id, _asked(each), each.basis) for each in requirements(load)]
    return _table(_REQUIREMENT_HEADS, rows)
