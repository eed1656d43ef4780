from __future__ import annotations

import pytest

from aws_lb_sim.decide.decision import PAGE_ANSWERS
from aws_lb_sim.views.decide_panel import decide_panel


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


def test_what_cannot_be_decided_is_said_in_the_panel_in_words(panel):
    panel.settled["hostname"] = "not a name"
    panel.on_change()
    assert "hostname is" in panel.result.value
    assert panel.decision.recommended is not None


def test_every_requirement_can_be_answered_and_says_what_it_means(panel):
    for choice in panel.choices.values():
        assert list(choice.options) == ["must", "want", "don't care"]
        assert choice.tooltip


def test_it_says_what_it_is_without_a_browser(panel):
    assert repr(panel) == "Requirements, 1 of them asked for: run the cell to change them"
