"""``jupyter sregistry-globus sandbox``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("sandbox")
@click.option(
    "--port", type=int, default=0, show_default="any free port", help="Port to listen on."
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for data kept across restarts; only your account can read it. Created if missing.",
)
@click.option(
    "--registry",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder that the endpoint 'Registry images' serves.",
)
@click.option(
    "--local-root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder that this machine's Globus Connect Personal serves.",
)
@click.option(
    "--root",
    "roots",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    multiple=True,
    help="Additional folder that a Globus Connect Personal may serve. Can be repeated.",
)
@click.option(
    "--throttle",
    type=int,
    default=8_000_000,
    show_default=True,
    help="Maximum bytes per second for each task, or 0 for no limit.",
)
@click.option(
    "--print-env",
    is_flag=True,
    help=(
        "Print the variables that point globus-sdk and the globus CLI to the sandbox. With "
        "--port, do not start it."
    ),
)
def sandbox(
    port: int,
    state: Path,
    registry: Path | None,
    local_root: Path | None,
    roots: tuple[Path, ...],
    throttle: int,
    print_env: bool,
) -> None:
    """Run a Globus sandbox on this machine.

    Serves Auth, Transfer, and Timers on one loopback port. Its address contains a secret that only
    your account can read; --print-env prints it.
    """
    import shlex
    import signal
    import threading

    from jupyterlab_sregistry_globus.sandbox import Sandbox, StateRefused

    globus = Sandbox(
        state,
        port=port,
        registry_root=registry,
        local_root=local_root,
        roots=roots,
        throttle_bytes_per_second=throttle or None,
    )

    def print_exports() -> None:
        for name, value in globus.environment().items():
            click.echo(f"export {name}={shlex.quote(value)}")

    try:
        if print_env and port:
            print_exports()
            return
    except StateRefused as error:
        raise click.ClickException(str(error)) from None
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        globus.start()
    except OSError as error:
        raise click.ClickException(f"Cannot listen on port {port}: {error.strerror}") from None
    except StateRefused as error:
        raise click.ClickException(str(error)) from None
    try:
        if print_env:
            print_exports()
        click.echo(f"Globus sandbox at {globus.url}", err=print_env)
        ended.wait()
    finally:
        globus.stop()


if __name__ == "__main__":
    sandbox()
