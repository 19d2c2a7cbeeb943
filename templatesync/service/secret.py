"""Values that must never be shown, and the cleaning of texts that may hold them. Pure."""

from __future__ import annotations

import gc
import hmac
from collections.abc import Iterable, Mapping
from typing import NoReturn

from templatesync.model.json_value import Json
from templatesync.service.spellings import Needle, Span, as_bytes, as_text, leaks, needles

HIDDEN = "***"

_SHORTEST = 4
"""Characters of what is looked for. Shorter ones are in every text by chance, and hiding them everywhere would tell
what they are; they are hidden only as the value of a field or header that is known to be secret."""

_LONGEST = 1 << 18
"""Characters of a text that are looked at. Nobody reads more of a message, and what is not read is not shown."""

_BUDGET = 1 << 18
"""Characters of all texts in one JSON value; each text counts as `_EACH` more, for the work that it makes at least."""
_EACH = 64

_UNLIKELY = 12
"""Characters of a secret that is in nobody's content by chance."""
_SEARCHED_DEEPLY = 1 << 20
"""Bytes of an answer in which escapes are undone. No answer of the service is longer; in one that is, a secret is
looked for as it is."""


class Secret:
    """Text that prints as `***` wherever it is put. Only `reveal` gives it away, so a search finds every use."""

    __slots__ = ("_needles", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        self._needles: tuple[Needle, ...] | None = None

    def reveal(self) -> str:
        """The text itself: for a signature, a header or a form, never for a message."""
        return self._value

    def needles(self) -> tuple[Needle, ...]:
        """What to look for in a text that must not hold it; found out once."""
        if self._needles is None:
            self._needles = needles(self._value, _SHORTEST)
        return self._needles

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        # A pickle would be the secret in clear, in whatever file or pipe it ends up.
        raise TypeError("a secret cannot be pickled")


def living() -> tuple[Secret, ...]:
    """Every secret there is now: for a defect, when nobody can say which ones were near. Slow."""
    return tuple(each for each in gc.get_objects() if type(each) is Secret)


def scrub(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` without these secrets, in whatever spelling, and without what looks like any other.

    The service quotes requests in its refusals, so its words are not safe to repeat as they come. Give the whole text
    and cut what comes back: of a secret that was cut in two no half is found. Of a text that is too long only the
    first part is looked at and left, up to a blank, which no key, token or login of a request has inside.
    """
    return _Scrubber(secrets).cleaned(text)


def scrub_json(value: Json, secrets: Iterable[Secret]) -> Json:
    """`scrub` for every text in a JSON value, names included. Of a value that is too large the rest is left out."""
    return _Scrubber(secrets).value(value)


def conceal(data: Mapping[str, Json], body: bytes, secrets: Iterable[Secret]) -> Mapping[str, Json]:
    """What a body that went well says, without these secrets. The very same object when it holds none, as it should.

    This is content: it is kept whole, and what only looks like a credential is the customer's own words. So is what
    a short secret happens to be.
    """
    wanted = tuple(needle for secret in secrets if len(secret.reveal()) >= _UNLIKELY for needle in secret.needles())
    deep = len(body) <= _SEARCHED_DEEPLY
    if not leaks(body, wanted, shapes=False, deep=deep):
        return data
    return {f"{_concealed(name, wanted, deep)}": _concealed(value, wanted, deep) for name, value in data.items()}


def _concealed(value: Json, wanted: tuple[Needle, ...], deep: bool) -> Json:
    if isinstance(value, str):
        data = as_bytes(value)
        return _without(data, leaks(data, wanted, shapes=False, deep=deep))
    if isinstance(value, list):
        return [_concealed(item, wanted, deep) for item in value]
    if isinstance(value, dict):
        return {f"{_concealed(name, wanted, deep)}": _concealed(item, wanted, deep) for name, item in value.items()}
    return value


class _Scrubber:
    """Hides the same secrets in one text or many, as long as `left` lasts."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._wanted = tuple(needle for secret in secrets for needle in secret.needles())
        self._left = _BUDGET

    def value(self, value: Json) -> Json:
        if isinstance(value, str):
            self._left -= len(value) + _EACH
            return self.cleaned(value)
        if isinstance(value, list):
            return [self.value(item) for item in value if self._goes_on()]
        if isinstance(value, dict):
            return {f"{self.value(name)}": self.value(item) for name, item in value.items() if self._goes_on()}
        return value

    def _goes_on(self) -> bool:
        return self._left > 0

    def cleaned(self, text: str) -> str:
        if len(text) > _LONGEST:
            text = f"{_before_last_word(text[:_LONGEST])}{HIDDEN}"
        data = as_bytes(text)
        spans = leaks(data, self._wanted)
        return _without(data, spans) if spans else text


def _without(data: bytes, spans: Iterable[Span]) -> str:
    kept, end = [], 0
    for start, after in spans:
        kept += [data[end:start], HIDDEN.encode()]
        end = after
    return as_text(b"".join((*kept, data[end:])))


def _before_last_word(text: str) -> str:
    """What is left when the last word is taken away, which may be half of one."""
    return text if text[-1].isspace() else text.removesuffix(text.rsplit(None, 1)[-1])


def printable(body: bytes, limit: int = 200) -> str:
    """The first bytes of an answer that nobody expected, fit for a message."""
    cut = body[:limit]
    text = "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in cut)
    return text + ("…" if len(body) > limit else "")
