"""Customer spaces: each has a WhatsApp Business Account and phone numbers from its first use on. Knows no operation.

Everything about a new space follows from its id, so that two emulators agree and a test can foresee it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from templatesync.model.json_value import Json


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A customer space. `id` is empty for the account's own.

    verified   whether the business is verified, which raises the number of templates it may have
    refuse     a `Code` that every call in this space is answered with; empty for none
    """

    id: str
    waba_id: str
    review: str = "APPROVED"
    numbers: tuple[Mapping[str, Json], ...] = ()
    verified: bool = True
    refuse: str = ""


def digits(text: str, length: int) -> str:
    """A number of `length` digits that is always the same for the same text and does not begin with 0."""
    number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    return str(number % (9 * 10 ** (length - 1)) + 10 ** (length - 1))


def phone_number(number: str, **facts: Json) -> dict[str, Json]:
    """One phone number as the API describes it; `facts` override what is usual."""
    return {
        "PhoneNumber": number,
        "Status": "CONNECTED",
        "CodeVerificationStatus": "VERIFIED",
        "NameStatus": "APPROVED",
        "NewNameStatus": "NONE",
        "VerifiedName": "Emulated Shop",
        "QualityRating": "GREEN",
        "MessagingLimitTier": "TIER_1K",
        "IsOfficial": "N",
    } | facts


def new_space(space_id: str) -> SpaceRow:
    """A space as it is on its first use."""
    # 8500 has no country behind it, so no made-up number is anyone's.
    number = phone_number("8500" + digits(f"number {space_id}", 9))
    return SpaceRow(id=space_id, waba_id=digits(f"waba {space_id}", 15), numbers=(number,))


def open_space(db: sqlite3.Connection, space_id: str) -> SpaceRow:
    """The space of that id, which exists from now on."""
    row = db.execute("SELECT data FROM space WHERE id = ?", (space_id,)).fetchone()
    if row is None:
        space = new_space(space_id)
        save_space(db, space)
        return space
    data = json.loads(row["data"])
    return SpaceRow(**(data | {"numbers": tuple(data["numbers"])}))


def space_of_waba(db: sqlite3.Connection, waba_id: str) -> SpaceRow | None:
    """The space that has that account, for callers that still send CustWabaId."""
    row = db.execute("SELECT id FROM space WHERE waba = ? ORDER BY id", (waba_id,)).fetchone()
    return open_space(db, row["id"]) if row else None


def save_space(db: sqlite3.Connection, space: SpaceRow) -> None:
    """Keep a space as it is now."""
    data = json.dumps(asdict(replace(space, numbers=tuple(dict(number) for number in space.numbers))))
    db.execute("INSERT OR REPLACE INTO space (id, waba, data) VALUES (?, ?, ?)", (space.id, space.waba_id, data))
