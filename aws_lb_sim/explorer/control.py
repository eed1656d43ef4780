"""What a control is: one thing that can be chosen or typed, with its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Control", "Group", "Option"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a control, and what it is called."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing that can be chosen or typed.

    Parameters
    ----------
    name
        Field of a Design or of the request.
    label
        In plain words.
    help
        One line: what it decides.
    options
        Its values in order; none where free text is typed.
    lines
        Lines of a box for text.
    of_request
        Whether it is about the request, not the design.
    """

    name: str
    label: str
    help: str
    options: tuple[Option, ...] = ()
    lines: int = 1
    of_request: bool = False

    @property
    def is_text(self) -> bool:
        """Whether free text is typed."""
        return not self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Controls that belong together.

    Parameters
    ----------
    title
        In plain words, short.
    about
        The same with all words.
    controls
        In the order on the screen.
    is_open
        Whether they are shown at first.
    """

    title: str
    about: str
    controls: tuple[Control, ...]
    is_open: bool = False
