"""Releases of Emissary: which are known, and what an unknown one says."""

import pytest

from aws_lb_sim.emissary.versions import RELEASES, known_versions, release
from aws_lb_sim.errors import InputError


@pytest.mark.parametrize("spelling", ["3.3", "v3.3", "3.3.0", "3.3.1"])
def test_a_patch_release_is_its_minor_release(spelling):
    assert release(spelling).version == "3.3"


@pytest.mark.parametrize("wrong", ["", "3", "9.9", "3.3.x", "latest", "3.3.1.1"])
def test_an_unknown_version_lists_the_known_ones(wrong):
    with pytest.raises(InputError) as error:
        release(wrong)
    assert all(version in str(error.value) for version in known_versions())


def test_versions_are_in_order_and_unique():
    numbers = [tuple(map(int, version.split("."))) for version in known_versions()]
    assert numbers == sorted(set(numbers))


def test_what_changed_when():
    changed_in = {
        "has_listeners": "2.0",
        "sni_without_port": "3.5",
        "groups_by_host_selector": "3.8",
    }
    for field, version in changed_in.items():
        since = next(each.version for each in RELEASES if getattr(each, field))
        assert since == version, field
    assert not release("3.1").strict_selectors
    assert release("2.4").strict_selectors
    assert release("3.2").strict_selectors
