"""A finding: a hazard, what happens because of it, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity"]

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a person should know about their manifests or a flow.

    Parameters
    ----------
    code
        Stable, lower-case, hyphenated: ``redirect-loop``. Never reused.
    severity
        ``error`` (requests fail or an address can be forged), ``warning``
        (works by luck, or differs from what was asked), ``info`` (good to
        know; also what the model does not cover).
    message
        What is wrong and what happens because of it.
    fix
        How to mend it; empty where there is nothing to mend.
    source
        Where it is documented, read or observed.
    where
        The document and field: ``Service emissary/edge, metadata.annotations``.

    Examples
    --------
    >>> Finding(code="redirect-loop", severity="error", message="It loops.").fix
    ''
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    source: str = ""
    where: str = ""
