"""Where the rows of a registry are: in the user's own listings, a published file, or both."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .lister import Lister
from .listings import Listings
from .published.file import ListingUnusable, Rows

Result = TypeVar("Result")


@dataclass(frozen=True)
class RowSource:
    """The rows of one registry in one file.

    :param rows: returns the rows of a query.
    :param registry_id: the registry's, within the file.
    :param registry: the registry's name.
    :param has_trigram: whether the file has a text index that this SQLite can use.
    :param is_published: whether they are in a published file, which no header is added to.
    """

    rows: Rows
    registry_id: int
    registry: str
    has_trigram: bool
    is_published: bool = False


def read_rows(
    listings: Listings,
    listers: Iterable[Lister],
    query: Callable[[Sequence[RowSource]], Result],
) -> Result:
    """Return what a function makes of the rows of some registries.

    A published file that fails is opened once more, and left out if it fails again: then its
    registry is listed as if there was no such file.
    """
    listers = [*listers]
    for _ in range(2 * len(listers)):
        try:
            with _sources(listings, listers) as sources:
                return query(sources)
        except ListingUnusable:
            continue
    with _own(listings, listers) as sources:
        return query(sources)


def count_by_collection(sources: Sequence[RowSource]) -> list[tuple[str, int]]:
    """Return the collections, each with its number of images, in order."""
    counts: Counter[str] = Counter()
    for source in sources:
        query = (
            "SELECT collection, count(*) AS images FROM image WHERE registry_id = ? "
            "GROUP BY collection"
        )
        counts.update({row[0]: row[1] for row in source.rows(query, (source.registry_id,))})
    return sorted(counts.items())


@contextlib.contextmanager
def _sources(listings: Listings, listers: Sequence[Lister]) -> Iterator[list[RowSource]]:
    with contextlib.ExitStack() as stack:
        sources = []
        for own in stack.enter_context(_own(listings, listers)):
            (lister,) = [lister for lister in listers if lister.backend.name == own.registry]
            published = lister.published()
            if published is not None:
                file, about = published
                sources.append(
                    RowSource(
                        stack.enter_context(file.reading()),
                        about.id,
                        own.registry,
                        about.has_text_index and listings.has_trigram,
                        is_published=True,
                    )
                )
            sources.append(own)
        yield sources


@contextlib.contextmanager
def _own(listings: Listings, listers: Sequence[Lister]) -> Iterator[list[RowSource]]:
    listed = [(lister.backend.name, lister.listed().id) for lister in listers]
    with listings.reading() as connection:

        def rows(query: str, parameters: Sequence[object]) -> list[sqlite3.Row]:
            return connection.execute(query, parameters).fetchall()

        yield [RowSource(rows, number, name, listings.has_trigram) for name, number in listed]
