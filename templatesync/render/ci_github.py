"""What is left to do in RAM and on GitHub once the files of a pipeline are written. Pure; sends nothing itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templatesync.commands.ci_init import CiInitResult

_ISSUER = "https://token.actions.githubusercontent.com"
_AUDIENCE = "sts.aliyuncs.com"
_PLAN, _APPLY = "templatesync-plan", "templatesync-apply"


def steps(result: CiInitResult) -> Iterator[str]:
    """The steps, as lines."""
    account = next((arn.split(":")[3] for arn in result.wish[:3] if arn), "ACCOUNT")
    provider = result.wish.provider_arn or f"acs:ram::{account}:oidc-provider/GitHub"
    plan = result.wish.plan_role or f"acs:ram::{account}:role/{_PLAN}"
    apply = result.wish.apply_role or f"acs:ram::{account}:role/{_APPLY}"
    repository = result.repository or "OWNER/REPOSITORY"
    ours = f"repo:{repository}"
    gate = [result.environment, f"{result.environment}-unreviewed"]

    yield "1. In the RAM console, under Integrations > SSO > Role-based SSO > OIDC, create a provider"
    yield f"     Name       {provider.rpartition('/')[2]}"
    yield f"     Issuer     {_ISSUER}"
    yield f"     Client ID  {_AUDIENCE}"
    yield ""
    yield "2. Two roles that trust it: one that only reads, one that writes"
    if account == "ACCOUNT":
        yield "   (ACCOUNT stands for the number of your account)"
    if not result.repository:
        yield f"   ({repository} stands for what GitHub calls yours, as it spells it)"
    branch = f"{ours}:ref:refs/heads/{result.branch}"
    yield from _role(plan, provider, [f"{ours}:pull_request", branch], "plan")
    yield from _role(apply, provider, [f"{ours}:environment:{name}" for name in gate], "apply")
    yield ""
    yield "3. On GitHub: what the files read, and two environments that somebody must approve"
    yield "   (LOGIN is that person; the second one is asked when no reviewed plan is there)"
    yield from _variables(result, provider, plan, apply)
    yield from (f"   gh secret set {name}" for name in result.secrets)
    yield f"   for name in {' '.join(gate)}; do"
    yield '     echo \'{"reviewers": [{"type": "User", "id": \'"$(gh api users/LOGIN --jq .id)"\'}],'
    yield '       "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}}\' |'
    yield f'       gh api -X PUT "repos/{repository}/environments/$name" --input -'
    yield f'     gh api "repos/{repository}/environments/$name/deployment-branch-policies" -f name={result.branch}'
    yield "   done"
    yield ""
    yield "4. Commit the files, and open a pull request that changes a text: its plan becomes a comment there."


def _role(arn: str, provider: str, subjects: Sequence[str], policy: str) -> Iterator[str]:
    name = arn.rpartition("/")[2]
    equals = {"oidc:iss": _ISSUER, "oidc:aud": _AUDIENCE, "oidc:sub": list(subjects)}
    yield f'   aliyun ram CreateRole --RoleName {name} --AssumeRolePolicyDocument \'{{"Version": "1",'
    yield '     "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithOIDC",'
    yield f'     "Principal": {{"Federated": ["{provider}"]}},'
    yield '     "Condition": {"StringEquals": {'
    for number, (key, value) in enumerate(equals.items(), 1):
        end = "," if number < len(equals) else "}}}]}'"
        yield f"       {json.dumps(key)}: {json.dumps(value)}{end}"
    yield f'   aliyun ram CreatePolicy --PolicyName {name} --PolicyDocument "$(templatesync doctor --policy {policy})"'
    yield f"   aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName {name} --RoleName {name}"


def _variables(result: CiInitResult, provider: str, plan: str, apply: str) -> Iterator[str]:
    said = {"PROVIDER_ARN": (result.wish.provider_arn, provider)}
    said |= {"PLAN_ROLE": (result.wish.plan_role, plan), "APPLY_ROLE": (result.wish.apply_role, apply)}
    for name, (given, value) in said.items():
        if not given:
            yield f"   gh variable set TEMPLATESYNC_{name} --body {value}"
