"""A rule of behaviour, and where it is written down that the software behaves so."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a piece of software is known to do, with its source.

    Every change that a box makes to a connection or request names the rule by
    which it was made, so that a reader can follow each line of a flow to its
    evidence.

    Parameters
    ----------
    id
        Stable dotted name, ``<box>.<what>``, such as ``nlb.proxy-v2``.
    text
        What the software does, in one sentence.
    source
        Where that is documented, read in source code, or was observed.

    Examples
    --------
    >>> rule = Rule("node.snat", "kube-proxy replaces the source.", "Kubernetes, source IP")
    >>> rule.id
    'node.snat'
    """

    id: str
    text: str
    source: str
