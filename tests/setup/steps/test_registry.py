"""The registry's entry in the configuration."""

from __future__ import annotations

from pathlib import Path

from ...support.machine import Machine, folder_option, program_option


def test_setup_keeps_the_other_registries(ready: Machine, personal: Path) -> None:
    other = {"name": "other", "kind": "folder", "path": str(ready.home), "token": "hush-hush"}
    ready.configure(registries=[other])
    options = ("--registry", "new", *folder_option(ready), *program_option(personal))
    ended = ready.setup(*options)
    assert "hush-hush" not in ended.out + ended.err
    assert ready.settings["registries"] == [
        other,
        {"name": "new", "kind": "folder", "path": str(ready.registry)},
    ]
