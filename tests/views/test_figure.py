from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg

from aws_lb_sim.views.figure import png, svg, to_figure
from aws_lb_sim.views.layout import arrange
from aws_lb_sim.views.scene import Text, draw
from tests.views import flows

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def test_a_figure_is_1280_by_720_and_holds_every_text(any_flow):
    figure = to_figure(any_flow)
    assert tuple(figure.get_size_inches() * figure.dpi) == (1280, 720)
    written = [text.get_text() for text in figure.axes[0].texts]
    assert written == [shape.text for shape in draw(arrange(any_flow)) if isinstance(shape, Text)]


def test_texts_as_drawn_stay_in_the_room_that_the_layout_gave_them():
    figure = to_figure(flows.forged_wins())
    renderer = FigureCanvasAgg(figure).get_renderer()
    shapes = [shape for shape in draw(arrange(flows.forged_wins())) if isinstance(shape, Text)]
    for shape, text in zip(shapes, figure.axes[0].texts, strict=True):
        if shape.mono and shape.text:
            drawn = text.get_window_extent(renderer).width
            assert drawn <= len(shape.text) * (shape.size * 0.602 + 1), shape.text


def test_the_same_bytes_every_time(any_flow):
    assert png(to_figure(any_flow)) == png(to_figure(any_flow))
    assert svg(to_figure(any_flow)) == svg(to_figure(any_flow))
    assert png(to_figure(any_flow)).startswith(PNG_HEAD)


def test_no_date_and_no_version_in_the_files():
    assert b"matplotlib" not in png(to_figure(flows.tls_ok())).lower()
    text = svg(to_figure(flows.tls_ok()))
    assert "<dc:date>" not in text
    ET.fromstring(text)  # noqa: S314  (our own output)


def test_a_reader_s_settings_change_nothing():
    plain = png(to_figure(flows.tls_ok()))
    with rc_context({"font.size": 30, "lines.linewidth": 9, "figure.facecolor": "red"}):
        assert png(to_figure(flows.tls_ok())) == plain


def test_a_dollar_sign_is_no_formula():
    figure = to_figure(flows.hostile("$x^2$ $\\frac{"))
    assert png(figure).startswith(PNG_HEAD)
    assert any("$" in text.get_text() for text in figure.axes[0].texts)


@pytest.mark.parametrize("text", ["日本語 \U0001f600", "a\nb\tc\x00", "é\u0301\u202e"])
def test_letters_that_no_font_has_warn_of_nothing(text, recwarn):
    assert png(to_figure(flows.hostile(text))).startswith(PNG_HEAD)
    assert [str(each.message) for each in recwarn] == []


def test_pyplot_is_not_loaded():
    code = (
        "import sys; from tests.views import flows; flows.tls_ok().figure(); "
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
