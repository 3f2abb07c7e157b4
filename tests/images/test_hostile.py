"""Files from strangers are refused in words, or read; nothing else, and never all of them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.images.inspect import TEXT_LIMIT_BYTES

from .hostile import Hostile, base, bases, corpus, inspected

# The header, and a few objects: definition file, labels, configuration.
MOST_READ = 64 * 1024 + 8 * TEXT_LIMIT_BYTES

change = st.tuples(
    st.integers(0, 8000) | st.integers(0, 300_000), st.binary(min_size=1, max_size=16)
)


def check(one):
    content = one.content()
    details, count = inspected(content)
    assert count <= MOST_READ
    text = msgspec.json.encode(details).decode()
    assert len(text) < 8 * MOST_READ
    assert details.problem or details.image.format


@pytest.mark.parametrize("one", corpus(), ids=lambda one: f"{one.base}-{len(one.changes)}")
def test_what_was_found_to_lead_elsewhere_is_refused_or_read(one):
    check(one)


@given(st.sampled_from(bases()), st.lists(change, max_size=8), st.none() | st.integers(0, 70_000))
def test_a_real_image_with_any_bytes_changed_is_refused_or_read(name, changes, length):
    size = len(base(name))
    changes = [(place % size, new.hex()) for place, new in changes]
    check(Hostile(name, changes, length))


def test_the_corpus_knows_each_way_to_be_refused():
    problems = {inspected(one.content())[0].problem for one in corpus()}
    for words in (
        "recognized container image",
        "SIF header.",
        "version",
        "contradicts",
        "not valid",
        "truncated",
    ):
        assert any(words in problem for problem in problems), words
