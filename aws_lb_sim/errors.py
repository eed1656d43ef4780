"""Errors that a user can mend: what is wrong, where, and how to put it right."""

from __future__ import annotations

__all__ = ["InputError"]


class InputError(ValueError):
    """Input that cannot be simulated, with its place and its remedy.

    Parameters
    ----------
    what
        What is wrong, in one sentence without a full stop.
    where
        The place, such as ``cluster.yaml, document 2 (Service emissary/edge), line 14``;
        empty where no place can be named (an argument, say).
    mend
        How to put it right.

    Examples
    --------
    >>> print(InputError("the port is 99999", where="a.yaml, line 3", mend="use 1 to 65535"))
    a.yaml, line 3: the port is 99999; to mend it: use 1 to 65535
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; to mend it: {self.mend}" if self.mend else text
