"""The documentation page, statement by statement, as a notebook shows it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from urllib.parse import unquote

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.page.statement import World
from aws_lb_sim.page.statements import STATEMENTS, statement
from aws_lb_sim.views import page_figure
from aws_lb_sim.views.page_evidence import (
    SHOWN_BY_A_FINDING,
    SHOWN_BY_AN_ATTRIBUTE,
    cards_html,
    evidence_html,
    finding_html,
    flow_html,
    made_html,
    maker,
    most_telling,
    world_where_it_fails,
)
from aws_lb_sim.views.page_sources import linked
from aws_lb_sim.views.page_table import SHOWN_IN_FULL, overview_html, section_html
from aws_lb_sim.views.page_verdicts import KINDS, counts, kind_of, sections, statements_of
from tests.views import flows
from tests.views.test_html import HARMLESS, read

DIFFERING = [row for row in STATEMENTS if kind_of(row.verdict).verdict in ("bad", "caution")]
PICTURE = re.compile(r'src="data:image/svg\+xml,([^"]+)"')


def pictures(html: str) -> list[str]:
    return [unquote(address) for address in PICTURE.findall(html)]


def test_every_statement_stands_in_one_section():
    shown = [row.id for section in sections() for row in statements_of(section)]
    assert sorted(shown) == sorted(row.id for row in STATEMENTS)
    words = "".join(read(section_html(section)).words for section in sections())
    for row in STATEMENTS:
        assert row.quote in words
        assert row.claim in words
        assert row.today in words


def test_an_unknown_section_is_refused_with_those_that_are():
    with pytest.raises(InputError, match="TLS termination"):
        section_html("Pricing")


@pytest.mark.parametrize(
    ("verdict", "name"),
    [
        ("holds", "holds"),
        ("holds since 2.0", "holds since …"),
        ("holds with cloud-provider-aws only", "holds with … only"),
        ("held until 1.14", "held until …"),
        ("does not hold", "does not hold"),
        ("not testable by simulation", "not testable by simulation"),
    ],
)
def test_a_verdict_is_of_one_kind(verdict, name):
    assert kind_of(verdict).name == name


def test_an_unknown_verdict_does_not_vanish():
    with pytest.raises(ValueError, match="perhaps"):
        kind_of("perhaps")


def test_two_kinds_of_one_sign_are_drawn_differently():
    assert len({(kind.sign, kind.solid) for kind in KINDS}) == len(KINDS)


def test_the_numbers_are_those_of_the_statements():
    by_name = {kind.name: number for kind, number in counts().items()}
    verdicts = Counter(row.verdict for row in STATEMENTS)
    assert by_name["holds"] == verdicts["holds"]
    assert by_name["does not hold"] == verdicts["does not hold"]
    assert sum(by_name.values()) == len(STATEMENTS)
    words = page_figure.alternative_text()
    assert words.startswith(f"{len(STATEMENTS)} statements")
    assert all(f"{name}: {number}" in words for name, number in by_name.items())


def test_the_picture_has_a_square_for_each_statement_and_stays_inside():
    svg = ET.fromstring(page_figure.to_svg())  # noqa: S314  (our own output)
    space = "{http://www.w3.org/2000/svg}"
    boxes = [rect for rect in svg.iter(f"{space}rect") if rect.get("rx")]
    assert len(boxes) == len(STATEMENTS) + len(KINDS)
    right = max(float(rect.get("x", 0)) + float(rect.get("width", 0)) for rect in boxes)
    bottom = max(float(rect.get("y", 0)) + float(rect.get("height", 0)) for rect in boxes)
    assert right < float(svg.get("width", 0))
    assert bottom < float(svg.get("height", 0))


@pytest.mark.parametrize("row", DIFFERING, ids=lambda row: row.id)
def test_what_differs_is_shown_in_a_world_where_it_does(row):
    world = world_where_it_fails(row)
    assert row.holds(row.show(world.version, world.controller)) is False
    html = evidence_html(row)
    assert world.version in html
    if row.id in SHOWN_BY_A_FINDING:
        assert SHOWN_BY_A_FINDING[row.id] in html
    elif row.id not in SHOWN_BY_AN_ATTRIBUTE:
        (picture,) = pictures(html)
        assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314  (our own output)


def test_the_page_s_own_version_shows_it_where_it_fails_there():
    assert world_where_it_fails(statement("recommended-works")) == World("3.3")
    older = world_where_it_fails(statement("l7-module-forged"))
    assert older is not None
    assert older.version == "1.14"
    other = world_where_it_fails(statement("elb-is-the-default"))
    assert other == World("3.3", "aws-load-balancer-controller")


def test_what_holds_everywhere_has_nothing_to_show():
    row = statement("recommended-idea")
    assert world_where_it_fails(row) is None
    with pytest.raises(ValueError, match="recommended-idea"):
        evidence_html(row)


def test_an_attribute_stands_for_a_flow_that_would_show_nothing():
    html = evidence_html(statement("cross-zone-not-with-nlb"))
    assert "cross-zone load balancing on" in html
    assert not pictures(html)


def test_the_flow_that_went_wrong_is_chosen():
    fine, wrong = flows.tls_ok(), flows.tls_error()
    assert most_telling([fine, wrong]) is wrong
    assert most_telling([fine, fine]) is fine


def test_the_recommended_recipe_fails_as_it_is_known_to():
    assert "✗ Answer: 400" in flow_html("recommended-works", request=1)
    assert "✗ Answer: TLS handshake failed" in flow_html("recommended-works", request=2)
    assert len(pictures(flow_html("recommended-works"))) == 2
    folded = cards_html("recommended-works", fold="Show the answer")
    assert "<summary" in folded
    assert not pictures(folded)


def test_a_forged_header_is_named_and_others_are_not():
    html = flow_html("l7-trusts-one-proxy", world=World("1.14"), request=2)
    assert "with a forged X-Forwarded-For: 198.51.100.66 and X-Forwarded-For:" in html
    assert "198.51.100.67 (wrong: the client is 203.0.113.7)" in html
    assert "forged" not in read(flow_html("alb-http-only", request=1)).words


def test_who_makes_the_load_balancer_is_said():
    html = made_html("elb-is-the-default")
    assert "internet-facing Classic ELB" in html
    assert "internal NLB" in html
    by_hand = statement("alb-layer-7-only").show()
    assert maker(by_hand, World()) == "a CloudFormation template"
    none = statement("proxy-protocol-only-asterisk").show()
    assert maker(none, World()) == "cloud-provider-aws"


def test_a_finding_stands_where_no_request_is_sent():
    words = read(finding_html("service-port-names", "port-name-invalid")).words
    assert words.count("RFC 1123") == 2
    assert "To mend it: write http" in words


@pytest.mark.parametrize("name", sorted(SHOWN_IN_FULL))
def test_what_is_shown_in_full_is_not_repeated(name):
    row = statement(name)
    html = section_html(row.section)
    assert f"above, under “{SHOWN_IN_FULL[name]}”" in html
    assert kind_of(row.verdict).verdict != "good"


def test_the_views_are_plain_html_the_same_on_every_run():
    for section in sections():
        html = section_html(section)
        assert html == section_html(section)
        assert read(html).tags <= HARMLESS | {"a", "img", "span"}
    assert overview_html() == overview_html()


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("cilium/cilium#26274", "https://github.com/cilium/cilium/issues/26274"),
        (
            "kubernetes/cloud-provider-aws@63ec440c pkg/providers/v1/aws.go",
            "https://github.com/kubernetes/cloud-provider-aws/blob/63ec440c/pkg/providers/v1/aws.go",
        ),
        (
            "kubernetes/cloud-provider-aws@73428cd2 (since 1.34.0)",
            "https://github.com/kubernetes/cloud-provider-aws/tree/73428cd2",
        ),
        (
            "kubernetes-sigs/aws-load-balancer-controller docs/guide",
            "https://github.com/kubernetes-sigs/aws-load-balancer-controller",
        ),
        ("see https://example.com/a-b/c.", "https://example.com/a-b/c"),
    ],
)
def test_a_source_becomes_a_link(source, address):
    html = linked(source)
    assert f'href="{address}"' in html
    assert html.count("<a ") == 1
    assert read(html).words == source


def test_a_number_alone_belongs_to_the_repository_before_it():
    html = linked("emissary-ingress/emissary#4153, #3979; observed with 3.3")
    assert 'href="https://github.com/emissary-ingress/emissary/issues/3979"' in html
    assert "<a" not in linked("first, #3979")


@pytest.mark.parametrize("payload", flows.XSS)
def test_a_hostile_source_stays_text(payload):
    reader = read(linked(payload))
    assert reader.tags <= {"span", "a"}
    assert reader.names <= {"href"}
    assert payload in reader.words
