from __future__ import annotations

import pytest

from aws_lb_sim.decide.cost import Load
from aws_lb_sim.decide.decision import PAGE_ANSWERS, decide
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.decide_panel import decide_panel, open_recommended


@pytest.fixture
def panel():
    return decide_panel({"redirect": "must"}, load_balancer="alb")


def test_it_starts_from_what_the_page_takes_for_granted():
    assert decide_panel(load_balancer="nlb").answers == PAGE_ANSWERS


def test_an_answer_changes_the_decision_and_what_is_shown(panel):
    before = panel.result.value
    panel.choices["no-controller"].value = "must"
    assert panel.answers == {"redirect": "must", "no-controller": "must"}
    assert panel.decision.recommended.controller == "cloudformation"
    assert panel.result.value != before
    panel.choices["no-controller"].value = "don't care"
    assert panel.result.value == before


def test_what_cannot_be_had_is_said_in_the_panel(panel):
    panel.choices["static-ip"].value = "must"
    assert panel.decision.recommended is None
    assert "None of" in panel.result.value
    assert panel.button.disabled
    panel.choices["static-ip"].value = "want"
    assert not panel.button.disabled


def test_what_cannot_be_decided_is_said_in_the_panel_in_words(panel):
    panel.settled["hostname"] = "not a name"
    panel.on_change()
    assert "hostname is" in panel.status.value
    assert panel.decision.recommended is not None


def test_a_load_shows_what_it_costs_and_a_budget_is_a_must(panel):
    assert "a month" not in panel.result.value
    panel.load["new_connections"].value = 500
    assert f"${panel.decision.best.cost.dollars:,.2f} a month" in panel.result.value
    panel.load["monthly_budget"].value = 1
    assert panel.answers["within-budget"] == "must"
    assert panel.decision.recommended is None
    panel.load["monthly_budget"].value = 0
    assert panel.decision.recommended is not None


def test_it_starts_from_a_load_that_is_given():
    given = Load(new_connections=10, monthly_budget=500)
    panel = decide_panel({"redirect": "must"}, load_balancer="nlb", load=given)
    assert panel.carried == given


def test_the_button_opens_what_is_recommended_in_the_explorer(panel):
    panel.button.click()
    assert panel.opened.children == (panel.explorer,)
    assert panel.explorer.design == panel.decision.recommended
    assert panel.explorer.outcome.flow.status == 200
    # The same explorer follows when it is asked again.
    first = panel.explorer
    panel.choices["no-controller"].value = "must"
    panel.button.click()
    assert panel.explorer is first
    assert first.design == panel.decision.recommended
    assert first.design.controller == "cloudformation"


def test_the_explorer_asks_for_a_host_that_the_design_serves():
    made = decide({"redirect": "must"}, load_balancer="nlb", hostname="*.example.org")
    explorer = open_recommended(made)
    assert explorer.outcome.flow.exchanges[0].url.startswith("https://www.example.org/")
    assert explorer.outcome.flow.status == 200


def test_nothing_recommended_is_nothing_to_open():
    made = decide({"waf": "must", "static-ip": "must"}, load_balancer="alb")
    with pytest.raises(InputError, match="make a must a want"):
        open_recommended(made)


def test_every_requirement_can_be_answered_and_says_what_it_means(panel):
    for choice in panel.choices.values():
        assert list(choice.options) == ["must", "want", "don't care"]
        assert choice.tooltip


def test_it_says_what_it_is_without_a_browser(panel):
    assert repr(panel) == "Requirements, 1 of them asked for: run the cell to change them"
