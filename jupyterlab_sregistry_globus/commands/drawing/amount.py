"""How far a transfer is, in numbers and in a line of text."""

from __future__ import annotations

from dataclasses import dataclass

from ...models.tasks import GlobusTask
from ...models.transfers import Transfer
from ...text import one_line
from ...units import human_bytes, human_duration
from .transfertext import STATE_WORDS


@dataclass(frozen=True)
class Amount:
    """How far a transfer is, over all its tasks.

    :param words: the label and the state.
    :param total_bytes: None if a size is unknown.
    :param bytes_per_second: None if nothing moves.
    """

    words: str
    done_bytes: int
    total_bytes: int | None
    bytes_per_second: float | None
    is_finished: bool
    is_complete: bool

    @property
    def fraction(self) -> float | None:
        """From 0 to 1. None if it is unknown."""
        if self.is_complete:  # also if some files were there already, and no byte of them moved
            return 1.0
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else None

    @property
    def numbers(self) -> str:
        """Such as ``45 %, 12.0 MB/s, about 2 min left``."""
        fraction, rate = self.fraction, self.bytes_per_second
        texts = [human_bytes(self.done_bytes) if fraction is None else f"{int(100 * fraction)} %"]
        if rate is not None:
            texts.append(f"{human_bytes(round(rate))}/s")
            if self.total_bytes:
                left_s = max(0, self.total_bytes - self.done_bytes) / rate
                texts.append(f"about {human_duration(left_s)} left")
        return ", ".join(texts)


def amount_of(transfer: Transfer) -> Amount:
    """Return how far a transfer is."""
    tasks = transfer.tasks
    states = {task.state for task in tasks}
    is_staging = "staging" in states and "active" not in states
    totals = [task.bytes_total for task in tasks]
    known = [total for total in totals if total is not None]
    rate = sum(task.bytes_per_second or 0 for task in tasks if task.state == "active")
    state = "Downloading to this machine" if is_staging else STATE_WORDS[transfer.state]
    return Amount(
        words=one_line(f"{transfer.label}: {state}"),
        done_bytes=sum(
            task.bytes_staged
            if isinstance(task, GlobusTask) and task.state == "staging"
            else task.bytes_transferred
            for task in tasks
        ),
        total_bytes=sum(known) if len(known) == len(totals) else None,
        bytes_per_second=rate if rate > 0 and not transfer.is_finished else None,
        is_finished=transfer.is_finished,
        is_complete=transfer.state == "succeeded",
    )
