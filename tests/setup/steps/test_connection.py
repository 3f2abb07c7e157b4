"""Setup requires a connected identity."""

from __future__ import annotations

from pathlib import Path

from ...support.machine import Machine, folder_option, program_option


def test_setup_ends_with_4_if_no_identity_is_connected(machine: Machine, personal: Path) -> None:
    options = (
        *folder_option(machine),
        *program_option(personal),
        "--client-id",
        machine.sandbox.client_id,
    )
    ended = machine.setup(*options)
    assert ended.code == 4
    assert "sregistry-globus login" in ended.step("connect")["message"]
    assert machine.settings["client_id"] == machine.sandbox.client_id
