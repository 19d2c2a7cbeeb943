"""What is well in a space and what is not, judged from what it answered. Pure; knows no client and no kind by name."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from templatesync.commands.survey import survey, watched
from templatesync.kinds.base import Kind
from templatesync.model.belief import Belief, word
from templatesync.model.calls import Batch, CallError
from templatesync.model.change import Refusal
from templatesync.model.errors import DeniedError, ExitCode, ServiceError
from templatesync.model.json_value import Json
from templatesync.model.request import DENIED, UNREACHABLE, Answer, AnswerClass
from templatesync.planning.reading import ACCOUNT, WRONG_ACCOUNT, Account, guard, read_account
from templatesync.project.settings import FILE_NAME, Space
from templatesync.service.api import api
from templatesync.service.endpoint import is_loopback, regional_endpoint
from templatesync.service.refusal import POLICY

NUMBERS = "QueryChatappPhoneNumbers"
"""Told whatever needs it; its answer is never missing for a plan without pruning."""

# Seconds. The service refuses requests that are dated further off than the second.
SKEW_WARNING = 60
SKEW_REFUSED = 15 * 60

_STALE_KEYS = frozenset({AnswerClass.CREDENTIALS, AnswerClass.REFRESH})
_NUMBERS_SHOWN = 5
_UNREAD = MappingProxyType({AnswerClass.DENIED: ExitCode.DENIED, AnswerClass.OTHER: ExitCode.UNREACHABLE})


class Level(StrEnum):
    """How a check ended. Not checked: what reading cannot tell, and `doctor` does not write to find out."""

    OK = "ok"
    NOT_CHECKED = "not-checked"
    WARNING = "warning"
    PROBLEM = "problem"


class PolicyRole(StrEnum):
    """For whom a policy is: those who read, or those who write too."""

    PLAN = "plan"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `next` is what to do about it; `missing` are actions that a policy must allow.
    `unchecked` are actions of which only a write would tell whether they are allowed.

    `public` and `public_next` say the same without anything that belongs to whoever asked, where that is needed.
    """

    name: str
    level: Level
    message: str
    next: str = ""
    missing: tuple[str, ...] = ()
    exit_code: ExitCode = ExitCode.OK
    public: str = ""
    public_next: str = ""
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a space answered, by operation, and what that shows. Without an account, `refused` tells why."""

    account: Account | None = None
    refused: CallError | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    beliefs: tuple[Belief, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How a space is reached. `skew` is by how many seconds this machine is behind the service, None when unknown."""

    source: str
    expires_at: float | None
    endpoint: str
    skew: float | None


Examination: TypeAlias = Generator[Batch, list[Answer], Seen]


# --- permissions ----------------------------------------------------------------------------------


def operations(role: PolicyRole, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """What a role calls, sorted. Whoever applies plans first."""
    found = {ACCOUNT, *(name for kind in kinds.values() for name in kind.remote.reads)}
    if role is PolicyRole.APPLY:
        found |= {name for kind in kinds.values() for name in kind.remote.writes}
    return tuple(sorted(found))


def policy(role: PolicyRole, kinds: Mapping[str, Kind]) -> Json:
    """A RAM policy that allows just that. The resource is `*`: the service knows no narrower one."""
    actions = [_action(name) for name in operations(role, kinds)]
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}


def _action(operation: str) -> str:
    return f"{api().service}:{operation}"


# --- asking ---------------------------------------------------------------------------------------


def examine(kinds: Mapping[str, Kind]) -> Examination:
    """Ask for the account, then for all that reading shows; what is not permitted of that is refused."""
    account, refused = None, None
    told: list[Answer] = []
    try:
        account = yield from watched(read_account(), told)
    except CallError as error:
        refused = error
        if not _forbids(error.answer):
            # Somebody answers, in words that are not understood: what they are like is worth knowing.
            odd = error.answer.klass not in _STALE_KEYS | UNREACHABLE
            return Seen(refused=refused, beliefs=(yield from survey(kinds, told)).beliefs if odd else ())
    beliefs, answers = yield from survey(kinds, told)
    return Seen(account, refused, _telling(answers), beliefs)


