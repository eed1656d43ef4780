"""The page's recipes: as printed word for word, and corrected."""

import re

import kubernetes_validate
import pytest
import yaml

from aws_lb_sim.design.problems import problems
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.page import printed, printed_text
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.manifests.schema import validate

RECIPES = (
    "recommended",
    "tls-at-emissary",
    "tls-at-l4-load-balancer",
    "tls-at-l7-load-balancer",
    "client-ip-l7",
    "client-ip-proxy-protocol",
)
PRINTED = [each for each in presets() if each.design is None]
CORRECTED = [each for each in presets() if each.design is not None]


def kinds(manifests):
    return [each["kind"] for each in manifests.documents]


def test_each_recipe_is_there_twice():
    names = [each.name for each in presets()]
    assert len(set(names)) == len(names) == 16
    for each in CORRECTED:
        assert f"{each.name}-as-printed" in names
        assert re.fullmatch(r"[a-z0-9-]+", each.name)
    assert all(each.title and each.summary and each.section for each in presets())


@pytest.mark.parametrize("each", PRINTED, ids=lambda each: each.name)
def test_a_recipe_as_printed_has_the_pages_default_listeners(each):
    manifests = each.manifests()
    listeners = [d["spec"] for d in manifests.documents if d["kind"] == "Listener"]
    assert [(spec["port"], spec["protocol"], spec["securityModel"]) for spec in listeners] == [
        (8080, "HTTP", "XFP"),
        (8443, "HTTPS", "XFP"),
    ]
    assert manifests.emissary_version == "3.3"
    assert kinds(manifests).count("Mapping") == 1


@pytest.mark.parametrize("each", PRINTED, ids=lambda each: each.name)
def test_what_emissary_reads_of_it_passes_the_schemas(each):
    for document in each.manifests().documents:
        assert validate(Document(data=document)) == []


@pytest.mark.parametrize("each", CORRECTED, ids=lambda each: each.name)
def test_a_corrected_recipe_is_a_possible_design(each):
    assert problems(each.design) == ()
    assert each.manifests().emissary_version == "3.3"
    for document in each.manifests().documents:
        if "getambassador" not in document["apiVersion"]:
            kubernetes_validate.validate(document, "1.33", strict=True)


def test_the_page_is_quoted_word_for_word():
    text = printed_text("recommended")
    assert "  - name: HTTP\n    port: 80\n    targetPort: 8080\n  - name: HTTPS" in text
    assert "apiVersion: getambassador.io/v3alpha1\nkind: Module" in text
    assert "aws-load-balancer-ssl-cert: {{ACM_CERT_ARN}}" in printed_text("tls-at-l7-load-balancer")
    service, host, module = printed("tls-at-l7-load-balancer")
    assert service["spec"]["selector"] == {"service": "ambassador"}
    assert host["spec"]["selector"] == {"matchLabels": {"hostname": "wildcard"}}
    assert module["spec"]["config"] == {"xff_num_trusted_hops": 1, "use_remote_address": False}


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_file_says_which_page_it_quotes(recipe):
    text = printed_text(recipe)
    assert "datawire/ambassador-docs" in text.partition("---")[0]
    assert list(yaml.safe_load_all(text.replace("{{ACM_CERT_ARN}}", "arn")))


def test_port_names_as_printed_are_refused_by_kubernetes_and_corrected_ones_are_not():
    names = {
        each.name: {port["name"] for port in each.manifests().documents[0]["spec"]["ports"]}
        for each in presets()
    }
    assert names["recommended-nlb-as-printed"] == {"HTTP", "HTTPS"}
    assert names["recommended-nlb"] == {"http", "https"}


def test_the_hand_made_step_of_the_recommended_recipe_is_told():
    manifests = preset("recommended-nlb-as-printed").manifests()
    assert manifests.attributes == {"proxy_protocol_v2.enabled": "true"}
    assert kinds(manifests) == ["Service", "Module", "Listener", "Listener", "Mapping", "Host"]


def test_for_1_14_the_page_has_another_api_version_and_no_listeners():
    manifests = preset("recommended-nlb-as-printed").manifests("1.14")
    versions = {each["apiVersion"] for each in manifests.documents}
    assert versions == {"v1", "getambassador.io/v2"}
    assert "Listener" not in kinds(manifests)


def test_presets_are_new_on_every_call():
    one = preset("tls-at-l4-elb-as-printed").manifests()
    one.documents[0].clear()
    assert preset("tls-at-l4-elb-as-printed").manifests().documents[0]


def test_an_unknown_preset_is_answered_with_those_like_it():
    with pytest.raises(InputError) as caught:
        preset("recomended-nlb")
    assert caught.value.mend.startswith("perhaps recommended-nlb")
    assert "client-ip-l7" in caught.value.mend


def test_a_corrected_recipe_that_needs_listeners_cannot_be_had_for_1_14():
    with pytest.raises(InputError):
        preset("tls-at-l4-elb").manifests("1.14")
