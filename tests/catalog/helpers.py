"""A registry under the control of a test, and readers of a catalog."""

from __future__ import annotations

import time

from jupyterlab_sregistry_globus.models.images import Image
from jupyterlab_sregistry_globus.registry.base import ListingSummary, RegistryBackend


class Scripted(RegistryBackend):
    """A registry that lists the given tags, as soon as its gate is open."""

    kind = "scripted"

    def __init__(self, name, tags=(), *, error=None, gate=None):
        super().__init__(name, f"script of {name}")
        self.tags, self.error, self.gate = list(tags), error, gate
        self.listings = 0

    def read_listing(self, on_image):
        self.listings += 1
        if self.gate is not None:
            self.gate.wait(10)
        if self.error is not None:
            raise self.error
        for tag in self.tags:
            on_image(Image(f"{self.name}://c/tool:{tag}", self.name, "c", "tool", tag))
        return ListingSummary()

    def find(self, reference):
        if self.error is not None:
            raise self.error
        name = (reference.collection, reference.container)
        if name == ("c", "tool") and reference.tag in self.tags:
            return Image(f"{self.name}://c/tool:{reference.tag}", self.name, "c", "tool", "1")
        raise self.missing(reference)

    def storage(self, reference):
        return None


def references(listing):
    return [image.reference.partition("://")[2] for image in listing.images]


def until(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the condition never became true")
