from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.views.html import card_html, findings_html, to_html
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.svg import to_svg
from tests.views import flows

HARMLESS = {
    "details",
    "div",
    "g",
    "li",
    "line",
    "polygon",
    "pre",
    "rect",
    "strong",
    "summary",
    "svg",
    "table",
    "td",
    "text",
    "th",
    "title",
    "tr",
    "ul",
    "p",
}


class Reader(HTMLParser):
    """Collects tags, attributes and text as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.words += data


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("payload", flows.XSS)
def test_a_hostile_text_stays_text(payload):
    reader = read(to_html(flows.hostile(payload)))
    assert reader.tags <= HARMLESS
    assert not any(name.startswith("on") or name in ("href", "src") for name in reader.names)
    assert payload in reader.words


@given(st.text(max_size=60))
def test_any_text_stays_text_and_the_picture_stays_xml(text):
    flow = flows.hostile(text)
    assert read(to_html(flow) + card_html(flow)).tags <= HARMLESS
    ET.fromstring(to_svg(flow))  # noqa: S314  (our own output)


def test_nothing_is_loaded_from_anywhere(any_flow):
    html = to_html(any_flow).replace("http://www.w3.org/2000/svg", "")
    assert "src=" not in html
    assert "url(" not in html
    assert "<script" not in html
    assert "<link" not in html


def test_a_notebook_shows_picture_findings_and_text(any_flow):
    html = any_flow._repr_html_()
    assert html == to_html(any_flow)
    words = read(html).words
    assert "What Emissary sees" in words
    assert any_flow.exchanges[0].hops[0].connection.source_ip in words
    for finding in any_flow.findings:
        assert finding.fix in words


def test_the_picture_has_a_title_that_says_the_same():
    svg = to_svg(flows.tls_error())
    title = svg.partition("<title>")[2].partition("</title>")[0]
    assert "client → load-balancer → node → emissary" in title
    assert "TLS fails at emissary" in title
    assert 'role="img"' in svg


def test_no_findings_is_said():
    assert "No findings" in findings_html(())


def test_the_card_shows_rounds_only_where_there_are_some():
    assert "follows redirects" in card_html(flows.redirected_then_ok())
    assert "it never arrives" in card_html(flows.redirect_loop())
    assert "follows redirects" not in card_html(flows.tls_ok())


def test_element_escapes_what_is_not_markup():
    inner = element("b", "<\"&'>")
    assert inner == "<b>&lt;&quot;&amp;&#x27;&gt;</b>"
    assert element("p", inner, "<", class_='a"b', font_size=1.0) == (
        f'<p class="a&quot;b" font-size="1">{inner}&lt;</p>'
    )
    assert isinstance(inner, Markup)


def test_adding_text_to_markup_is_no_longer_markup():
    assert element("p", element("b") + "<i>") == "<p>&lt;b&gt;&lt;/b&gt;&lt;i&gt;</p>"
