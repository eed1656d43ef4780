"""What a person sees of a prediction beside a real run."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from aws_lb_sim.lab.observation import ExchangeObservation, Observation
from aws_lb_sim.lab.verification import Verification
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest
from aws_lb_sim.views.verification import request_words, to_frame, to_html
from aws_lb_sim.views.verification_style import DARK
from tests.views import flows

URL = "https://shop.example.com/"


class Reader(HTMLParser):
    """Collects the tags, the attributes and the rows of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.rows: list[list[str]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"}:
            self.rows[-1].append("")

    def handle_data(self, data):
        self.words += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def observation(client="203.0.113.7", *, not_played=(), **service):
    boxes = {
        "client": {"result": "response", "status": 200},
        "emissary": {"client": client, "ends TLS": True},
        "service": {"host": "shop.example.com", **service},
    }
    return Observation(
        exchanges=(ExchangeObservation(url=URL, boxes=boxes),), not_played=not_played
    )


def verification(predicted, observed, **request):
    return Verification(request=ClientRequest(**request), predicted=predicted, observed=observed)


def test_agreement_is_said_with_a_sign_and_in_words():
    shown = read(to_html(verification(observation(), observation())))
    assert "✓ agrees in all 6 facts" in shown.words
    assert "✗" not in shown.words
    assert ["emissary", "client", "203.0.113.7", "203.0.113.7", "✓ same"] in shown.rows


def test_each_difference_is_listed_and_marked_in_its_row():
    differs = verification(observation(), observation("10.0.1.10", via="1.1 proxy"))
    shown = read(to_html(differs))
    assert "✗ differs in 2 of 7 facts" in shown.words
    assert "predicted '203.0.113.7', observed '10.0.1.10'" in shown.words
    assert [row for row in shown.rows if row[-1] == "✗ differs"] == [
        ["emissary", "client", "203.0.113.7", "10.0.1.10", "✗ differs"],
        ["via", "–", "1.1 proxy", "✗ differs"],
    ]


def test_what_only_one_side_knows_of_a_box_stands_with_the_rest_of_it():
    first = observation()
    boxes = {**first.exchanges[0].boxes, "emissary": {"client": "203.0.113.7"}}
    without = replace(first, exchanges=(ExchangeObservation(url=URL, boxes=boxes),))
    rows = read(to_html(verification(without, first))).rows
    names = [row[0] for row in rows if len(row) == 5]
    assert names == ["Box", "client", "emissary", "service", "client"]
    assert ["ends TLS", "–", "yes", "✗ differs"] in rows


def test_what_could_not_be_run_says_why():
    nothing = Observation(exchanges=(), not_played=("AWS drops packets",))
    shown = read(to_html(verification(observation(), nothing)))
    assert "– could not be run" in shown.words
    assert "! not run: AWS drops packets" in shown.words
    assert "table" not in shown.tags


def test_what_was_sent_is_said_with_everything_forged():
    header = ProxyHeader(
        version=1,
        source_ip="198.51.100.66",
        source_port=1,
        destination_ip="10.0.1.10",
        destination_port=443,
    )
    said = request_words(ClientRequest(url=URL, http="2", proxy=(header,), proxy_in_tls=(header,)))
    assert said == (
        f"GET {URL} HTTP/2, from 203.0.113.7, PROXY v1 198.51.100.66, "
        "PROXY v1 198.51.100.66 (inside TLS)"
    )


@pytest.mark.parametrize("payload", flows.XSS)
def test_a_hostile_text_stays_text(payload):
    boxes = {payload: {payload: payload}}
    hostile = Observation(
        exchanges=(ExchangeObservation(url=payload, boxes=boxes),), not_played=(payload,)
    )
    asked = {"url": payload, "headers": (("X-Evil", payload),)}
    shown = read(to_html(verification(observation(), hostile, **asked)))
    assert shown.tags == {"div", "style", "table", "thead", "tbody", "tr", "th", "td"}
    assert shown.names == {"class", "style", "scope", "rowspan", "colspan"}
    assert payload in shown.words


def test_the_styles_need_no_escaping_and_load_nothing():
    assert not set("<>&\"'") & set(DARK)
    assert "url(" not in DARK
    assert "@import" not in DARK


def test_a_verification_shows_itself():
    agrees = verification(observation(), observation())
    assert agrees._repr_html_() == to_html(agrees)
    assert agrees.table().equals(to_frame(agrees))


def test_the_table_has_a_row_for_each_fact():
    frame = to_frame(verification(observation(), observation("10.0.1.10")))
    assert list(frame.index.names) == ["request", "box", "what"]
    assert frame.loc[(1, "emissary", "client")].tolist() == ["203.0.113.7", "10.0.1.10", False]
    assert frame["agrees"].sum() == len(frame) - 1
