import json
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.units import human_bytes

SIZES = json.loads((Path(__file__).parent / "data" / "sizes.json").read_text())


@pytest.mark.parametrize(("count", "text"), SIZES)
def test_sizes_read_as_in_the_front_end(count: int, text: str) -> None:
    """src/__tests__/format.spec.ts reads the same list."""
    assert human_bytes(count) == text
