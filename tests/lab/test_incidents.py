"""The outages of public threads, met again on real Envoys: before the fix and after it."""

from __future__ import annotations

import pytest

from aws_lb_sim.lab.verification import verify_each
from aws_lb_sim.lab.warm_lab import WarmLab
from aws_lb_sim.sweep import ClientRequest
from tests.findings import test_incidents as incidents


@pytest.fixture(scope="module")
def warm():
    with WarmLab() as both:
        yield both


@pytest.mark.parametrize(("name", "half"), incidents.HALVES, ids=lambda value: value)
def test_the_symptom_and_its_end_are_what_a_real_envoy_does(name, half, warm):
    asked = incidents.INCIDENTS[name]["request"]
    requests = [ClientRequest(url=each["url"], client_ip=incidents.CLIENT) for each in asked]
    cluster = incidents.cluster_of(name, half)
    verifications = list(verify_each(cluster, requests, warm=warm))
    assert [str(each) for each in verifications if each.differences] == []
    assert all(each.agrees for each in verifications)


def test_the_redirect_loop_of_2494_goes_round_on_a_real_envoy(warm):
    cluster = incidents.cluster_of("emissary-2494-elb-l4-split-port-loop", "before")
    loops = [
        verification.observed.redirect_loop
        for verification in verify_each(cluster, [ClientRequest()], warm=warm)
    ]
    assert loops == [True]
