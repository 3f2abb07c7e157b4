"""Globus Auth, Transfer, Timers and the HTTPS of collections, emulated on one loopback port.

An island: it imports nothing else of this package. If we misunderstand Globus, we must do so twice
before a test passes.
"""

from .faults import Fault
from .server import Sandbox
from .state_folder import StateRefused
from .transfer.model import TaskFault

__all__ = ["Fault", "Sandbox", "StateRefused", "TaskFault"]
