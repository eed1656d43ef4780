"""What the lab starts can be stopped, and a ``with`` stops it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Stoppable"]


class Stoppable(ABC):
    """A context manager that stops itself at the end.

    Examples
    --------
    >>> class Bell(Stoppable):
    ...     def stop(self):
    ...         print("silent")
    >>> with Bell():
    ...     print("ringing")
    ringing
    silent
    """

    @abstractmethod
    def stop(self) -> None:
        """End what was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
