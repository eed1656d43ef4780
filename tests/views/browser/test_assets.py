"""Modules joined into one: what a browser gets is what the tests of JavaScript import."""

from __future__ import annotations

import re

import pytest

from aws_lb_sim.views.browser import assets

MODULES = {
    "a.js": 'import { b as other,\n  c } from "./deep/b.js";\n\nexport const a = other + c;\n',
    "deep/b.js": 'import { base } from "../base.js";\nexport function b() {}\nexport const c = 1\n',
    "base.js": "const own = 1;\nexport class base {}\n",
    "circle.js": 'import { square } from "./square.js";\n',
    "square.js": 'import { circle } from "./circle.js";\n',
    "star.js": 'import { all } from "./all.js";\n',
    "all.js": 'export * from "./base.js";\n',
}


@pytest.fixture
def modules(monkeypatch):
    monkeypatch.setattr(assets, "_asset", MODULES.__getitem__)
    return assets.join.__wrapped__


def test_each_module_stands_once_behind_what_it_needs(modules):
    script = modules("a.js")
    assert re.findall(r"^const (module\d)", script, re.MULTILINE) == ["module0", "module1"]
    assert "const { base } = module0;" in script
    assert "return { b, c };" in script
    assert script.endswith("const { b: other,\n  c } = module1;\n\nexport const a = other + c;\n")
    assert script.count("export") == 1


def test_a_circle_is_refused(modules):
    with pytest.raises(ValueError, match=r"circle\.js → square\.js → circle\.js"):
        modules("circle.js")


def test_what_cannot_be_joined_is_refused(modules):
    with pytest.raises(ValueError, match=r"all\.js imports or exports in a way"):
        modules("star.js")


@pytest.mark.parametrize(
    "make",
    [assets.flow_module, assets.page_script, assets.explorer_module],
    ids=lambda f: f.__name__,
)
def test_what_is_joined_loads_nothing_and_writes_no_markup(make):
    lines = [line for line in make().splitlines() if not re.match(r"\s*(\*|/\*|//)", line)]
    code = "\n".join(lines)
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "fetch(",
        "XMLHttpRequest",
        "import ",
        "import(",
    ):
        assert word not in code, word
