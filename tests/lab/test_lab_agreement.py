"""The command that asks a real Envoy about everything hides no disagreement."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from aws_lb_sim.lab.connections import campaign as campaigns
from aws_lb_sim.lab.connections.campaign import Campaign, Scenario
from benchmarks import lab_agreement
from benchmarks.lab_agreement import Result, recorded, row, run_some, trait_rows

NOTHING_LISTENS = Scenario(name="nothing", version="3.3", documents=[], connections=[{}, {}])


def test_a_disagreement_is_counted_and_says_how_to_repeat_it(monkeypatch):
    wrong = [{"connection": "closed"}, {"connection": "refused"}]
    monkeypatch.setattr(campaigns, "receive", lambda *_: wrong)
    campaign, failures = run_some([NOTHING_LISTENS], 1.0)
    assert failures == []
    assert [str(each) for each in campaign.disagreements] == [
        "nothing (3.3), connection 0 {}: connection: predicted 'closed', observed 'refused'"
    ]
    assert row(Result("random", campaign, [], 2.0)) == "| random | 1 | 2 | 1 | 2 |"


def test_a_scenario_that_cannot_be_run_is_shown_and_does_not_end_the_others():
    broken = Scenario(name="broken", version="9.9", documents=[], connections=[{}])
    campaign, failures = run_some([broken, NOTHING_LISTENS], 1.0)
    assert campaign.connections == 2
    assert len(failures) == 1
    assert failures[0].startswith("broken (9.9): Traceback")
    assert Result("random", campaign, failures, 0.0).wrong == 1


def test_recorded_cases_are_run_with_each_version_that_was_observed(tmp_path):
    case = {"name": "a", "manifests": [], "connections": []}
    cases = [{**case, "observed": {"all": []}}, {**case, "observed": {"1.14": []}}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": cases}))
    assert [each.version for each in recorded(path)] == ["3.3", "4.1", "1.14"]


def test_what_was_tried_is_summed_up_by_what_came_of_it():
    hits = Counter({("TLS", "upstream 200"): 2, ("TLS", "http 404"): 1, ("gRPC", "closed"): 4})
    assert trait_rows(hits) == ["| gRPC | 4 | 0 | 0 | 4 |", "| TLS | 3 | 2 | 1 | 0 |"]


@pytest.mark.parametrize(("wrong", "status"), [([], 0), (["broken"], 1)])
def test_the_exit_status_says_whether_anything_disagrees(monkeypatch, wrong, status):
    def run(name, *_):
        return Result(name, Campaign(), wrong, 0.0)

    monkeypatch.setattr(lab_agreement, "run", run)
    assert lab_agreement.main(["--random-only", "--scenarios", "0"]) == status
