"""Parts of states, sent once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.explorer.pool import Pool, join

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8).filter(lambda key: key != "$"), inner, max_size=4)
    ),
    max_leaves=30,
)


@given(JSON, JSON)
def test_what_is_packed_comes_back(first, second):
    pool = Pool()
    packed = [pool.add(first), pool.add(second)]
    known: set[int] = set()
    parts = pool.parts_of(packed, known)
    sent = json.loads(json.dumps({"parts": parts, "packed": packed}))
    by_number = {int(number): part for number, part in sent["parts"].items()}
    assert [join(each, by_number) for each in sent["packed"]] == [first, second]
    assert pool.parts_of(packed, known) == {}


def test_equal_parts_are_held_once():
    pool = Pool()
    text = "a long line of a manifest that is the same everywhere"
    pool.add([{"listener": text, "n": n, "host": [text, text]} for n in range(50)])
    assert (
        len([each for each in pool.parts_of({"$": len(pool) - 1}, set()).values() if each == text])
        == 1
    )


def test_a_truth_value_is_no_number():
    pool = Pool()
    filler = "x" * 50
    packed = [pool.add([True, filler]), pool.add([1, filler])]
    parts = pool.parts_of(packed, set())
    assert [type(join(each, parts)[0]) for each in packed] == [bool, int]


def test_the_key_of_references_is_refused():
    with pytest.raises(ValueError, match="no key"):
        Pool().add({"$": 1})
