"""Every error of ours has its row in each face's table, and a code of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.cli.exits import EXIT_CODE_BY_ERROR, exit_code
from jupyterlab_sregistry_globus.handlers.statuses import STATUS_BY_ERROR


def family(kind: type[errors.SRegistryGlobusError]) -> Iterator[type[errors.SRegistryGlobusError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


ALL = sorted(set(family(errors.SRegistryGlobusError)), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", ALL)
def test_an_error_has_an_http_status(kind: type[errors.SRegistryGlobusError]) -> None:
    assert 400 <= STATUS_BY_ERROR[kind] <= 599


@pytest.mark.parametrize("kind", ALL)
def test_an_error_has_an_exit_code(kind: type[errors.SRegistryGlobusError]) -> None:
    assert 1 <= EXIT_CODE_BY_ERROR[kind] <= 6


def test_no_two_errors_share_a_code() -> None:
    assert [code for code, times in Counter(kind.code for kind in ALL).items() if times > 1] == []


def test_the_tables_have_no_rows_of_errors_that_are_gone() -> None:
    assert set(STATUS_BY_ERROR) == set(EXIT_CODE_BY_ERROR) == set(ALL)


@pytest.mark.parametrize("kind", ALL)
def test_an_error_lives_with_the_others(kind: type[errors.SRegistryGlobusError]) -> None:
    assert kind.__module__ == errors.__name__
    assert kind.__doc__


def test_an_error_that_is_no_answer_to_the_browser_is_never_401() -> None:
    # 401 would make browsers and proxies think that Jupyter's own login is missing.
    assert 401 not in STATUS_BY_ERROR.values()


def test_the_exit_code_is_that_of_the_errors_class() -> None:
    assert exit_code(errors.ImageNotFound("There is none.")) == 3
