"""Roles of RAM that trust a host of repositories, as commands to copy. Pure; knows no host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

AUDIENCE = "sts.aliyuncs.com"
PLAN, APPLY = "templatesync-plan", "templatesync-apply"


def provider(name: str, issuer: str) -> Iterator[str]:
    """The first step: who is to be trusted."""
    yield "1. In the RAM console, under Integrations > SSO > Role-based SSO > OIDC, create a provider"
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
    yield f'   aliyun ram CreateRole --RoleName {name} --AssumeRolePolicyDocument \'{{"Version": "1",'
    yield '     "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithOIDC",'
    yield f'     "Principal": {{"Federated": ["{provider}"]}},'
    before = '     "Condition": {'
    for operator, keys in conditions:
        yield f'{before}"{operator}": {{'
        for number, (key, value) in enumerate(keys.items(), 1):
            last = "}}}]}'" if (operator, keys) == conditions[-1] else "},"
            yield f"       {json.dumps(key)}: {json.dumps(value)}{',' if number < len(keys) else last}"
        before = "     "
    yield f'   aliyun ram CreatePolicy --PolicyName {name} --PolicyDocument "$(templatesync doctor --policy {policy})"'
    yield f"   aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName {name} --RoleName {name}"
