from __future__ import annotations

import base64
import io
import re
import zipfile

import pytest

from aws_lb_sim.design.design import Design
from aws_lb_sim.design.space import choices
from aws_lb_sim.errors import InputError
from aws_lb_sim.views.controls import FIRST_FIELDS, label, meant, options
from aws_lb_sim.views.explorer import explorer

FORGED = "X-Forwarded-For: 198.51.100.66"


@pytest.fixture
def shown():
    return explorer("recommended-nlb", headers=FORGED)


def everything(widget):
    """All that a person can read."""
    views = (widget.flow_view, widget.card_view, widget.findings_view, widget.manifests_view)
    return "".join(view.value for view in views)


def test_it_opens_with_flow_card_findings_and_manifests(shown):
    assert shown.flow_view.value.startswith("<svg")
    assert "203.0.113.7 (right)" in shown.card_view.value
    assert "The same as text" in shown.findings_view.value
    assert "service.yaml" in shown.manifests_view.value
    assert shown.message.value == ""


def test_a_toggle_changes_flow_card_and_manifests(shown):
    before = [view.value for view in (shown.flow_view, shown.card_view, shown.manifests_view)]
    shown.fields["tls_termination"].value = "load-balancer"
    after = [view.value for view in (shown.flow_view, shown.card_view, shown.manifests_view)]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert shown.outcome.flow.tls_terminated_at == ("load-balancer",)


@pytest.mark.parametrize("field", list(choices(Design())))
def test_every_value_of_every_control_can_be_chosen_or_says_why_not(field):
    for held in [held for _, held in explorer().fields[field].options]:
        widget = explorer()
        if widget.fields[field].value == held:
            continue
        widget.fields[field].value = held
        if getattr(widget.scenario.design, field) != meant(held):
            assert 'role="alert"' in widget.message.value
        assert "fault of the explorer" not in widget.message.value
        assert widget.fields[field].value == (
            "default"
            if getattr(widget.scenario.design, field) is None
            else getattr(widget.scenario.design, field)
        )


def test_a_choice_that_changes_others_says_which(shown):
    texts = dict((held, text) for text, held in shown.fields["load_balancer"].options)  # noqa: C402
    assert texts["alb"] == "alb (changes others)"
    shown.fields["load_balancer"].value = "alb"
    assert "tls_termination: emissary → load-balancer" in shown.message.value
    assert shown.fields["tls_termination"].value == "load-balancer"
    shown.fields["scheme"].value = "internal"
    assert shown.message.value == ""


def test_the_reasons_are_listed(shown):
    assert "a load balancer on layer 7 cannot pass TLS through" in shown.reasons_view.value


def test_a_recipe_as_printed_has_its_controls_off(shown):
    shown.preset.value = "recommended-nlb-as-printed"
    assert all(control.disabled for control in shown.fields.values())
    assert shown.outcome.flow.result == "tls-error"
    shown.preset.value = "recommended-nlb"
    assert not any(control.disabled for control in shown.fields.values())


def test_it_can_start_from_a_recipe_as_printed():
    assert explorer("recommended-nlb-as-printed").outcome.flow.result == "tls-error"


def test_redirects_are_shown_one_by_one(shown):
    shown.request["url"].value = "http://shop.example.com/"
    assert shown.round.layout.display == "flex"
    assert [number for _, number in shown.round.options] == [1, 2]
    first = shown.flow_view.value
    shown.round.value = 2
    assert shown.flow_view.value != first
    assert "request 2 of 2" in shown.flow_view.value


@pytest.mark.parametrize(
    ("field", "text"),
    [("url", "nonsense"), ("client_ip", "me"), ("headers", "no header"), ("url", "")],
)
def test_what_is_typed_wrongly_is_said_in_the_panel_and_put_back(shown, field, text):
    before = shown.request[field].value
    seen = everything(shown)
    shown.request[field].value = text
    assert 'role="alert"' in shown.message.value
    assert shown.request[field].value == before
    assert everything(shown) == seen


def test_a_fault_is_said_in_the_panel_too(shown, monkeypatch):
    def broken(_scenario):
        raise ZeroDivisionError("by <b>nought</b>")

    monkeypatch.setattr("aws_lb_sim.views.explorer.run", broken)
    shown.fields["target_type"].value = "ip"
    assert "ZeroDivisionError: by &lt;b&gt;nought" in shown.message.value
    assert shown.fields["target_type"].value == "instance"


def test_saving_never_replaces_anything(shown, tmp_path):
    folder = tmp_path / "mine"
    shown.save(str(folder))
    assert {path.name for path in folder.iterdir()} == set(shown.outcome.bundle.files)
    assert "Saved in" in shown.message.value
    (folder / "host.yaml").write_text("mine")
    with pytest.raises(InputError, match="there already"):
        shown.save(str(folder))
    shown.guarded(shown.save, str(folder))
    assert 'role="alert"' in shown.message.value
    assert (folder / "host.yaml").read_text() == "mine"


def test_no_folder_is_an_error(shown):
    with pytest.raises(InputError, match="no folder is named"):
        shown.save("  ")


def test_the_button_saves_into_the_folder_named(shown, tmp_path):
    shown.folder.value = str(tmp_path / "clicked")
    shown.save_button.click()
    assert (tmp_path / "clicked" / "README.md").exists()


def test_the_download_holds_the_bundle(shown):
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", shown.download_view.value)[1]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(data))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert files == dict(shown.outcome.bundle.files)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_hostile_headers_stay_text(shown, text):
    shown.request["headers"].value = f"X-Forwarded-For: {text}"
    html = everything(shown)
    assert "<script" not in html
    assert "<img" not in html


def test_controls_have_names_and_values_in_words(shown):
    descriptions = [control.description for control in shown.fields.values()]
    assert len(set(descriptions)) == len(descriptions)
    assert all("_" not in description for description in descriptions)
    assert set(shown.fields) >= FIRST_FIELDS
    assert label("cross_zone") == "Cross zone"
    offered = choices(shown.scenario.design)["l7_depth"]
    assert "default" in [text for text, _ in options(offered)]


def test_two_explorers_show_the_same_bytes():
    assert everything(explorer()) == everything(explorer())
    assert repr(explorer()) == repr(explorer())


def test_an_unknown_preset_or_field_is_an_error():
    with pytest.raises(InputError, match="recommended-nlb"):
        explorer("no-such")
    with pytest.raises(InputError, match="colour"):
        explorer(colour="red")
