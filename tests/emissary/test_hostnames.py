"""Host name patterns that can mean one host, and selectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.emissary.hostnames import labels_match, patterns_overlap

LABEL = st.text("ab", min_size=1, max_size=3)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
PATTERN = st.one_of(
    st.just("*"), NAME, NAME.map(lambda name: f"*.{name}"), NAME.map(lambda name: f"{name}.*")
)


def takes(pattern: str, name: str) -> bool:
    """Match one name by definition: a star stands for one character or more."""
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return name.endswith(pattern[1:]) and len(name) > len(pattern) - 1
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1]) and len(name) > len(pattern) - 1
    return name == pattern


@given(PATTERN, PATTERN)
def test_overlap_is_symmetric(one, other):
    assert patterns_overlap(one, other) == patterns_overlap(other, one)


@given(PATTERN, PATTERN, NAME)
def test_a_name_that_both_take_is_an_overlap(one, other, name):
    if takes(one, name) and takes(other, name):
        assert patterns_overlap(one, other)


@given(PATTERN, NAME)
def test_against_a_plain_name_overlap_is_matching(pattern, name):
    assert patterns_overlap(pattern, name) == takes(pattern, name)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("*example.com", "example.com", False),
        ("*example.com", "*.example.com", True),
        ("shop.*", "*.example.com", True),
        ("*.a.test", "*.b.test", False),
        (".example.com", "*.example.com", False),
        ("Shop.example.com", "shop.example.com", False),  # compared with case
    ],
)
def test_corner_cases(one, other, overlap):
    assert patterns_overlap(one, other) is overlap


def test_all_labels_must_match_where_selectors_are_strict():
    selector = {"matchLabels": {"a": "1", "b": "2"}}
    assert labels_match(selector, {"a": "1", "b": "2", "c": "3"}, strict=True)
    assert not labels_match(selector, {"a": "1"}, strict=True)
    assert labels_match(selector, {"a": "1"}, strict=False)


def test_match_expressions_alone_match_everything():
    assert labels_match({"matchExpressions": [{"key": "a"}]}, {}, strict=True)
