"""What may be the matter with a resource of a space: the words of `status`, and what to do. Pure; knows no kind."""

from __future__ import annotations

from enum import StrEnum


class Condition(StrEnum):
    """One thing to know of a resource. Any of them may hold beside others, in whatever state a review is."""

    EDITED = "edited"
    """What is live was never in a file and was not left by an apply: somebody has changed it elsewhere."""
    PENDING = "pending"
    """The file wants something else than what is live, which is what an apply is for."""
    DIFFERS = "differs"
    """File and live content differ, and without earlier versions of the file nobody can say whose change it is."""
    RECATEGORISED = "recategorised"
    """The platform has it in another category than the file, which decides the price."""
    PAUSED = "paused"
    """The platform lets nobody send it for a while, for its quality."""
    DISABLED = "disabled"
    """The platform lets nobody send it any more."""
    REJECTED = "rejected"
    """Its last review has ended badly."""
    MISSING = "missing"
    """A receipt says that it was live, and it is not there now."""
    UNMANAGED = "unmanaged"
    """It is live and ours by `manage`, and no file is about it."""
    QUALITY_FELL = "quality_fell"
    """Its quality is worse than it was in an earlier status."""
    UNKNOWN_STATE = "unknown_state"
    """Nobody knows what the word means that the service has for its state."""
    UNREADABLE = "unreadable"
    """It is listed, or may be, and could not be read."""
    SAMPLES_UNKNOWN = "samples_unknown"
    """Its file says that its samples are unknown, so that no change of it can be sent."""

    @property
    def way_on(self) -> str:
        """What to do about it, as the end of a sentence; `KEY` stands for the key of the resource."""
        return _WAYS_ON[self]


_WAYS_ON = {
    Condition.EDITED: "`templatesync import --update KEY` takes it into the file; `templatesync plan` shows what "
    "differs, and whether an apply may undo it",
    Condition.PENDING: "`templatesync plan` shows what an apply would do",
    Condition.DIFFERS: "`templatesync plan` shows how",
    Condition.RECATEGORISED: "appeal in the console, or write the category of the platform into the file",
    Condition.PAUSED: "send less of it, or mend its text; the platform lifts a pause by itself",
    Condition.DISABLED: "make a new version with `templatesync new-version`",
    Condition.REJECTED: "change what the reason names and apply again",
    Condition.MISSING: "an apply creates it again; a tombstone says that it is to be gone",
    Condition.UNMANAGED: "`templatesync import KEY` writes its file; `policy.manage` says what is ours",
    Condition.QUALITY_FELL: "look at what customers say of it before the platform pauses it",
    Condition.UNKNOWN_STATE: "look at it in the console",
    Condition.UNREADABLE: "run it again; `templatesync doctor` examines the way there",
    Condition.SAMPLES_UNKNOWN: "write its samples and remove `samples: unknown`",
}

DRIFT = frozenset({Condition.EDITED, Condition.RECATEGORISED, Condition.MISSING, Condition.UNMANAGED})
"""What `--fail-on drift` means: live is otherwise than anybody said in a file."""
