"""tools/browser.py: a browser, or words on how to get one; never a silent skip."""

from __future__ import annotations

import pytest

from tools import browser


def executable(path, exit_code):
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def test_a_named_browser_is_taken(monkeypatch, tmp_path):
    named = executable(tmp_path / "mine", 0)
    monkeypatch.setenv(browser.VARIABLE, str(named))
    assert browser.find_browser() == named


@pytest.mark.parametrize("exit_code", [1, 127])
def test_a_browser_that_does_not_start_is_no_browser(monkeypatch, tmp_path, exit_code):
    monkeypatch.setenv(browser.VARIABLE, str(executable(tmp_path / "stub", exit_code)))
    with pytest.raises(browser.BrowserNotFoundError, match="playwright install"):
        browser.find_browser()


def test_a_browser_on_the_path_comes_before_playwrights_own(monkeypatch, tmp_path):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    chromium = executable(tmp_path / "chromium", 0)
    assert browser.find_browser() == chromium


def test_nothing_is_asked_for_a_password(monkeypatch):
    monkeypatch.setattr(browser, "is_root", lambda: False)
    assert [command[1:] for command in browser.installers()] == [
        ["-m", "playwright", "install", "chromium"]
    ]


def test_the_sandbox_is_off_for_root_only(monkeypatch):
    monkeypatch.setattr(browser, "is_root", lambda: True)
    assert "--no-sandbox" in browser.browser_arguments()
    monkeypatch.setattr(browser, "is_root", lambda: False)
    assert "--no-sandbox" not in browser.browser_arguments()
