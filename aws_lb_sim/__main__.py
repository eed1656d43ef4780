"""``python -m aws_lb_sim`` is ``aws-lb-sim``."""

from __future__ import annotations

import sys

from aws_lb_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
