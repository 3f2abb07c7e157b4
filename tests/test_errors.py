"""Errors form a tree, along which each face looks up its status or exit code."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.cli.exits import EXIT_CODE_BY_ERROR, exit_code
from jupyterlab_sregistry_globus.handlers.statuses import STATUS_BY_ERROR, http_status

Kind = type[errors.SRegistryGlobusError]

PACKAGE = Path(errors.__file__).parents[1]
BRANCHES: tuple[Kind, ...] = (
    errors.NotFound,
    errors.Invalid,
    errors.Conflict,
    errors.LoginNeeded,
    errors.ReloginNeeded,
    errors.NotConfigured,
    errors.Unavailable,
    errors.Refused,
)
# HTTP status and exit code of each class that code raises.
EXPECTED: dict[Kind, tuple[int, int]] = {
    errors.SRegistryGlobusError: (500, 1),
    errors.BadRequest: (400, 2),
    errors.ReferenceMalformed: (400, 2),
    errors.LabelMalformed: (400, 2),
    errors.AnswerMissing: (400, 2),
    errors.SettingMissing: (409, 5),
    errors.SettingWrong: (409, 5),
    errors.GlobusDisabled: (403, 5),
    errors.NotConnected: (403, 4),
    errors.ConsentRequired: (403, 4),
    errors.LoginRequired: (403, 4),
    errors.LoginFailed: (400, 4),
    errors.EndpointNotFound: (404, 3),
    errors.EndpointAmbiguous: (409, 2),
    errors.EndpointOffline: (409, 6),
    errors.EndpointNotUsable: (409, 1),
    errors.EndpointFailed: (502, 6),
    errors.FolderNotFound: (404, 3),
    errors.FolderExists: (409, 1),
    errors.PermissionRefused: (403, 1),
    errors.SubscriptionMissing: (403, 5),
    errors.BookmarkNotFound: (404, 3),
    errors.RegistryNotFound: (404, 3),
    errors.RegistryUnavailable: (503, 6),
    errors.RegistryUnreachable: (503, 6),
    errors.StorageUnreachable: (503, 6),
    errors.RegistryBusy: (503, 6),
    errors.ContainerBusy: (503, 6),
    errors.RequestStopped: (503, 6),
    errors.RegistryLocked: (403, 4),
    errors.RegistryDenied: (403, 4),
    errors.ImageNotFound: (404, 3),
    errors.ImageUnreadable: (422, 1),
    errors.ImageChanged: (409, 1),
    errors.PathNotAllowed: (403, 1),
    errors.PathNotServed: (409, 5),
    errors.MappingWrong: (409, 5),
    errors.NotSendable: (409, 1),
    errors.TransferNotFound: (404, 3),
    errors.TransferFinished: (409, 1),
    errors.TransferActive: (409, 1),
    errors.UploadsActive: (409, 1),
    errors.TransferFailed: (500, 1),
    errors.TransferConflict: (409, 6),
    errors.ExtraMissing: (501, 5),
    errors.GlobusUnavailable: (503, 6),
    errors.GlobusBusy: (503, 6),
    errors.GlobusRefused: (502, 1),
    errors.StoreUnavailable: (507, 1),
    errors.StoreNotPrivate: (507, 1),
}


def family(kind: Kind) -> Iterator[Kind]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


ALL = sorted(set(family(errors.SRegistryGlobusError)), key=lambda kind: kind.__name__)


def bare(kind: Kind) -> errors.SRegistryGlobusError:
    """An error of the class, whatever its constructor requires."""
    return kind.__new__(kind)


def test_every_error_is_a_branch_or_has_an_expected_status_and_exit_code() -> None:
    assert {*BRANCHES, *EXPECTED} == set(ALL)


@pytest.mark.parametrize("kind", EXPECTED)
def test_an_error_has_the_expected_http_status(kind: Kind) -> None:
    assert http_status(bare(kind)) == EXPECTED[kind][0]


@pytest.mark.parametrize("kind", EXPECTED)
def test_an_error_has_the_expected_exit_code(kind: Kind) -> None:
    assert exit_code(bare(kind)) == EXPECTED[kind][1]


@pytest.mark.parametrize("table", [STATUS_BY_ERROR, EXIT_CODE_BY_ERROR], ids=["status", "exit"])
def test_a_table_has_a_row_for_each_root_and_no_row_that_repeats_its_parent(
    table: dict[Kind, int],
) -> None:
    roots = errors.SRegistryGlobusError.__subclasses__()
    assert {kind for kind in roots if kind in BRANCHES} <= set(table)
    others = set(table) - set(roots) - {errors.SRegistryGlobusError}
    assert [kind for kind in others if kind.__base__.look_up(table) == table[kind]] == []


def test_a_new_error_takes_status_and_exit_code_of_its_branch() -> None:
    class LayerNotFound(errors.ImageNotFound):
        pass

    error = LayerNotFound("The image has no such layer.")
    assert (http_status(error), exit_code(error)) == (404, 3)
    # Classes live until they are collected, and the other tests read the whole tree.
    assert LayerNotFound not in ALL


@pytest.mark.parametrize("kind", ALL)
def test_an_error_has_one_parent(kind: Kind) -> None:
    assert len(kind.__bases__) == 1


def test_no_two_errors_share_a_code() -> None:
    codes = Counter(kind.code for kind in EXPECTED)
    assert [code for code, times in codes.items() if times > 1] == []


def test_branches_are_caught_and_not_raised() -> None:
    names = {kind.__name__ for kind in BRANCHES} | {"SRegistryGlobusError"}
    raised = []
    for file in sorted(PACKAGE.rglob("*.py")):
        if "sandbox" in file.parts:  # it has errors of its own
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            called = node.exc.func if is_raised_call(node) else None
            name = getattr(called, "id", getattr(called, "attr", None))
            if name in names:
                raised.append(f"{file.name}:{node.lineno} {name}")
    assert raised == []


def is_raised_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)


def test_the_modules_docstring_draws_the_tree() -> None:
    assert errors.__doc__
    drawn: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        # A branch may be followed by its meaning, after two blanks or more.
        names = re.fullmatch(r"( {4,})(\w+(?: · \w+)*)(?: {2,}.*)?", line)
        if names is None:
            continue
        depth = len(names[1])
        path = [(at, name) for at, name in path if at < depth]
        for name in names[2].split(" · "):
            drawn[name] = path[-1][1] if path else "Exception"
        path.append((depth, names[2].split(" · ")[-1]))
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in ALL}


@pytest.mark.parametrize("kind", ALL)
def test_an_error_lives_in_the_module_of_its_branch(kind: Kind) -> None:
    branch = kind
    while branch.__bases__[0] not in (errors.SRegistryGlobusError, Exception):
        branch = branch.__bases__[0]
    is_alone = not branch.__subclasses__() or branch is errors.SRegistryGlobusError
    homes = {member.__module__ for member in (kind, branch)}
    assert homes == {f"{errors.__name__}.base"} if is_alone else len(homes) == 1
    assert getattr(errors, kind.__name__) is kind
    assert kind.__name__ in errors.__all__
    assert kind.__doc__


def test_no_error_is_a_401() -> None:
    # 401 would make browsers and proxies think that Jupyter's own login is missing.
    assert 401 not in STATUS_BY_ERROR.values()


@pytest.mark.parametrize(
    ("kind", "is_caught"),
    [
        (errors.NotConnected, True),
        (errors.ConsentRequired, True),
        (errors.LoginRequired, True),
        (errors.LoginFailed, True),
        (errors.RegistryLocked, False),
        (errors.RegistryDenied, False),
        (errors.PermissionRefused, False),
    ],
)
def test_login_needed_catches_what_a_login_to_globus_fixes(kind: Kind, is_caught: bool) -> None:
    assert issubclass(kind, errors.LoginNeeded) is is_caught
