from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from aws_lb_sim.decide.decision import PAGE_ANSWERS, decide
from aws_lb_sim.decide.names import name
from aws_lb_sim.decide.requirements import requirements
from aws_lb_sim.views.decision import behind, hangs_on
from aws_lb_sim.views.decision_figure import MOST_ROWS, alternative_text
from aws_lb_sim.views.decision_html import (
    MOST_SHOWN,
    hangs_on_html,
    recommendations_html,
    to_html,
)
from aws_lb_sim.views.figure import png


@pytest.fixture(scope="module")
def page():
    return decide(PAGE_ANSWERS)


@pytest.fixture(scope="module")
def everything():
    return decide(dict.fromkeys((each.id for each in requirements()), "must"))


def test_the_table_says_what_the_decision_says(page):
    table = page.table()
    assert list(table.index) == sorted(table.index)
    assert table["meets all"].tolist() == [each.holds for each in page.families]
    assert (table["why not"] == "").sum() == 1
    assert len(page.table(every=True)) == len(page.options)


def test_the_text_names_what_is_recommended_and_every_must(page):
    text = str(page)
    assert text.splitlines()[0] == "NLB, TLS at Emissary, PROXY protocol"
    assert all(requirement.question in text for requirement, _ in page.wishes)


def test_what_would_do_as_well_says_why_it_is_not_first(page):
    others = [each for each in page.families if each.holds and each is not page.best]
    assert others
    assert all(behind(page, each).startswith("meets all, ") for each in others)
    assert behind(page, page.best) == ""


def test_only_what_matters_is_named_as_what_the_decision_hangs_on(page):
    found = dict(hangs_on(page))
    assert list(found) == ["Millions of connections, spread over every node"]


def test_the_html_is_well_formed_and_escaped(page, everything):
    for decision in (page, everything):
        root = ET.fromstring(to_html(decision))  # noqa: S314  (our own text)
        assert {each.tag for each in root.iter()} <= {
            "div", "strong", "span", "ul", "ol", "li", "details", "summary", "pre",
        }  # fmt: skip


def test_the_html_has_every_kind_with_a_sign_for_each_wish_and_a_reason(page):
    root = ET.fromstring(to_html(page))  # noqa: S314  (our own text)
    items = [each for ranked in root.iter("ol") for each in ranked]
    assert len(items) == len(page.families)
    for option, item in zip(page.families, items, strict=True):
        assert len(list(item.iter("span"))) == 1 + len(page.wishes)
        signs = [(each.text or "")[0] for each in item.iter("span")][1:]
        assert signs == ["✓" if each.holds else "✗" for each in option.verdicts.values()]
        assert bool(list(item.iter("li"))[1:]) == (option is not page.best)
    assert len(root.find("div/ol")) == MOST_SHOWN


def test_the_picture_is_the_same_every_time(page):
    assert png(page.matrix()) == png(page.matrix())


def test_every_text_of_the_picture_stays_inside_it(page, everything):
    for decision in (page, everything):
        figure = decision.matrix()
        renderer = FigureCanvasAgg(figure).get_renderer()
        width, height = figure.bbox.width, figure.bbox.height
        for text in figure.axes[0].texts:
            box = text.get_window_extent(renderer)
            assert 0 <= box.x0 < box.x1 <= width, text.get_text()
            assert 0 <= box.y0 < box.y1 <= height, text.get_text()


def test_no_name_runs_into_the_signs(page, everything):
    for decision in (page, everything):
        figure = decision.matrix()
        renderer = FigureCanvasAgg(figure).get_renderer()
        boxes = [
            (each.get_text(), each.get_window_extent(renderer)) for each in figure.axes[0].texts
        ]
        signs = min(box.x0 for text, box in boxes if text in ("✓", "✗"))
        names = [box for text, box in boxes if text.startswith(("NLB,", "ALB,", "Classic", "by "))]
        assert len(names) >= 2 * min(MOST_ROWS, len(decision.families))
        # The title and its line may be as wide as they like: they stand above.
        assert all(box.x1 < signs for box in names if box.y1 < 560)


def test_the_signs_do_not_rest_on_colour_alone(page):
    texts = [each.get_text() for each in page.matrix().axes[0].texts]
    assert texts.count("✓") + texts.count("✗") == len(page.wishes) * min(
        MOST_ROWS, len(page.families)
    )


def cells(html):
    root = ET.fromstring(html)  # noqa: S314  (our own text)
    return [[cell.text or "" for cell in row] for row in root.iter("tr")][1:]


def test_what_it_hangs_on_is_a_row_each(page):
    assert cells(hangs_on_html(page)) == [list(each) for each in hangs_on(page)]
    few = decide({"redirect": "must"}, load_balancer="alb")
    assert "Without any one" in hangs_on_html(few)


def test_several_needs_stand_beside_what_is_recommended():
    base = {"redirect": "must"}
    made = [decide(base | more) for more in ({"waf": "must"}, {"waf": "must", "static-ip": "must"})]
    (waf, alb), (both, none) = cells(recommendations_html(made))
    assert (waf, both) == ("", "static IP")  # what all ask for is left out
    assert alb.startswith("ALB, ")
    assert none == f"none of {made[1].considered} designs does all that"


def test_the_picture_s_words_name_each_kind_that_is_drawn(page):
    words = alternative_text(page)
    for option in page.families[:MOST_ROWS]:
        assert f"{name(option.design)}: " in words
    assert words.count("meets all") == sum(each.holds for each in page.families[:MOST_ROWS])
