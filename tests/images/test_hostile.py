"""Damaged files are refused with a message or read, and never read completely."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.images.inspect import TEXT_LIMIT_BYTES

from .hostile import Hostile, base, bases, corpus, inspect

# The header, and a few objects: definition file, labels, configuration.
MOST_READ = 64 * 1024 + 8 * TEXT_LIMIT_BYTES

change = st.tuples(
    st.integers(0, 8000) | st.integers(0, 300_000), st.binary(min_size=1, max_size=16)
)


def check(sample):
    content = sample.content()
    details, count = inspect(content)
    assert count <= MOST_READ
    text = msgspec.json.encode(details).decode()
    assert len(text) < 8 * MOST_READ
    assert details.problem or details.image.format


@pytest.mark.parametrize(
    "sample", corpus(), ids=lambda sample: f"{sample.base}-{len(sample.changes)}"
)
def test_each_file_of_the_corpus_is_refused_or_read(sample):
    check(sample)


@given(st.sampled_from(bases()), st.lists(change, max_size=8), st.none() | st.integers(0, 70_000))
def test_a_real_image_with_any_bytes_changed_is_refused_or_read(name, changes, length):
    size = len(base(name))
    changes = [(place % size, new.hex()) for place, new in changes]
    check(Hostile(name, changes, length))


def test_the_corpus_covers_each_kind_of_refusal():
    problems = {inspect(sample.content())[0].problem for sample in corpus()}
    for words in (
        "recognized container image",
        "SIF header.",
        "version",
        "inconsistent",
        "invalid offset",
        "truncated",
    ):
        assert any(words in problem for problem in problems), words
