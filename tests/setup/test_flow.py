"""Setup from its first question to its last, against an ``Asker``."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.cli.setup import setup
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.setup.answers import Answers
from jupyterlab_sregistry_globus.setup.flow import run_setup

from ..support.asker import ScriptedAsker
from ..support.connect import code_in
from ..support.machine import Machine, guest_of

# What setup's messages could name. A remedy may still name an option of another program, as pip's.
OPTIONS = {option for parameter in setup.params for option in parameter.opts if "--" in option}


def test_every_answer_can_come_from_a_question(
    machine: Machine, personal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    def code() -> str:
        """The user goes to the page that was opened, and copies the code."""
        return code_in(machine.sandbox.log_in(opened[-1], identity=names.ADA))

    asker = ScriptedAsker(
        [
            "",  # where
            "native",
            "",  # address
            machine.sandbox.client_id,
            "y",
            code,
            "y",  # serve
            str(machine.home / "nosuch"),
            str(machine.registry),
            "Ada's registry",
            "y",  # start
            "y",
            "tacos",
            "ml=bob@uni.example",
            "",
            "y",
            "y",
        ]
    )
    answers = Answers(program=personal, subscription_id=names.SUBSCRIPTION)
    with machine.service_factory() as make_services:
        report, error = run_setup(
            answers, asker, make_services, is_dry=False, is_interactive=True, hints={}
        )
    assert error is None, asker.asked
    assert report.is_well, report
    guest = guest_of(machine)
    assert machine.may_read(names.CAROL, guest, "/tacos/")
    assert not machine.may_read(names.CAROL, guest, "/ml/")
    assert machine.may_read(names.BOB, guest, "/ml/")
    assert any("does not exist" in text for text in asker.told)
    assert asker.left == []


def test_messages_name_options_only_if_the_face_does(machine: Machine) -> None:
    for hints in ({}, {"client_id": "Type it below."}):
        asker = ScriptedAsker([])
        with machine.service_factory() as make_services:
            report, _ = run_setup(
                Answers(), asker, make_services, is_dry=False, is_interactive=False, hints=hints
            )
        text = " ".join([*asker.told, *(step.message for step in report.steps)])
        assert {option for option in OPTIONS if option in text} == set()
        assert ("Type it below." in report.steps[0].message) == bool(hints)
