from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.views.layout import arrange
from aws_lb_sim.views.picture import (
    BOX_WIDTH,
    HEIGHT,
    LANES,
    LEFT,
    TEXT_SIZE,
    WIDTH,
    letter_width,
)
from aws_lb_sim.views.scene import Line, Rectangle, Text, draw
from tests.views import flows


def extent(shape):
    """Left, right, top and bottom of a text, as wide as its font can make it."""
    width = len(shape.text) * letter_width(shape.size)
    left = {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
    half = shape.size * 0.6
    return shape.x - left, shape.x - left + width, shape.y - half, shape.y + half


def overlap(one, other):
    left, right, top, bottom = extent(one)
    left_2, right_2, top_2, bottom_2 = extent(other)
    return left < right_2 and left_2 < right and top < bottom_2 - 2 and top_2 + 2 < bottom


def assert_readable(shapes):
    texts = [shape for shape in shapes if isinstance(shape, Text) and shape.text]
    for text in texts:
        left, right, top, bottom = extent(text)
        assert left >= 0, text
        assert right <= WIDTH + 1, text
        assert top >= 0, text
        assert bottom <= HEIGHT, text
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            assert not overlap(one, other), (one, other)


def test_lanes_do_not_overlap():
    lanes = list(LANES.values())
    for upper, lower in itertools.pairwise(lanes):
        assert upper.top + upper.height <= lower.top
    assert lanes[-1].top + lanes[-1].height <= HEIGHT


def test_no_text_overlaps_another_or_leaves_the_picture(any_flow):
    for number in range(1, len(any_flow.exchanges) + 1):
        assert_readable(draw(arrange(any_flow, number=number)))


@given(st.text(min_size=1, max_size=300))
def test_not_even_with_any_text_in_every_field(text):
    assert_readable(draw(arrange(flows.hostile(text))))


def test_shapes_stay_inside(any_flow):
    for shape in draw(arrange(any_flow)):
        if isinstance(shape, Rectangle):
            assert 0 <= shape.x <= shape.x + shape.width <= WIDTH
            assert 0 <= shape.y <= shape.y + shape.height <= HEIGHT
        elif isinstance(shape, Line):
            assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in (shape.start, shape.end))


def test_boxes_go_left_to_right_and_what_was_not_reached_is_faint():
    boxes = arrange(flows.refused()).boxes
    assert [(box.name, box.reached, box.failed) for box in boxes] == [
        ("client", True, False),
        ("load-balancer", True, True),
        ("emissary", False, False),
        ("service", False, False),
    ]
    places = [box.x for box in boxes]
    assert places == sorted(places)
    assert all(b - a > BOX_WIDTH for a, b in itertools.pairwise(places))


def test_tls_that_is_passed_on_is_one_span():
    layout = arrange(flows.tls_ok())
    encrypted, cleartext = layout.spans
    places = {box.name: box.x for box in layout.boxes}
    assert (encrypted.start, encrypted.end) == (places["client"], places["emissary"])
    assert encrypted.label == "TLS ends at emissary"
    assert not cleartext.encrypted


def test_two_sessions_are_two_spans():
    spans = arrange(flows.forged_wins()).spans
    assert [span.label for span in spans if span.encrypted] == [
        "ends at cloudfront",
        "ends at load-balancer",
    ]


def test_a_failed_handshake_breaks_the_span():
    (span,) = arrange(flows.tls_error()).spans
    assert span.broken
    assert span.label == "TLS fails at emissary"


def test_a_loop_is_marked_where_it_turns_and_says_why():
    layout = arrange(flows.redirect_loop())
    assert [box.name for box in layout.boxes if box.failed] == ["emissary"]
    assert layout.answer.verdict == "bad"
    assert layout.answer.reason.endswith("comes back to the same answer, for ever")
    assert layout.outcome.text == "redirect loop: 301 again and again"


def test_a_later_request_has_its_own_picture():
    flow = flows.redirected_then_ok()
    assert arrange(flow).answer.text.startswith("301")
    assert arrange(flow, number=2).answer.text == "200, from service"
    with pytest.raises(ValueError, match="request 3 of a flow that has 2"):
        arrange(flow, number=3)


def test_headers_that_do_not_fit_are_counted():
    changes = arrange(flows.forged_wins()).changes
    assert changes[4].box == "emissary"
    assert changes[4].lines[-1].text.strip() == "… and 1 more"


def test_room_is_used_up_to_the_columns():
    layout = arrange(flows.ipv6_bytes())
    letters = max(len(line) for hop in layout.hops for line in hop.tcp)
    assert letters * letter_width(TEXT_SIZE) <= layout.pitch
    assert layout.pitch == (WIDTH - LEFT - 12) / 5
