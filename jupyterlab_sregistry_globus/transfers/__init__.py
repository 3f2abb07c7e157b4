"""The main job: plan a transfer, record it, submit it once, follow it, and prove what arrived."""

from .service import Transfers

__all__ = ["Transfers"]
