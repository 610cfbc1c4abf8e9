"""Properties that several threads may ask for: the first one reads, the others wait for what it reads."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class read_once(cached_property[Answer]):
    """A `cached_property` that is read once, whoever asks. Where the thread that reads fails, the next one reads."""

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        held, name = instance.__dict__, str(self.attrname)
        with held.setdefault(f"reading {name}", threading.RLock()):
            if name not in held:
                held[name] = self.func(instance)
        return held[name]
