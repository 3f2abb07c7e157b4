"""The exit code of each error: a row for each branch of the tree, and for what differs.

0 success, 1 failed, 2 wrong usage, 3 not found, 4 login or consent required, 5 not set up,
6 temporarily unavailable.
"""

from __future__ import annotations

from .. import errors

EXIT_CODE_BY_ERROR: dict[type[errors.SRegistryGlobusError], int] = {
    errors.SRegistryGlobusError: 1,
    errors.NotFound: 3,
    errors.Invalid: 2,
    errors.ImageUnreadable: 1,
    errors.Conflict: 1,
    errors.TransferConflict: 6,
    errors.LoginNeeded: 4,
    errors.NotConfigured: 5,
    errors.Unavailable: 6,
    errors.RegistryLocked: 4,
    errors.RegistryDenied: 4,
    errors.StoreUnavailable: 1,
    errors.Refused: 1,
}


def exit_code(error: errors.SRegistryGlobusError) -> int:
    """Return the exit code of an error."""
    return error.look_up(EXIT_CODE_BY_ERROR)
