"""``python -m aws_lb_sim.findings``: print the page of all findings."""

from __future__ import annotations

import sys

from aws_lb_sim.findings.page import write_page

if __name__ == "__main__":
    sys.stdout.write(write_page())
