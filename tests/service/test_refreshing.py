"""Credentials that run out: one thread fetches, nobody else waits, a failure leaves the old ones in use."""

from __future__ import annotations

import threading

import pytest

from templatesync.model.errors import DeniedError, ServiceError, UnreachableError
from templatesync.service.credentials import Credentials
from templatesync.service.credentials.refreshing import Refreshing
from templatesync.service.secret import Secret


class Source:
    """Hands out numbered credentials of one hour, or fails; can be held up."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.calls = 0
        self.failure: ServiceError | None = None
        self.gate: threading.Event | None = None
        self.entered = threading.Event()

    def clock(self) -> float:
        return self.now

    def fetch(self) -> Credentials:
        self.calls += 1
        self.entered.set()
        if self.gate:
            assert self.gate.wait(5)
        if self.failure:
            raise self.failure
        return Credentials(f"key-{self.calls}", Secret("s"), Secret("t"), self.now + 3600)

    def provider(self) -> Refreshing:
        return Refreshing(self.fetch, source="a test", account="a", clock=self.clock)


def test_fetched_once_and_renewed_five_minutes_before_the_end() -> None:
    source = Source()
    provider = source.provider()
    assert source.calls == 0
    assert [provider.get().access_key_id for _ in range(3)] == ["key-1"] * 3
    source.now += 3299
    assert provider.get().access_key_id == "key-1"
    source.now += 2
    assert provider.get().access_key_id == "key-2"


def test_the_others_go_on_with_the_old_ones_meanwhile() -> None:
    source = Source()
    provider = source.provider()
    provider.get()
    source.now += 3400
    source.gate = threading.Event()
    source.entered.clear()
    results: list[str] = []
    slow = threading.Thread(target=lambda: results.append(provider.get().access_key_id))
    slow.start()
    assert source.entered.wait(5)
    # This thread would hang here if it waited for the other one.
    assert [provider.get().access_key_id for _ in range(50)] == ["key-1"] * 50
    source.gate.set()
    slow.join()
    assert results == ["key-2"]
    assert source.calls == 2


def test_many_threads_without_any_share_one_fetch() -> None:
    source = Source()
    provider = source.provider()
    source.gate = threading.Event()
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(provider.get().access_key_id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert source.entered.wait(5)
    source.gate.set()
    for thread in threads:
        thread.join()
    assert results == ["key-1"] * 8


def test_a_failure_leaves_valid_ones_in_use_and_is_not_repeated_at_once() -> None:
    source = Source()
    provider = source.provider()
    provider.get()
    source.now += 3400
    source.failure = UnreachableError("hangs")
    assert [provider.get().access_key_id for _ in range(9)] == ["key-1"] * 9
    assert source.calls == 2
    source.now += 31
    source.failure = None
    assert provider.get().access_key_id == "key-3"


def test_a_failure_with_nothing_valid_is_raised() -> None:
    source = Source()
    provider = source.provider()
    provider.get()
    source.now += 3600
    source.failure = UnreachableError("down", code="X")
    for tries in (2, 3):
        with pytest.raises(UnreachableError, match="down") as caught:
            provider.get()
        assert (caught.value.code, source.calls) == ("X", tries)
        source.now += 1


def test_a_denial_is_not_asked_for_again_by_every_request() -> None:
    source = Source()
    provider = source.provider()
    source.failure = DeniedError("no")
    for _ in range(5):
        with pytest.raises(DeniedError):
            provider.get()
    assert source.calls == 1
    source.now += 31
    source.failure = None
    assert provider.get().access_key_id == "key-2"


def test_a_forced_refresh() -> None:
    source = Source()
    provider = source.provider()
    provider.get()
    assert provider.refresh() is True, "just fetched: whoever was refused used older ones"
    assert source.calls == 1
    source.now += 60
    assert provider.refresh() is True
    assert provider.get().access_key_id == "key-2"
    source.now += 60
    source.failure = UnreachableError("down")
    assert provider.refresh() is False


def test_short_lived_ones_are_not_fetched_for_every_request() -> None:
    source = Source()
    provider = Refreshing(
        lambda: Credentials(f"k{source.fetch().access_key_id}", Secret("s"), None, source.now + 60),
        source="a test",
        account="a",
        clock=source.clock,
    )
    for _ in range(10):
        provider.get()
        source.now += 1
    assert source.calls == 1


def test_the_repr_names_the_source() -> None:
    assert repr(Source().provider()) == "Refreshing(a test)"
