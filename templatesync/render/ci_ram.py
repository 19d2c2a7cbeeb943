"""Roles of RAM that trust a host of repositories, as commands to copy. Pure; knows no host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from templatesync.commands.ci_init import Wish

AUDIENCE = "sts.aliyuncs.com"
_NO_ACCOUNT = "ACCOUNT"


class Trust(NamedTuple):
    """ARNs of the provider and of both roles: what somebody gave, else what they are to be called."""

    account: str
    provider: str
    plan: str
    apply: str
    unset: tuple[str, ...]
    """Names of variables of the host that the files read, since nobody gave the ARN."""

    @property
    def remark(self) -> Iterator[str]:
        """What stands for a number that nobody gave."""
        if self.account == _NO_ACCOUNT:
            yield f"   ({_NO_ACCOUNT} stands for the number of your account)"

    @property
    def variables(self) -> Iterator[tuple[str, str]]:
        """What is still to be set at the host."""
        values = {"PROVIDER_ARN": self.provider, "PLAN_ROLE": self.plan, "APPLY_ROLE": self.apply}
        return ((f"TEMPLATESYNC_{name}", value) for name, value in values.items() if name in self.unset)


def trust(wish: Wish, host: str) -> Trust:
    """The ARNs that these steps speak of; `host` is what the provider is called where nobody says otherwise."""
    given = {"PROVIDER_ARN": wish.provider_arn, "PLAN_ROLE": wish.plan_role, "APPLY_ROLE": wish.apply_role}
    account = next((arn.split(":")[3] for arn in given.values() if arn), _NO_ACCOUNT)
    return Trust(
        account,
        wish.provider_arn or f"acs:ram::{account}:oidc-provider/{host}",
        wish.plan_role or f"acs:ram::{account}:role/templatesync-plan",
        wish.apply_role or f"acs:ram::{account}:role/templatesync-apply",
        tuple(name for name, arn in given.items() if not arn),
    )


def provider(name: str, issuer: str) -> Iterator[str]:
    """The first step: who is to be trusted."""
    yield "1. In the RAM console, under Integrations > SSO > Role-based SSO > OIDC,"
    yield "   create a provider"
    yield f"     Name       {name}"
    yield f"     Issuer     {issuer}"
    yield f"     Client ID  {AUDIENCE}"


def role(
    arn: str, provider: str, issuer: str, policy: str, subjects: Sequence[str], like: bool = False
) -> Iterator[str]:
    """One role, its policy, and whom it trusts. `like`: the subjects are patterns."""
    name = arn.rpartition("/")[2]
    equals: Mapping[str, object] = {"oidc:iss": issuer, "oidc:aud": AUDIENCE}
    conditions = [("StringEquals", equals if like else {**equals, "oidc:sub": list(subjects)})]
    if like:
        conditions.append(("StringLike", {"oidc:sub": list(subjects)}))
    yield f"   aliyun ram CreateRole --RoleName {name} \\"
    yield '     --AssumeRolePolicyDocument \'{"Version": "1",'
    yield '     "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithOIDC",'
    yield f'     "Principal": {{"Federated": ["{provider}"]}},'
    before = '     "Condition": {'
    for operator, keys in conditions:
        yield f'{before}"{operator}": {{'
        for number, (key, value) in enumerate(keys.items(), 1):
            last = "}}}]}'" if (operator, keys) == conditions[-1] else "},"
            written = f"       {json.dumps(key)}: {_written(value)}{',' if number < len(keys) else last}"
            yield from written.splitlines()
        before = "     "
    yield f"   aliyun ram CreatePolicy --PolicyName {name} \\"
    yield f'     --PolicyDocument "$(templatesync doctor --policy {policy})"'
    yield "   aliyun ram AttachPolicyToRole --PolicyType Custom \\"
    yield f"     --PolicyName {name} --RoleName {name}"


def _written(value: object) -> str:
    """A value of a policy. Each item of a list has a line of its own, since names are long."""
    if not isinstance(value, list):
        return json.dumps(value)
    return "[" + ",".join(f"\n         {json.dumps(item)}" for item in value) + "]"
