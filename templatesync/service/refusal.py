"""What a refusal means whose code is on no list: by its words and its status. Pure; knows no operation.

Words are the service's own and in two languages. They decide only where its code does not, and only two things: that
it was too fast, which is worth another try, and that somebody may not do this, which is not.
"""

from __future__ import annotations

import re

from templatesync.model.request import AnswerClass

POLICY = ("NoPermission", "Ram.PermissionDeny", "Forbidden")
"""How a denial begins that is about the policies of whoever asks, and not about a product or a space."""

_TOO_MANY_REQUESTS, _DENIED = 429, (401, 403)

_TOO_FAST = re.compile(
    r"throttl(?:ed|ing|e\b)|flow.?control|limit.?control|too.?many.?(?:requests|calls)|too (?:fast|frequent)"
    r"|(?:rate|frequency|qps|call|request)s?.{0,3}limit|limit.{0,20}(?:qps|per (?:second|minute)|frequency)"
    r"|\bqps\b|流控|限流|过于频繁|请求(?:过多|太多|频繁)",
    re.IGNORECASE,
)
_MAY_NOT_CODE = re.compile(
    r"permission|forbidden|access.?denied|unauthori[sz]ed|not.?authori[sz]ed|noauth", re.IGNORECASE
)
_MAY_NOT = re.compile(
    r"\b(?:not|un) ?authori[sz]ed\b|permission denied|access (?:is |was )?denied|^\W*forbidden\W*$|\b403\W+forbidden"
    r"|\b(?:no|without|lacks?|missing|insufficient|not have)(?: the| any| enough| required)? "
    r"(?:permissions?|privileges?|authority|authori[sz]ation)\b|无权限|没有权限|权限不足|未授权|无权",
    re.IGNORECASE,
)

_UNDECIDED = (AnswerClass.OTHER, AnswerClass.UNAVAILABLE)


def reconsidered(klass: AnswerClass, code: str, words: str, status: int, *, write: bool) -> AnswerClass:
    """The class of a refusal, given the one of its code. A code that a page explains means what it says there.

    A `write` after which the service broke may have been done, whatever its words are: only its code or its status
    can say that it was not.
    """
    if klass not in _UNDECIDED:
        return klass
    if write and klass is AnswerClass.UNAVAILABLE:
        certain = status == _TOO_MANY_REQUESTS or _TOO_FAST.search(code)
        return AnswerClass.THROTTLED if certain else klass
    if status == _TOO_MANY_REQUESTS or _TOO_FAST.search(code) or _TOO_FAST.search(words):
        return AnswerClass.THROTTLED
    if klass is AnswerClass.OTHER and (status in _DENIED or _MAY_NOT_CODE.search(code) or _MAY_NOT.search(words)):
        return AnswerClass.DENIED
    return klass