def _telling(answers: Iterable[Answer]) -> dict[str, Answer]:
    """Of each operation the answer that tells most of its permission: that it is missing, else that it is there."""
    found: dict[str, Answer] = {}
    for answer in sorted(answers, key=lambda answer: (not _forbids(answer), _says_nothing(answer))):
        found.setdefault(answer.request.operation, answer)
    return found


def _forbids(answer: Answer) -> bool:
    """Whether an answer says that a policy lacks something."""
    return answer.klass is AnswerClass.DENIED and answer.code.startswith(POLICY)


# --- judging --------------------------------------------------------------------------------------


def checks(
    space: Space, way: Way, seen: Seen, kinds: Mapping[str, Kind], used: frozenset[str] = frozenset()
) -> Iterator[Check]:
    """Everything there is to say of a space that has been asked. `used` are the kinds that files have or refer to."""
    klass = seen.refused.answer.klass if seen.refused else AnswerClass.SUCCESS
    yield _credentials(way, seen)
    yield _endpoint(space, way.endpoint, seen)
    if way.skew is not None:
        yield _clock(way.skew)
    if seen.account is not None:
        yield _account(space, seen.account)
    elif seen.refused is not None and klass not in _STALE_KEYS | UNREACHABLE:
        yield _unread_account(seen.refused.answer)
    numbers = seen.answers.get(NUMBERS)
    if numbers is not None and numbers.ok:
        yield _numbers(numbers)
    if seen.answers:
        yield from _all_permissions(seen, kinds, used)


def no_credentials(error: ServiceError) -> Check:
    """No credentials, or none that can be fetched: nothing else is worth a look."""
    hint = error.hint or "repair that source, or name another one with --profile or in the environment"
    code = ExitCode.DENIED if isinstance(error, DeniedError) else ExitCode.UNREACHABLE
    return Check("credentials", Level.PROBLEM, str(error), hint, (), code, "there are none that can be used")


def _credentials(way: Way, seen: Seen) -> Check:
    """Where they come from, never what they are."""
    if seen.refused is not None and seen.refused.answer.klass in _STALE_KEYS:
        answer = seen.refused.answer
        message = f"the service does not accept those from {way.source}: {_words(answer)}"
        hint = "check in the RAM console that the access key exists and is enabled, or renew temporary credentials"
        public = f"the service does not accept them [{answer.code or answer.klass.value}]"
        return Check("credentials", Level.PROBLEM, message, hint, exit_code=ExitCode.DENIED, public=public)
    until = ""
    if way.expires_at is not None:
        until = f", valid until {time.strftime('%Y-%m-%d %H:%M', time.gmtime(way.expires_at))} UTC and renewed before"
    # A profile has a name and a place on somebody's disk; the environment has neither.
    public = "" if way.source.startswith("the environment") else f"there are some{until}"
    return Check("credentials", Level.OK, f"from {way.source}{until}", public=public)


def _endpoint(space: Space, url: str, seen: Seen) -> Check:
    """Where requests go, and whether somebody answers there."""
    where, stranger = _place(space, url)
    public = "a host that is not the service's own" if stranger else ""
    if seen.refused is not None and seen.refused.answer.klass in UNREACHABLE:
        message = f"{where}: no usable answer: {_words(seen.refused.answer)}"
        hint = "check the network, the proxy, and the region or --endpoint; then try again"
        public = f"{public or where}: no usable answer [{seen.refused.answer.code or seen.refused.answer.klass.value}]"
        return Check("endpoint", Level.PROBLEM, message, hint, exit_code=ExitCode.UNREACHABLE, public=public)
    if stranger:
        hint = "leave out --insecure-endpoint unless you run that host"
        return Check("endpoint", Level.WARNING, f"{where}, which is not the service's own", hint, public=public)
    return Check("endpoint", Level.OK, where)


