"""Who asks, and what they may see: an argument of every question."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import NotPermitted


@dataclass(frozen=True)
class Viewer:
    """The one who asks. `units` and `regions` are the scope, None for the whole archive."""

    who: str
    role: str
    units: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    purpose: str | None = None

    def require_whole_archive(self) -> None:
        """Raises NotPermitted for a viewer with a scope: answers are not cut to a scope yet."""
        if self.units is not None or self.regions is not None:
            raise NotPermitted(
                "{who} may see only some units or regions, and answers cannot be cut to them yet.",
                "Ask as a viewer of the whole archive.",
                who=self.who,
            )


LOCAL_OPERATOR = Viewer("local operator", "operator")
