"""Runs the tests that are written in JavaScript, on models made by this very code."""

from __future__ import annotations

import json
import os

from tests.views.browser.models import all_models
from tools.javascript import run_tool


def test_the_scripts_pass_their_own_tests(tmp_path):
    models = tmp_path / "models.json"
    models.write_text(json.dumps(all_models()), encoding="utf-8")
    environment = {**os.environ, "VIEW_MODELS": str(models), "CI": "true", "NO_COLOR": "1"}
    done = run_tool("vitest/vitest.mjs", "run", environment=environment)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