def _place(space: Space, url: str) -> tuple[str, bool]:
    """The endpoint in words, and whether it belongs to somebody else."""
    if space.emulator is not None:
        return "the embedded EMULATOR; nothing leaves this machine", False
    if url == regional_endpoint(space.region):
        return f"{url}, which serves {space.region}", False
    host = urlsplit(url).hostname or ""
    if is_loopback(host):
        return f"{url} on this machine, in place of the service", False
    where = f"{url}, in place of the one that serves {space.region}"
    return where, not (url.startswith("https:") and host.endswith(".aliyuncs.com"))


def _clock(skew: float) -> Check:
    """`skew`: by how many seconds this machine is behind the service."""
    off, way = abs(skew), "behind" if skew > 0 else "ahead of"
    if off <= SKEW_WARNING:
        return Check("clock", Level.OK, "right to the minute")
    message = f"this machine is {off:.0f} s {way} the service"
    hint = f"set the clock with NTP; the service refuses what is dated more than {SKEW_REFUSED // 60} minutes off"
    if off <= SKEW_REFUSED:
        return Check("clock", Level.WARNING, message, hint)
    return Check("clock", Level.PROBLEM, message, hint, exit_code=ExitCode.UNREACHABLE)


def _account(space: Space, account: Account) -> Check:
    """The WhatsApp Business Account: would apply refuse it?"""
    refusals = guard(space, account)
    if refusals:
        message = "; ".join(refusal.message for refusal in refusals)
        public = "; ".join(_without_ids(refusal) for refusal in refusals)
        return Check("account", Level.PROBLEM, message, _way_out(refusals), (), ExitCode.REFUSED, public)
    pinned = space.waba_id or space.emulator is not None
    hint = "" if pinned else f'waba_id: "{account.waba_id}" in {FILE_NAME} makes apply refuse any other account'
    name = f' "{account.name}"' if account.name else ""
    message = f"{account.waba_id}{name}, {account.review_status}"
    public = f"it is {word(account.review_status)}"
    advice = f"waba_id in {FILE_NAME} makes apply refuse any other account" if hint else ""
    return Check("account", Level.OK, message, hint, public=public, public_next=advice)


def _without_ids(refusal: Refusal) -> str:
    return "it is another one than waba_id names" if refusal.code == WRONG_ACCOUNT else refusal.message


def _way_out(refusals: Iterable[Refusal]) -> str:
    if any(refusal.code == WRONG_ACCOUNT for refusal in refusals):
        return f"correct waba_id or cust_space_id in {FILE_NAME}"
    return "see its review in the console; until it is approved nothing is written"


def _unread_account(answer: Answer) -> Check:
    """The account cannot be read, and so nothing of the space can."""
    hint = f"check cust_space_id in {FILE_NAME}, and that the product is activated for this Alibaba Cloud account"
    missing: tuple[str, ...] = ()
    if _forbids(answer):
        missing = (_action(ACCOUNT),)
        hint = _attach(PolicyRole.PLAN)
    code = _UNREAD.get(answer.klass, ExitCode.FAILURE)
    public = f"cannot be read [{word(answer.code or answer.klass.value)}]"
    return Check("account", Level.PROBLEM, f"cannot be read: {_words(answer)}", hint, missing, code, public)


def _numbers(answer: Answer) -> Check:
    """How many numbers there are to send from."""
    listed = answer.data.get("PhoneNumbers")
    numbers = [number for number in listed if isinstance(number, Mapping)] if isinstance(listed, list) else []
    connected = sum(number.get("Status") == "CONNECTED" for number in numbers)
    message = public = f"{len(numbers)} in all, {connected} connected"
    if numbers:
        shown = [str(number.get("PhoneNumber", "")).removeprefix("+") for number in numbers[:_NUMBERS_SHOWN]]
        message += f": {', '.join(shown)}{', …' if len(numbers) > len(shown) else ''}"
    if connected:
        return Check("phone-numbers", Level.OK, message, public=public)
    hint = "add or verify a number in the console; reviews go on without, but nothing can be sent"
    return Check("phone-numbers", Level.WARNING, message, hint, public=public)


