"""The page that says what is and is not modelled cannot fall behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import modelled

PAGE = Path(__file__).parent.parent / "docs" / "modelled.md"
RULES = modelled.all_rules()


def test_the_page_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == modelled.write_page(), (
        "renew it: python -m tools.modelled > docs/modelled.md"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_stands_on_the_page_once_with_its_source(rule):
    lines = modelled.write_page().splitlines()
    at = [number for number, line in enumerate(lines) if line.startswith(f"- `{rule.id}` ")]
    assert len(at) == 1
    assert lines[at[0]] == f"- `{rule.id}` {rule.text}"
    assert lines[at[0] + 1] == f"  *Source: {rule.source}*"
    assert rule.source.strip()
    assert rule.text.endswith(".")


def test_rules_are_found_in_every_room():
    boxes = {rule.id.split(".")[0] for rule in RULES}
    assert {"alb", "classic", "cloudfront", "emissary", "envoy", "nlb", "node"} <= boxes


def test_a_rule_without_a_box_is_refused(monkeypatch):
    monkeypatch.setattr(modelled, "BOXES", modelled.BOXES[1:])
    with pytest.raises(ValueError, match="belongs to no box"):
        modelled.write_page()


def test_what_the_findings_call_not_modelled_is_on_the_page():
    text = modelled.write_page()
    assert all(what in text for what in modelled.LEFT_OUT)
