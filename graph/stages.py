"""The stages of a case (环节), in the order in which it goes through them."""

from __future__ import annotations

STAGES = {"acceptance": "受理", "review": "审核", "approval": "审批", "other": "其他", "completion": "办结"}
"""Code -> what it is called in Chinese."""
