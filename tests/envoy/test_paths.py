"""Normalising paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.envoy.paths import normalize_path

PATH = st.lists(st.sampled_from(["a", "b", ".", "..", "", "%2e", "%2F"]), max_size=6).map(
    lambda parts: "/" + "/".join(parts)
)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/", "/"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/../..", "/"),
        ("/a/.", "/a/"),
        ("/a/b/..", "/a/"),
        ("//a//b", "//a//b"),
        ("/a%2Fb", "/a%2Fb"),
        ("/a?x=/../b", "/a?x=/../b"),
        ("/a#frag", None),
    ],
)
def test_examples(path, seen):
    assert normalize_path(path) == seen


@given(PATH)
def test_normalising_twice_changes_nothing_more(path):
    once = normalize_path(path)
    assert once.startswith("/")
    assert normalize_path(once) == once


@given(PATH)
def test_merged_paths_have_no_double_slash(path):
    merged = normalize_path(path, merge_slashes=True)
    # Observed on Envoy 1.40: of a path of slashes alone two are left.
    assert "//" not in merged or merged == "//"


@pytest.mark.parametrize("path", ["/a%2Fb", "/a%5cb"])
def test_escaped_slashes_can_be_refused(path):
    assert normalize_path(path, reject_escaped_slashes=True) is None
    assert normalize_path(f"/?x={path}", reject_escaped_slashes=True) is not None
