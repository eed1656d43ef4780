"""Requirements to answer in a notebook, what then is recommended, and that in the explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

import ipywidgets as widgets  # type: ignore[import-untyped]

from aws_lb_sim.decide.cost import Load
from aws_lb_sim.decide.decision import PAGE_ANSWERS, decide
from aws_lb_sim.decide.requirement import Wish
from aws_lb_sim.decide.requirements import requirements
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.codes import encode
from aws_lb_sim.explorer.scenario import Ask, Scenario
from aws_lb_sim.explorer.widget import Explorer
from aws_lb_sim.views.decision_html import to_html
from aws_lb_sim.views.panels import message_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.decide.decision import Decision

__all__ = ["DecidePanel", "decide_panel", "open_recommended"]

_WISHES: tuple[Wish, ...] = ("must", "want", "don't care")
_LOAD = {
    "new_connections": "New connections a second",
    "active_connections": "Connections at one time",
    "gigabytes": "Gigabytes an hour",
    "monthly_budget": "Budget, $ a month (0: none)",
}
# Long questions go on in a second line; ipywidgets would cut them off.
_STYLE = (
    "<style>.lb-decide .widget-label{white-space:normal;line-height:1.2;height:auto;"
    "min-height:28px;display:flex;align-items:center;overflow:visible;text-align:left}"
    ".lb-decide .widget-inline-hbox{height:auto;min-height:28px;align-items:center}</style>"
)
_COLUMNS = widgets.Layout(
    grid_template_columns="repeat(auto-fit, minmax(350px, 1fr))", grid_gap="2px 28px"
)


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


def open_recommended(decision: Decision) -> Explorer:
    """Open the recommended design in the explorer, asked for a host that it serves.

    Parameters
    ----------
    decision
        With a recommended design.

    Raises
    ------
    InputError
        No design does all that it must.

    Examples
    --------
    >>> open_recommended(decide({"waf": "must"}, load_balancer="alb")).design.load_balancer
    'alb'
    """
    return Explorer(code=_code(decision))


def _code(decision: Decision) -> str:
    if decision.best is None:
        mend = "ask for less: make a must a want"
        raise InputError("no design does all that it must", where="the decision", mend=mend)
    host = decision.best.candidate.behaviour.host
    return encode(Scenario(design=decision.best.design, ask=Ask(host=host)))


class DecidePanel(widgets.VBox):  # type: ignore[misc]  # a library without types
    """A choice for each requirement, the load, and below them the decision.

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
    explorer
        Shows the recommended design once somebody asked for it, None before.
    """

    def __init__(self, answers: Mapping[str, Wish], settled: Mapping[str, Any]) -> None:
        self.settled = dict(settled)
        given = self.settled.pop("load", None)
        self.decision: Decision = decide(answers, load=given, **self.settled)
        self.explorer: Explorer | None = None
        self.choices = {
            each.id: _choice(each.question, each.help, answers.get(each.id, _WISHES[-1]))
            for each in requirements()
        }
        self.load = {key: _amount(words, given, key) for key, words in _LOAD.items()}
        self.status = widgets.HTML()
        self.result = widgets.HTML(to_html(self.decision))
        self.button = widgets.Button(
            description="Open it in the explorer",
            tooltip="Watch a request travel through the recommended design, and change it",
            layout=widgets.Layout(width="auto", align_self="flex-start"),
        )
        self.opened = widgets.VBox()
        for control in (*self.choices.values(), *self.load.values()):
            control.observe(self.on_change, names="value")
        self.button.on_click(self.on_open)
        self._after_decision()
        super().__init__(
            [
                widgets.HTML(_STYLE),
                widgets.GridBox(tuple(self.choices.values()), layout=_COLUMNS),
                widgets.HTML("<strong>What it has to carry</strong> (for the cost; 0: not said)"),
                widgets.GridBox(tuple(self.load.values()), layout=_COLUMNS),
                self.status,
                self.button,
                self.result,
                self.opened,
            ]
        )
        self.add_class("lb-decide")

    def on_change(self, _change: object = None) -> None:
        """Decide anew; what cannot be decided is said in the panel."""
        self.status.value = message_html("neutral", "Deciding …")
        try:
            self.decision = decide(self.answers, load=self.carried, **self.settled)
        except InputError as error:
            self.status.value = message_html("bad", str(error))
            return
        self.result.value = to_html(self.decision)
        self._after_decision()

    def on_open(self, _button: object = None) -> None:
        """Show the recommended design in the explorer, below the decision."""
        try:
            if self.explorer is None:
                self.explorer = open_recommended(self.decision)
                self.opened.children = (self.explorer,)
            else:
                self.explorer.code = _code(self.decision)
        except InputError as error:
            self.status.value = message_html("bad", str(error))

    def _after_decision(self) -> None:
        found = self.decision.recommended is not None
        self.button.disabled = not found
        words = f"Decided among {self.decision.considered} designs."
        self.status.value = message_html("good" if found else "caution", words)

    @property
    def answers(self) -> dict[str, Wish]:
        """What is chosen, without what nobody cares about; a budget that is given is a must."""
        asked = {key: each.value for key, each in self.choices.items() if each.value != _WISHES[-1]}
        carried = self.carried
        if carried is not None and carried.monthly_budget is not None:
            asked["within-budget"] = "must"
        return cast("dict[str, Wish]", asked)

    @property
    def carried(self) -> Load | None:
        """What is to be carried, None where nothing is said of it."""
        said = {key: each.value for key, each in self.load.items() if each.value}
        return Load(**said) if said else None

    def __repr__(self) -> str:
        return f"Requirements, {len(self.answers)} of them asked for: run the cell to change them"


def _choice(question: str, tooltip: str, value: Wish) -> Any:
    return widgets.Dropdown(
        description=question,
        options=get_args(Wish),
        value=value,
        tooltip=tooltip,
        style={"description_width": "calc(100% - 112px)"},
        layout=widgets.Layout(width="auto", height="auto"),
    )


def _amount(words: str, given: Load | None, key: str) -> Any:
    return widgets.BoundedFloatText(
        description=words,
        value=getattr(given, key, None) or 0,
        min=0,
        max=1e12,
        style={"description_width": "calc(100% - 112px)"},
        layout=widgets.Layout(width="auto", height="auto"),
    )
