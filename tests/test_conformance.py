"""`receive` agrees with everything that a real Emissary was observed to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aws_lb_sim import receive

OBSERVED = Path(__file__).parent / "data" / "conformance" / "emissary-public.json"
CASES = json.loads(OBSERVED.read_text(encoding="utf-8"))["cases"]
VERSIONS = ("3.3", "4.1")

ALWAYS = ("connection", "tls_error", "status", "location", "client", "server", "alt_svc")
# Recorded only where a case varies them.
WHERE_RECORDED = ("tls", "alpn", "why")
# Of these exactly the recorded ones may reach the upstream.
EXACT = ("x-forwarded-", "x-envoy-external-address", "x-envoy-internal", "x-request-id")
RECORDED_HEADERS = frozenset(
    name
    for case in CASES
    for observations in case["observed"].values()
    for observation in observations
    for name in (observation.get("upstream") or {}).get("headers") or {}
)


def runs():
    for case in CASES:
        for version in VERSIONS if "all" in case["observed"] else case["observed"]:
            yield pytest.param(case, version, id=f"{case['name']}-{version}")


def comparable(upstream):
    """Leave out headers that no case records, such as `accept`."""
    if upstream is None:
        return None
    headers = {
        name: value
        for name, value in upstream["headers"].items()
        if name in RECORDED_HEADERS or name.startswith(EXACT)
    }
    return {**upstream, "headers": headers}


def differences(expected, got):
    found = {name: (expected.get(name), got.get(name)) for name in ALWAYS}
    found |= {name: (expected[name], got.get(name)) for name in WHERE_RECORDED if name in expected}
    found["upstream"] = (expected.get("upstream"), comparable(got.get("upstream")))
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


@pytest.mark.parametrize(("case", "version"), list(runs()))
def test_agrees_with_every_observation(case, version):
    observed = case["observed"].get("all") or case["observed"][version]
    got = receive(case["manifests"], case["connections"], version, case.get("missing_secrets", ()))
    assert len(got) == len(observed)
    disagreeing = [
        (number, case["connections"][number], found)
        for number, (expected, answer) in enumerate(zip(observed, got, strict=True))
        if (found := differences(expected, answer))
    ]
    assert not disagreeing


def test_the_comparison_notices_each_field():
    case = next(case for case in CASES if any(o.get("upstream") for o in case["observed"]["all"]))
    expected = next(o for o in case["observed"]["all"] if o.get("upstream"))
    for name in ALWAYS:
        assert name in differences(expected, {**expected, name: "something else"})
    spoiled = {**expected["upstream"]["headers"], "x-forwarded-port": "1"}
    assert "upstream" in differences(
        expected, {**expected, "upstream": {**expected["upstream"], "headers": spoiled}}
    )


def test_the_data_holds_both_versions_and_all_kinds_of_endings():
    endings = {o["connection"] for c in CASES for each in c["observed"].values() for o in each}
    assert {"http", "refused", "closed", "tls-failed"} <= endings
    assert {"all", *VERSIONS} == {version for case in CASES for version in case["observed"]}
