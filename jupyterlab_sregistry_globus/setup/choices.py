"""The answers that setup lets an administrator choose from. Loaded for every ``--help``."""

from __future__ import annotations

from typing import Literal

STEPS = ("app", "connect", "personal", "guest", "registry", "checks")

AppKind = Literal["native", "confidential", "service"]
APP_KINDS: tuple[AppKind, ...] = ("native", "confidential", "service")

PublicKind = Literal["all_authenticated_users", "anonymous"]
PUBLIC_KINDS: tuple[PublicKind, ...] = ("all_authenticated_users", "anonymous")
