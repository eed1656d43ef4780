"""Designs side by side."""

from __future__ import annotations

import pytest

from aws_lb_sim.design.design import Design
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer import Ask, compare
from aws_lb_sim.explorer.codes import encode
from aws_lb_sim.explorer.scenario import start


def test_differences_are_marked_and_the_same_is_not():
    found = compare("recommended-nlb", "tls-at-emissary-nlb")
    table = found.table()
    assert table.loc[("1", "emissary", "PROXY protocol"), "differs"] == "≠"
    assert table.loc[("1", "load-balancer", "TLS"), "differs"] == ""
    differences = found.differences()
    assert len(differences) == (table["differs"] == "≠").sum()
    assert "differs" not in differences.columns


def test_designs_presets_and_codes_can_be_mixed():
    code = encode(start("tls-at-l7-alb"))
    found = compare(Design(), "recommended-nlb", code, request=Ask(scheme="http"))
    assert list(found.flows) == ["design A", "recommended-nlb", "design C"]
    assert {flow.exchanges[0].url for flow in found.flows.values()} == {"http://shop.example.com/"}


def test_a_design_against_itself_differs_in_nothing():
    found = compare("recommended-nlb", "recommended-nlb")
    assert list(found.flows) == ["recommended-nlb", "recommended-nlb (again)"]
    assert found.differences().empty
    assert "≠" not in found._repr_html_()


def test_a_box_that_one_design_lacks_is_marked():
    html = compare("recommended-nlb", "tls-at-l7-alb")._repr_html_()
    assert "≠ not on the way" in html


@pytest.mark.parametrize("designs", [["recommended-nlb"], ["recommended-nlb"] * 5])
def test_fewer_than_two_or_more_than_four_are_refused(designs):
    with pytest.raises(InputError, match="give 2 to 4"):
        compare(*designs)


def test_what_is_no_design_is_refused_in_words():
    with pytest.raises(InputError, match="recommended-nlb"):
        compare("recommended-nbl", "recommended-nlb")


def test_hostile_text_is_escaped():
    ask = Ask(path="/<script>alert(1)</script>", headers="X-Forwarded-For: <img src=x onerror=1>")
    html = compare("recommended-nlb", "tls-at-l7-elb", request=ask)._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