def _all_permissions(seen: Seen, kinds: Mapping[str, Kind], used: frozenset[str]) -> Iterator[Check]:
    """What plan, and what apply beyond that, may not call. A project without files may come to need everything."""
    reads = operations(PolicyRole.PLAN, kinds)
    needed = {name: kind for name, kind in kinds.items() if name in used} or kinds
    yield _permissions(PolicyRole.PLAN, reads, seen, frozenset(operations(PolicyRole.PLAN, needed)))
    writes = tuple(name for name in operations(PolicyRole.APPLY, kinds) if name not in reads)
    yield _beyond_reading(writes, _permissions(PolicyRole.APPLY, writes, seen), seen)


def _permissions(role: PolicyRole, names: tuple[str, ...], seen: Seen, needed: frozenset[str] = frozenset()) -> Check:
    answers = [seen.answers[name] for name in names if name in seen.answers]
    missing = tuple(_action(answer.request.operation) for answer in answers if _forbids(answer))
    unknown = [answer for answer in answers if _says_nothing(answer)]
    check = f"{role}-permissions"
    # Who may only read has what a pull request needs: to miss the writes is no fault by itself, nor is it to miss what
    # no file has anything to do with.
    lacking = [answer for answer in answers if _forbids(answer)] or unknown
    needs = any(answer.request.operation in needed for answer in lacking)
    level = Level.PROBLEM if needs else Level.WARNING
    if missing:
        message = f"{role} may not call {', '.join(missing)}"
        if role is PolicyRole.APPLY:
            message += "; plan does not need them"
        elif not needs:
            message += "; the files of this project do not need them, --prune and import without keys do"
        code = ExitCode.DENIED if level is Level.PROBLEM else ExitCode.OK
        return Check(check, level, message, _attach(role), missing, code)
    if unknown:
        first = unknown[0]
        public = f"whether {role} may call {_action(first.request.operation)} is not known"
        message = f"{public}: {_words(first)}"
        code = ExitCode.DENIED if first.klass in DENIED else ExitCode.UNREACHABLE
        code = code if level is Level.PROBLEM else ExitCode.OK
        return Check(check, level, message, "try again", (), code, f"{public} [{word(first.code)}]")
    return Check(check, Level.OK, f"{role} may call what it needs")


def _beyond_reading(names: tuple[str, ...], check: Check, seen: Seen) -> Check:
    """The check of what writes, with what is left open: to find that out by a write could make something."""
    unchecked = tuple(_action(name) for name in names if name not in seen.answers)
    if not unchecked:
        return check
    open_ = "only a write would tell whether apply may write"
    if check.level is not Level.OK:
        public = f"{check.public}; {open_}" if check.public else ""
        return replace(check, message=f"{check.message}; {open_}", public=public, unchecked=unchecked)
    hint = f"`templatesync doctor --policy {PolicyRole.APPLY}` prints the policy that it takes"
    return Check(check.name, Level.NOT_CHECKED, open_, hint, unchecked=unchecked)


def _says_nothing(answer: Answer) -> bool:
    """Whether an answer leaves open if the call is permitted. A refusal of what was asked shows that it is."""
    return not _forbids(answer) and answer.klass in DENIED | UNREACHABLE


def _attach(role: PolicyRole) -> str:
    return f"attach the policy that `templatesync doctor --policy {role}` prints"


def _words(answer: Answer) -> str:
    """What the service said, with its code and the number to quote."""
    code = answer.code or answer.klass.value
    request = f", request {answer.request_id}" if answer.request_id else ""
    return f"{answer.message or code} [{code}{request}]"
