"""What a fault does to one call, as a value. Pure; knows no kind of fault and no operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from templatesync.emulator.http.message import HttpResponse
from templatesync.emulator.outcome import RefusedCall


@dataclass(frozen=True, slots=True)
class Effect:
    """A call is refused before it, or carried out; what the caller gets of it is a matter of the rest.

    about           one line for who orders it
    slow            the answer comes `Fault.seconds` late
    refuse          why the call is not carried out; given the action and `Fault.retry_after`
    refuse_after    what is answered although the call was carried out
    drop            the connection ends without an answer
    change          the response that is sent instead of the true one
    of_answers      changes what an answer of the API says, hence leaves the object store's responses alone
    """

    about: str
    slow: bool = False
    refuse: Callable[[str, int], RefusedCall] | None = None
    refuse_after: Callable[[], RefusedCall] | None = None
    drop: bool = False
    change: Callable[[HttpResponse], HttpResponse] | None = None
    of_answers: bool = False


def unanswered(status: int) -> Callable[[str, int], RefusedCall]:
    """For `refuse`, where the refusal is never put into words: only its status is kept in the history."""
    return lambda action, retry_after: RefusedCall("", "", status=status)


def with_body(make: Callable[[bytes], bytes], **headers: str) -> Callable[[HttpResponse], HttpResponse]:
    """For `change`: another body, of which the response tells the true length. `_` in a header's name is `-`."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}

    def change(response: HttpResponse) -> HttpResponse:
        body = make(response.body)
        return replace(response, headers={**response.headers, "content-length": str(len(body)), **more}, body=body)

    return change
