"""Random requests to every operation of the OpenAPI file, each answer held against it."""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    negative_data_rejection,
    not_a_server_error,
    positive_data_acceptance,
)
from schemathesis.core.failures import FailureGroup

from .stage import filled
from .table import ROUTES, Route

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"
PREFIX = "/sregistry-globus"
# An answer with one of these statuses and codes says that another party has failed.
CAUSES = ("globus_", "registry_", "endpoint_failed", "extra_missing")
# Known values replace random ones this often, or most requests would end at an unknown id.
KNOWN_SHARE = 0.6
# Disconnects for good, so it comes last.
LAST = "DELETE /account"


def name_of(operation: Any) -> str:
    """Return an operation's name in the table."""
    return f"{operation.method.upper()} {operation.path.removeprefix(PREFIX)}"


class Fuzz:
    """A run against one server.

    :param url: the server's address, with its base_url and without the prefix of the routes.
    :param make_ids: makes what the placeholders of a row stand for.
    :param seed: of the random requests.
    """

    def __init__(
        self, url: str, token: str, make_ids: Callable[[Route], Mapping[str, str]], seed: int
    ) -> None:
        self.url = url.rstrip("/").removesuffix(PREFIX)
        self.ids: Mapping[str, str] = {}
        self._make_ids = make_ids
        self.seed = seed
        self.problems: Counter[str] = Counter()
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.slowest: tuple[float, str] = (0.0, "")
        self.headers = {"Authorization": f"token {token}"}

    def run(self, count: int) -> None:
        """Send about ``count`` requests, as many to each operation."""
        schema = schemathesis.openapi.from_path(str(DESCRIPTION))
        operations = [result.ok() for result in schema.get_all_operations()]
        operations.sort(key=lambda operation: name_of(operation) == LAST)
        share = -(-count // len(operations))
        for operation in operations:
            self._fuzz(operation, share)

    def _fuzz(self, operation: Any, count: int) -> None:
        name = name_of(operation)
        dice = random.Random(f"{self.seed} {name}")
        self.ids = self._make_ids(ROUTES[name])
        self._send(self._plain(operation, ROUTES[name]), name, [not_a_server_error])
        half = count // 2
        # No request can break the description of a route without parameters.
        with contextlib.suppress(Unsatisfiable):
            self._fuzz_in(GenerationMode.NEGATIVE, operation, name, dice, half)
        while (missing := count - self.sent(name)) > 0:
            self._fuzz_in(GenerationMode.POSITIVE, operation, name, dice, missing)

    def sent(self, name: str) -> int:
        """Return how many requests an operation has received."""
        return sum(count for (of, _), count in self.statuses.items() if of == name)

    def _fuzz_in(
        self, mode: GenerationMode, operation: Any, name: str, dice: random.Random, count: int
    ) -> None:
        @seed(f"{self.seed} {name} {self.sent(name)}")
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode))
        def send(case: Any) -> None:
            self._send(case, name, self._prepare(case, name, dice))

        send()

    def _plain(self, operation: Any, route: Route) -> Any:
        """Return the table's own request, which must succeed."""
        options: dict[str, Any] = {}
        if route.body is not None:
            options = {"body": filled(route.body, self.ids), "media_type": "application/json"}
        return operation.Case(
            path_parameters=filled(route.path, self.ids),
            query=filled(route.query, self.ids),
            **options,
        )

    def _prepare(self, case: Any, name: str, dice: random.Random) -> list[Any]:
        """Put known values into most requests, and return the checks that do not apply."""
        # Addresses, ids and references follow rules that the description does not hold, so a
        # request that agrees with it may be refused. Our own check of a 5xx is stricter.
        excluded = [not_a_server_error, positive_data_acceptance]
        if dice.random() < KNOWN_SHARE:
            self._make_known(case, ROUTES[name], dice)
            # The replaced part may have been what was wrong.
            excluded.append(negative_data_rejection)
        return excluded

    def _send(self, case: Any, name: str, excluded: list[Any]) -> None:
        session = requests.Session()
        started = time.monotonic()
        try:
            response = case.call(
                base_url=self.url, session=session, headers=self.headers, timeout=30
            )
        except requests.RequestException as error:
            self.problems[f"{name}: no answer: {type(error).__name__} {error}"] += 1
            self.statuses[name, 0] += 1
            return
        finally:
            session.close()
        self.slowest = max(self.slowest, (time.monotonic() - started, name))
        self.statuses[name, response.status_code] += 1
        self._check(case, response, name, excluded)

    def _make_known(self, case: Any, route: Route, dice: random.Random) -> None:
        for kind, values in (("path_parameters", route.path), ("query", route.query)):
            given = getattr(case, kind)
            for parameter, value in values.items():
                if dice.random() < KNOWN_SHARE:
                    given[parameter] = filled(value, self.ids)
        if route.body is not None and isinstance(case.body, dict):
            for member, value in route.body.items():
                if dice.random() < KNOWN_SHARE:
                    case.body[member] = filled(value, self.ids)

    def _check(self, case: Any, response: Any, name: str, excluded: list[Any]) -> None:
        if response.status_code >= 500 and not self._names_cause(response):
            self._report(name, response, case, "a 5xx that names no other party")
        try:
            case.validate_response(response, excluded_checks=excluded)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._report(name, response, case, f"{type(failure).__name__} {failure}")
        except AssertionError as failure:
            self._report(name, response, case, f"{type(failure).__name__} {failure}")

    @staticmethod
    def _names_cause(response: Any) -> bool:
        try:
            code = response.json()["code"]
        except (ValueError, KeyError, TypeError):
            return False
        return str(code).startswith(CAUSES)

    def _report(self, name: str, response: Any, case: Any, problem: str) -> None:
        start = problem.partition("\n")[0]
        if not any(known.startswith(f"{name}: {start}") for known in self.problems):
            problem = f"{problem}\n{case.as_curl_command()}\n{response.status_code} "
            problem += response.text[:300]
            self.problems[f"{name}: {problem}"] += 1
