"""The README's picture is what the simulator draws today."""

from tools.pictures import PICTURE, draw


def test_the_picture_is_fresh():
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run: python -m tools.pictures"


def test_the_picture_loads_nothing():
    assert "http://" not in draw().replace("http://www.w3.org/2000/svg", "")
