"""Globus Auth, Transfer and Timers, played on one loopback port.

An island: it imports nothing else of this package, so that a mistake in our understanding of
Globus is made twice or found.
"""

from .faults import Fault
from .server import Sandbox
from .transfer.model import TaskFault

__all__ = ["Fault", "Sandbox", "TaskFault"]
