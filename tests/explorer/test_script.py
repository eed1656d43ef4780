"""The explorer's script by itself, in a browser, without a notebook."""

from __future__ import annotations

import base64
import io
import random
import zipfile

import pytest

from aws_lb_sim.explorer.scenario import run, start
from aws_lb_sim.manifests.bundle import Bundle
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.views.browser.assets import join

IMPORT = """async sources => {
  const load = source =>
    import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
  window.explorer = Object.assign({}, ...await Promise.all(sources.map(load)));
}"""
MODULES = ("explorer/diff.js", "explorer/yaml.js", "explorer/zip.js")
ZIP = """async files => {
  const bytes = new Uint8Array(await explorer.zip(files).arrayBuffer());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}"""


@pytest.fixture(scope="module")
def script(browser):
    page = browser.new_page()
    page.evaluate(IMPORT, [join(name) for name in MODULES])
    yield page
    page.close()


def zipped(script, files):
    return base64.b64decode(script.evaluate(ZIP, dict(files)))


@pytest.mark.parametrize("preset", presets(), ids=lambda each: each.name)
def test_the_archive_is_the_one_that_python_makes(script, preset):
    bundle = run(start(preset.name)).bundle
    assert zipped(script, bundle.files) == bundle.zip()


def test_an_archive_holds_any_text(script):
    files = {"a.yaml": "größe: 雪 🌨\n", "b.sh": "#!/bin/sh\n", "empty.md": ""}
    data = zipped(script, files)
    assert data == Bundle(files).zip()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files


def test_line_changes_lead_from_one_text_to_the_other(script):
    chance = random.Random(11)
    for _ in range(60):
        before, after = ([chance.choice("abcde") for _ in range(chance.randrange(9))] for _ in "xy")
        texts = "\n".join(before), "\n".join(after)
        found = script.evaluate("([a, b]) => explorer.lineChanges(a, b)", list(texts))
        assert [line for sign, line in found if sign != "−"] == texts[1].split("\n")
        assert [line for sign, line in found if sign != "+"] == texts[0].split("\n")
        if before == after:
            assert {sign for sign, _ in found} == {" "}


def test_one_changed_line_is_one_line(script):
    texts = ["a: 1\nb: 2\nc: 3", "a: 1\nb: 4\nc: 3"]
    found = script.evaluate("([a, b]) => explorer.lineChanges(a, b)", texts)
    assert found == [[" ", "a: 1"], ["−", "b: 2"], ["+", "b: 4"], [" ", "c: 3"]]


def test_yaml_keys_are_told_from_values_and_nothing_is_lost(script):
    for text in run(start("tls-at-l7-alb-as-printed")).bundle.files.values():
        for line in text.split("\n"):
            parts = script.evaluate("line => explorer.yamlParts(line)", line)
            assert "".join(words for _, words in parts) == line
    assert script.evaluate("() => explorer.yamlParts('  - name: https')") == [
        ["", "  - "],
        ["key", "name:"],
        ["text", " https"],
    ]
