"""A fix is right if doing what it says makes the finding go away, and brings no new error."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from aws_lb_sim.cluster import documents_of
from aws_lb_sim.design.space import space
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.manifests.write import write
from aws_lb_sim.simulation import simulate
from tests.findings.cases import read_cases
from tests.findings.mend import Setting, alternatives, mend

if TYPE_CHECKING:
    from aws_lb_sim.findings.finding import Finding

URLS = ("http://shop.example.com/", "https://shop.example.com/")
# Their fixes are exact enough to be done by a machine.
EXACT = {
    "client-address-forgeable",
    "client-address-wrong",
    "http2-not-negotiated",
    "insecure-port-closed",
    "pod-port-closed",
    "proxy-after-tls",
    "proxy-protocol-missing",
    "proxy-protocol-not-expected",
    "redirect-loop",
    "scheme-claimed-by-client",
    "service-sees-http",
    "trusted-depth-too-high",
    "trusted-depth-too-low",
    "websocket-refused",
}
SAMPLE = 60
SEED = 20240229


def check_fixes(setting: Setting, url: str, **options: object) -> set[str]:
    """Do what each fix says by itself; return the codes that were mended."""
    cluster = setting.cluster()
    # What a fix lets through may meet what was wrong further on all the time.
    before = [f for each in (url, *URLS) for f in simulate(cluster, each, **options).findings]
    mended = set()
    for finding in simulate(cluster, url, **options).findings:
        if finding.code not in EXACT:
            continue
        for way in alternatives(finding.fix):
            after = mend(setting, way)
            if after is not None:
                found = simulate(after.cluster(), url, **options).findings
                check_one(finding, way, before, found)
                mended.add(finding.code)
    return mended


def check_one(
    finding: Finding, way: str, before: list[Finding], after: tuple[Finding, ...]
) -> None:
    again = [f for f in after if f.code == finding.code and f.where == finding.where]
    assert not again, f"{way!r} did not mend: {again[0].message}"
    errors = {each.code for each in after if each.severity == "error"}
    new = errors - {each.code for each in before if each.severity == "error"}
    assert not new, f"{way!r} brought {new}"


@pytest.mark.parametrize(
    "case", [c for c in read_cases("bad") if c.code in EXACT], ids=lambda case: case.name
)
def test_fixes_of_the_cases(case):
    options = {"emissary_version": case.settings.get("version", "3.3")}
    if "attribute" in case.settings:
        options["attributes"] = dict([case.settings["attribute"].split("=")])
    if "in-front" in case.settings:
        options["in_front"] = [case.settings["in-front"]]
    setting = Setting.of(case.documents(), **options)
    url = case.settings.get("url", URLS[1])
    mended = check_fixes(setting, url, http=case.settings.get("http", "1.1"))
    by_other_means = {"websocket-refused-by-load-balancer", "http2-not-negotiated-by-load-balancer"}
    assert case.code in mended or case.name in by_other_means


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_fixes_of_the_recipes(preset, url):
    manifests = preset.manifests()
    check_fixes(setting_of(manifests), url)


def setting_of(manifests):
    return Setting.of(
        documents_of(manifests),
        controller=manifests.controller,
        attributes=dict(manifests.attributes),
        emissary_version=manifests.emissary_version,
    )


@pytest.mark.parametrize("url", URLS)
def test_fixes_of_random_designs(url):
    designs = random.Random(SEED).sample(list(space()), SAMPLE)
    mended = set()
    for design in designs:
        mended |= check_fixes(setting_of(write(design)), url)
    assert mended
