"""The root of our errors, and the one that belongs to no branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..models.actions import Action


class SRegistryGlobusError(Exception):
    """The root of our errors.

    :param message: what happened, then what to do; fit to show to the user.
    :param action: what a face should offer; None for the default action of the class.
    """

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False
    default_action: ClassVar[Action | None] = None

    def __init_subclass__(
        cls, *, code: str | None = None, retryable: bool | None = None, action: Action | None = None
    ) -> None:
        """Set what the class differs in from its parent."""
        super().__init_subclass__()
        cls.code = cls.code if code is None else code
        cls.retryable = cls.retryable if retryable is None else retryable
        cls.default_action = cls.default_action if action is None else action

    def __init__(self, message: str, *, action: Action | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.action = action if action is not None else self.default_action

    @classmethod
    def look_up(cls, table: Mapping[type[Any], int]) -> int:
        """Return the table's value for this class, or for its nearest ancestor in the table."""
        return next(table[kind] for kind in cls.__mro__ if kind in table)


class TransferFailed(SRegistryGlobusError, code="transfer_failed"):
    """A transfer that a command waited for has failed."""
