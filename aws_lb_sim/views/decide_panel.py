"""Requirements to answer in a notebook, and what then is recommended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import ipywidgets as widgets  # type: ignore[import-untyped]

from aws_lb_sim.decide.decision import PAGE_ANSWERS, decide
from aws_lb_sim.decide.requirement import Wish
from aws_lb_sim.decide.requirements import requirements
from aws_lb_sim.errors import InputError
from aws_lb_sim.views.decision_html import to_html
from aws_lb_sim.views.panels import message_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.decide.decision import Decision

__all__ = ["DecidePanel", "decide_panel"]

_WISHES: tuple[Wish, ...] = ("must", "want", "don't care")


def decide_panel(answers: Mapping[str, Wish] | None = None, **settled: Any) -> DecidePanel:
    """Return the panel, ready to be shown in a notebook.

    Parameters
    ----------
    answers
        Where to start; None is what Emissary's AWS page takes for granted.
    **settled
        What :func:`aws_lb_sim.decide.decision.decide` is told besides:
        ``emissary_version``, ``load``, or fields of a Design.

    Returns
    -------
    DecidePanel
        A widget; its ``decision`` is what it shows.

    Examples
    --------
    >>> decide_panel({"waf": "must"}, load_balancer="alb").decision.recommended.load_balancer
    'alb'
    """
    return DecidePanel(PAGE_ANSWERS if answers is None else answers, settled)


class DecidePanel(widgets.VBox):  # type: ignore[misc]  # a library without types
    """A choice for each requirement, and below them the decision.

    Parameters
    ----------
    answers
        Where to start.
    settled
        What is not asked.

    Attributes
    ----------
    decision
        What is shown; the last one that could be made.
    """

    def __init__(self, answers: Mapping[str, Wish], settled: Mapping[str, Any]) -> None:
        self.settled = dict(settled)
        self.decision: Decision = decide(answers, **self.settled)
        self.choices = {
            each.id: _choice(each.question, each.help, answers.get(each.id, _WISHES[-1]))
            for each in requirements(self.settled.get("load"))
        }
        self.result = widgets.HTML(to_html(self.decision))
        for choice in self.choices.values():
            choice.observe(self.on_change, names="value")
        layout = widgets.Layout(grid_template_columns="repeat(2, minmax(380px, 1fr))")
        super().__init__(
            [widgets.GridBox(tuple(self.choices.values()), layout=layout), self.result]
        )

    def on_change(self, _change: object = None) -> None:
        """Decide anew; what cannot be decided is said in the panel."""
        try:
            self.decision = decide(self.answers, **self.settled)
            self.result.value = to_html(self.decision)
        except InputError as error:
            self.result.value = message_html("bad", str(error))

    @property
    def answers(self) -> dict[str, Wish]:
        """What is chosen, without what nobody cares about."""
        return {key: each.value for key, each in self.choices.items() if each.value != _WISHES[-1]}

    def __repr__(self) -> str:
        return f"Requirements, {len(self.answers)} of them asked for: run the cell to change them"


def _choice(question: str, tooltip: str, value: Wish) -> Any:
    return widgets.Dropdown(
        description=question,
        options=get_args(Wish),
        value=value,
        tooltip=tooltip,
        style={"description_width": "270px"},
        layout=widgets.Layout(width="auto"),
    )
