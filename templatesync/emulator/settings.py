"""How an emulator behaves: every switch in one frozen value. Pure; knows no command line and no project file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Review(StrEnum):
    """Who decides the reviews."""

    MANUAL = "manual"
    """Only `POST /_emulator/review` does."""
    APPROVE = "approve"
    """Each ends as pass, `Settings.after` seconds after it began."""
    REJECT = "reject"
    """Each ends as fail, `Settings.after` seconds after it began."""


class ModifyApproved(StrEnum):
    """Whether an approved or paused template can be edited: the service's own pages disagree."""

    ALLOW = "allow"
    REFUSE = "refuse"


class Codes(StrEnum):
    """What one TemplateCode stands for."""

    PER_NAME = "per-name"
    PER_LANGUAGE = "per-language"


class Pages(StrEnum):
    """How listings misbehave, for tests of clients."""

    NORMAL = "normal"
    SHORT = "short"
    """The page size is ignored: never more than three rows."""
    REPEAT = "repeat"
    """Every page but the first begins with the last row of the page before."""
    GAP = "gap"
    """The first row of every page but the first is missing."""
    ENDLESS = "endless"
    """Past the end, the last page comes again and again."""
    TOTAL_LOW = "total_low"
    """`Total` is one too small."""
    TOTAL_HIGH = "total_high"
    """`Total` is one too large."""
    TOTAL_NONE = "total_none"
    """`Total` is null."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The defaults are those of the served emulator. `pages` and `liar` are instruments: no service is meant to do so.

    after               seconds from submission to decision, unless the review is manual
    qps                 per-second quotas, at the rates of `api.json`
    limits              the longer limits: creations per hour, edits of approved templates, number, blocked names
    latency_ms          added to every call
    write_delay_ms      from the arrival of a write until it is carried out, though its caller be gone by then
    security_token      when set, calls must carry it, as with temporary credentials
    consistency_delay   seconds until a listing shows a creation or a deletion; reads by key are at once
    liar                every third answer to a read speaks of another template
    strict_flows        templates may only link to flows that the space has, not to any it is not known to have had
    quirks              values of `quirks.QUIRKS` by name: what this service does otherwise than the official one
    history             how many of the latest calls `GET /_emulator/history` can show
    """

    review: Review = Review.MANUAL
    after: float = 0.0
    modify_approved: ModifyApproved = ModifyApproved.REFUSE
    qps: bool = False
    limits: bool = False
    codes: Codes = Codes.PER_NAME
    latency_ms: float = 0.0
    write_delay_ms: float = 0.0
    access_key_id: str = "emulator"
    access_key_secret: str = "emulator"  # noqa: S105 - the documented default of a stand-in on loopback
    security_token: str = ""
    consistency_delay: float = 0.0
    pages: Pages = Pages.NORMAL
    liar: bool = False
    strict_flows: bool = False
    history: int = 20_000
    quirks: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __repr__(self) -> str:
        # The key of an emulator is no secret, but whoever sets another one may reuse a real one.
        return f"Settings(review={self.review.value}, after={self.after:g}, …)"
