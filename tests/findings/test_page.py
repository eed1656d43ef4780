from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from aws_lb_sim.findings.check import describe
from aws_lb_sim.findings.page import write_page

PAGE = Path(__file__).parent.parent.parent / "docs" / "findings.md"


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == write_page(), (
        "write it anew: python -m aws_lb_sim.findings > docs/findings.md"
    )


def test_every_finding_has_a_section_and_a_line():
    lines = write_page().splitlines()
    for hazard in describe():
        assert f"## {hazard.code}" in lines
        assert any(line.startswith(f"| [{hazard.code}](#{hazard.code}) |") for line in lines)


def test_the_module_prints_it():
    done = subprocess.run(
        [sys.executable, "-m", "aws_lb_sim.findings"],
        capture_output=True,
        check=True,
        cwd=PAGE.parent.parent,
    )
    assert done.stdout.decode("utf-8") == write_page()
