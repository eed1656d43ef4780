"""Excerpts of a real configuration: what they tell, and what they leave out."""

from __future__ import annotations

import pytest
import yaml

from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.lab.emissary.bootstrap import Wiring, write_bootstrap
from aws_lb_sim.lab.envoy.certificates import make_certificate
from aws_lb_sim.lab.lesson.excerpt import changes, cluster_excerpt, listener_excerpt
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.presets import preset


@pytest.fixture(scope="module")
def bootstrap():
    manifests = preset("recommended-nlb").manifests()
    documents = [Document(data=each, index=i) for i, each in enumerate(manifests.documents, 1)]
    config = compile_documents(documents, emissary_version="3.3").config
    wiring = Wiring(
        address="10.0.3.30",
        admin="@lab",
        upstreams={"upstream": ("10.0.4.40", 80)},
        certificate=make_certificate(),
    )
    return write_bootstrap(config, wiring)


def test_listener_filters_stand_in_their_order(bootstrap):
    told = yaml.safe_load(listener_excerpt(bootstrap, 8443))
    names = [each["name"].rpartition(".")[2] for each in told["listener_filters"]]
    assert names == ["proxy_protocol", "tls_inspector"]
    assert told["address"] == "10.0.3.30:8443"


def test_tls_is_told_and_keys_are_not(bootstrap):
    text = listener_excerpt(bootstrap, 8443)
    context = yaml.safe_load(text)["filter_chains"][0]["transport_socket"]["typed_config"]
    versions = context["common_tls_context"]["tls_params"]
    assert versions["tls_minimum_protocol_version"] == "TLSv1_2"
    assert "PRIVATE KEY" not in text
    assert "CERTIFICATE" not in text


def test_routes_are_told_without_emissarys_probes(bootstrap):
    text = listener_excerpt(bootstrap, 8443)
    assert "quote-backend" in text
    assert "check_ready" not in text


def test_a_cluster_says_where_connections_go(bootstrap):
    assert "10.0.4.40:80" in cluster_excerpt(bootstrap, "upstream")


def test_what_is_not_there_is_said(bootstrap):
    with pytest.raises(LookupError, match="port 9999"):
        listener_excerpt(bootstrap, 9999)
    with pytest.raises(LookupError, match="cluster none"):
        cluster_excerpt(bootstrap, "none")


def test_changes_apart_from_each_other_are_shown_apart():
    before = "\n".join("abcdefghij")
    after = before.replace("b", "B").replace("i", "I")
    assert changes(before, after, context=0).splitlines() == ["-b", "+B", "…", "-i", "+I"]


def test_equal_texts_have_no_changes():
    assert changes("a\nb", "a\nb") == ""
