"""The measuring itself: pairs in turns, ratios of pairs, and a committed table that agrees."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from benchmarks import subjects
from benchmarks.__main__ import row, spread
from benchmarks.measure import Aim, Spread, compare, duration

FOLDER = Path(__file__).parent.parent / "benchmarks"


def test_a_ratio_is_the_median_of_pairs_and_the_turns_alternate():
    turns = []

    def subject():
        turns.append("subject")
        time.sleep(0.002)

    def floor():
        turns.append("floor")
        time.sleep(0.001)

    result = compare("slow", subject, "fast", floor, 4, 1, Aim(ratio=50))
    assert 1 < result.ratio.median < 50
    assert result.met is True
    # Once each to warm up; then each goes first in half of the rounds.
    assert turns[2:] == ["subject", "floor", "floor", "subject"] * 2


@pytest.mark.parametrize(
    ("aim", "met"),
    [
        (Aim(seconds=2), True),
        (Aim(seconds=1), False),
        (Aim(ratio=3), True),
        (Aim(ratio=2.9), False),
        (Aim(seconds=2, ratio=2.9), False),
        (Aim(), None),
    ],
)
def test_an_aim_is_judged_by_medians(aim, met):
    one = Spread(median=1, least=0.1, most=9)
    three = Spread(median=3, least=0.1, most=9)
    assert aim.is_met(one, three) is met


def test_durations_have_fitting_units():
    assert [duration(value) for value in (2.5, 0.0123, 45.6e-6, 7e-9)] == [
        "2.5 s",
        "12.3 ms",
        "45.6 µs",
        "7 ns",
    ]
    assert spread(Spread(median=1, least=0.5, most=2)) == "1 s (500 ms–2 s)"


def test_records_are_counted_as_a_bare_loop_builds_them():
    assert subjects.records_built(subjects.build_records(7)) == 7


def test_many_hosts_are_many_and_all_answer():
    text = subjects.many_hosts(12)
    assert text.count("kind: Host\n") == text.count("kind: Mapping\n") == 12
    assert subjects.flow_from_text(text).status == 200


def test_the_requests_of_the_sweep_all_differ():
    assert len(set(subjects.requests(49))) == 49


def test_the_committed_table_is_that_of_the_committed_results():
    record = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))
    table = (FOLDER / "RESULTS.md").read_text(encoding="utf-8")
    assert record["machine"] in table
    names = [result["name"] for result in record["results"]]
    assert len(names) >= 10
    for result in record["results"]:
        assert f"| {result['name']} | {duration(result['measured']['median'])} (" in table
    assert row.__doc__
