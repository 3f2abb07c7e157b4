"""``%globus``, ``%%globus`` and ``%sregistry``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import msgspec
from IPython.core.magic import (
    Magics,
    line_cell_magic,
    line_magic,
    magics_class,
    needs_local_scope,
    no_var_expand,
)

from ..commands.grammar.invocation import Body, Invocation
from ..commands.tree import globus, sregistry
from ..errors import BadRequest, ReloginNeeded, SRegistryGlobusError
from ..text import printable
from .expansion import split_lines, split_words
from .session import make_face

LOGIN_HINT = (
    "Run this in a notebook that lets you enter a code, or connect in JupyterLab's sidebar."
)


@magics_class
class SRegistryGlobusMagics(Magics):
    """The commands as magics."""

    # Without these two, IPython would expand variables before the line is split into words.
    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    def globus(
        self, line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None
    ) -> Any:
        """Send container images to Globus endpoints, and follow their transfers.

        ::

            %globus login                                       connect your account
            %globus search stanford                             find an endpoint
            %globus send tacos/avocados:latest my-cluster:/images/
            %globus send ./bwa.sif my-cluster:/images/ --wait
            %globus transfers                                   list your transfers
            %sregistry search avocados                          find an image

        A cell sends several images, one on each line::

            %%globus send
            tacos/avocados:latest my-cluster:/images/
            demo/hello:latest     "Another cluster:/scratch/"

        $name and {expression} stand for values of the notebook. All commands: %globus --help. The
        options of one: %globus send --help. The Tab key completes commands, images, and folders.
        """
        return self._run(globus, "%globus", line, cell, local_ns)

    @no_var_expand
    @needs_local_scope
    @line_magic
    def sregistry(self, line: str, local_ns: Mapping[str, Any] | None = None) -> Any:
        """Find images in the registries.

        ::

            %sregistry                                          list the collections
            %sregistry ls tacos                                 list the images of one
            %sregistry search avocados                          find images by any part of a name
            %sregistry inspect tacos/avocados:latest            show an image's metadata

        All commands: %sregistry --help. %globus send sends images.
        """
        return self._run(sregistry, "%sregistry", line, None, local_ns)

    def _run(
        self,
        group: click.Group,
        name: str,
        line: str,
        cell: str | None,
        local_ns: Mapping[str, Any] | None,
    ) -> Any:
        own = self.shell.user_ns if self.shell is not None else {}
        namespace = {**own, **(local_ns or {})}
        try:
            words = split_words(line, namespace)
            body = None
            if cell is not None:
                if words[:1] != ["send"]:
                    raise BadRequest(
                        "Only %%globus send accepts lines below it. Use %globus for other commands."
                    )
                body = split_lines(cell, namespace)
            return run(group, name, words, body)
        except SRegistryGlobusError as error:
            raise _with_short_traceback(error) from None


def run(group: click.Group, name: str, words: list[str], body: Body | None = None) -> Any:
    """Run a command and return its answer, with ``--json`` as plain data. Help is printed.

    :raises SRegistryGlobusError: the command's, or BadRequest if the words are no such command.
    """
    invocation = Invocation(make_face(), body)
    try:
        answer = group.main(
            words or ["--help"] if group is globus else words,
            prog_name=name,
            standalone_mode=False,
            obj=invocation,
        )
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx is not None else name
        raise BadRequest(f"{error.format_message()} Try: {path} --help") from None
    except click.Abort:
        raise KeyboardInterrupt from None
    if isinstance(answer, int):  # the exit code of --help
        return None
    if not invocation.is_json_wanted:
        return answer
    if isinstance(answer, list):
        return [msgspec.to_builtins(handle.data) for handle in answer]
    return msgspec.to_builtins(answer.data)


def _with_short_traceback(error: SRegistryGlobusError) -> SRegistryGlobusError:
    """Let IPython show the message alone. It is still raised, so that "Run all" stops."""
    text = f"{type(error).__name__}: {printable(error.message)}"
    if isinstance(error, ReloginNeeded):
        text += f" {LOGIN_HINT}"
    error._render_traceback_ = lambda: [text]  # type: ignore[attr-defined]
    return error
