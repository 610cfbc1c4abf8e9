"""What is said in both languages of the readers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Texts(BaseModel):
    """The same in Chinese and in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
