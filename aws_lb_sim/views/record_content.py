"""What stands in an architecture decision record, whatever it is written as."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from aws_lb_sim.decide.names import details, name
from aws_lb_sim.decide.probes import CLIENT, FORGED
from aws_lb_sim.decide.rank import RANKING_RULE
from aws_lb_sim.design.derived import resolved
from aws_lb_sim.errors import InputError
from aws_lb_sim.simulation import simulate
from aws_lb_sim.views.card import make_card
from aws_lb_sim.views.decision import behind, changed, hangs_on, sign
from aws_lb_sim.views.record_checks import set_up, verification
from aws_lb_sim.views.roll_back import roll_back
from aws_lb_sim.views.svg import to_svg
from aws_lb_sim.views.text import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.decide.decision import Decision
    from aws_lb_sim.decide.rank import Option
    from aws_lb_sim.flow import Flow

__all__ = ["Pictured", "RecordHead", "content", "pictured", "recommended"]

MOST_REJECTED = 12
"""More kinds of design than these are counted, not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHead:
    """What only people can say about a decision; plain text, whatever is in it.

    Parameters
    ----------
    title
        Of the record; empty for one made of the recommended design's name.
    context
        Why a decision is due; blank lines part paragraphs.
    status
        ``proposed``, ``accepted``, ….
    deciders
        Who decides.
    date
        As it is to stand there; empty for none, so that nothing depends on the day.

    Examples
    --------
    >>> RecordHead(status="accepted").date
    ''
    """

    title: str = ""
    context: str = ""
    status: str = "proposed"
    deciders: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        for each in fields(self):
            if not isinstance(getattr(self, each.name), str):
                raise InputError(f"{each.name} is no text", where="the record's head")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """A flow that stands in the record, with its picture's name and title."""

    key: str
    title: str
    flow: Flow

    @property
    def picture(self) -> Any:
        """The picture, as markup that needs no escaping."""
        from markupsafe import Markup

        return Markup(to_svg(self.flow))  # noqa: S704  (to_svg escapes every text)

    @property
    def text(self) -> str:
        """The flow hop by hop."""
        return describe(self.flow)

    @property
    def card(self) -> str:
        """What Emissary sees."""
        return str(make_card(self.flow))


def recommended(decision: Decision) -> Option:
    """Return the option that is recommended.

    Raises
    ------
    InputError
        None does all that it must.
    """
    if decision.best is None:
        raise InputError(
            "no design does all that it must, so that there is nothing to record",
            where="the decision",
            mend="ask for less: make a must a want",
        )
    return decision.best


def pictured(best: Option) -> tuple[Pictured, ...]:
    """Send the requests that the record shows: one that forges its address, and one over http."""
    behaviour = best.candidate.behaviour
    forged = simulate(
        behaviour.cluster,
        f"https://{behaviour.host}/",
        client_ip=CLIENT,
        headers=(("X-Forwarded-For", FORGED),),
    )
    plain = simulate(behaviour.cluster, f"http://{behaviour.host}/", client_ip=CLIENT)
    return (
        Pictured(
            key="https",
            title="A request over https, with a forged X-Forwarded-For",
            flow=forged,
        ),
        Pictured(key="http", title="A request over http", flow=plain),
    )


def content(decision: Decision, head: RecordHead | None) -> dict[str, Any]:
    """Return what the templates are filled with, all of it plain text but for the pictures.

    Parameters
    ----------
    decision
        With a recommended design.
    head
        What only people can say; None for nothing.

    Returns
    -------
    dict
        By the names that the templates use.

    Raises
    ------
    InputError
        No design does all that it must.
    """
    best = recommended(decision)
    head = head or RecordHead()
    others = [each for each in decision.families if each is not best]
    rejected = [each for each in others if not each.holds]
    flows = pictured(best)
    title = f"{name(best.design)} in front of Emissary-ingress {decision.emissary_version}"
    return {
        "head": head,
        "title": head.title or title,
        "paragraphs": [each for each in re.split(r"\n\s*\n", head.context) if each.strip()],
        "decision": decision,
        "best": best,
        "name": name(best.design),
        "details": details(best.design),
        "met": [
            (each.question, wish, sign(best.verdicts[each.id]), best.verdicts[each.id])
            for each, wish in decision.wishes
        ],
        "choices": [(each, str(value)) for each, value in _choices(best)],
        "flows": flows,
        "findings": _findings(flows),
        "also": [_told(decision, each) for each in others if each.holds],
        "rejected": [_told(decision, each) for each in rejected[:MOST_REJECTED]],
        "left_out": max(0, len(rejected) - MOST_REJECTED),
        "hangs_on": hangs_on(decision),
        "ranking": RANKING_RULE,
        "files": list(best.candidate.manifests.bundle().files.items()),
        "set_up": set_up(best),
        "steps": verification(best),
        "back": roll_back(best),
        "cost": best.cost,
        "sources": _sources(decision, best),
    }


def _told(decision: Decision, option: Option) -> dict[str, Any]:
    return {
        "name": name(option.design),
        "details": details(option.design),
        "reasons": option.reasons or (behind(decision, option),),
        "changed": changed(decision, option),
        "alike": len(option.alike),
    }


def _choices(best: Option) -> list[tuple[str, object]]:
    design = resolved(best.design)
    named = [(each.name, getattr(design, each.name)) for each in fields(design)]
    return [(field, value) for field, value in named if value not in (None, ())]


def _findings(flows: Sequence[Pictured]) -> list[Any]:
    found = [finding for each in flows for finding in each.flow.findings]
    return list(dict.fromkeys(found))


def _sources(decision: Decision, best: Option) -> list[str]:
    """Return what the verdicts rest on, each once, in order."""
    named = [best.verdicts[each.id].source for each, _ in decision.wishes]
    asked = [each.source for each, _ in decision.wishes]
    priced = [line.source for line in best.cost.lines] if best.cost else []
    return list(dict.fromkeys(each for each in (*named, *asked, *priced) if each))
