"""The documents name only files, links and make targets that exist, and decisions have one form."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyterlab_sregistry_globus

PACKAGE = Path(jupyterlab_sregistry_globus.__file__).parent
ROOT = PACKAGE.parent
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(
            file
            for file in (ROOT / "docs").rglob("*.md")
            if not {"_build", "generated"} & set(file.parts)
        ),
    ],
    key=lambda path: path.as_posix(),
)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(text: str) -> list[str]:
    """Return the targets of the links that lead to this project's own files and headings."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return [target for target in targets if "://" not in target]


def named_files(text: str) -> list[str]:
    """Return the paths in code quotes, but for those of other programs."""
    return re.findall(r"`(?!/)([\w./-]+/[\w.-]+\.(?:py|tsx?|json|md))`", text)


def named_targets(text: str) -> list[str]:
    """Return the rules of the Makefile that a reader is told to make."""
    return re.findall(r"(?:`|^    |; )(?:\w+=\S+ )?make ([a-z-]+)", text, re.MULTILINE)


@pytest.mark.parametrize(("find", "count"), [(links, 5), (named_files, 5), (named_targets, 5)])
def test_there_is_something_to_check(find: Callable[[str], list[str]], count: int) -> None:
    found = [text for path in DOCUMENTS for text in find(path.read_text(encoding="utf-8"))]
    assert len(found) >= count


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_links_have_a_target(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    headings = {slug(head) for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    for target in links(text):
        name, _, anchor = target.partition("#")
        assert not name or (document.parent / name).exists(), target
        # Only Sphinx knows the headings that are written by it.
        assert name or anchor in headings or "```{include} generated/" in text, target


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_named_files_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for name in named_files(text):
        assert (ROOT / name).exists() or (PACKAGE / name).exists(), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_named_make_targets_exist(document: Path) -> None:
    rules = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    assert set(named_targets(text)) - rules == set()


def test_decisions_are_numbered_and_have_one_form() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len(decisions) >= 5
    for number, file in enumerate(decisions, start=1):
        text = file.read_text(encoding="utf-8")
        assert file.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").iterdir()), ids=place)
def test_pictures_are_small_and_of_both_themes(picture: Path) -> None:
    assert picture.stat().st_size < 200_000
    other = picture.name.replace("-light.", "-?.").replace("-dark.", "-light.")
    assert picture.with_name(other.replace("-?.", "-dark.")).exists()
