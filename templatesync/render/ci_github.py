"""What is left to do in RAM and on GitHub once the files of a pipeline are written. Pure; sends nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.render.ci_ram import provider, role, trust

if TYPE_CHECKING:
    from templatesync.commands.ci_init import CiInitResult

_ISSUER = "https://token.actions.githubusercontent.com"


def steps(result: CiInitResult) -> Iterator[str]:
    """The steps, as lines."""
    trusted = trust(result.wish, "GitHub")
    repository = result.repository or "OWNER/REPOSITORY"
    ours = f"repo:{repository}"
    gate = [result.environment, f"{result.environment}-unreviewed"]

    yield from provider(trusted.provider.rpartition("/")[2], _ISSUER)
    yield ""
    yield "2. Two roles that trust it: one that only reads, one that writes"
    yield from trusted.remark
    if not result.repository:
        yield f"   ({repository} stands for what GitHub calls yours, as it spells it)"
    branch = f"{ours}:ref:refs/heads/{result.branch}"
    yield from role(trusted.plan, trusted.provider, _ISSUER, "plan", [f"{ours}:pull_request", branch])
    yield from role(trusted.apply, trusted.provider, _ISSUER, "apply", [f"{ours}:environment:{name}" for name in gate])
    yield ""
    yield "3. On GitHub: what the files read, and two environments that somebody must"
    yield "   approve (LOGIN is that person; the second one is asked when no reviewed"
    yield "   plan is there)"
    for name, value in trusted.variables:
        yield f"   gh variable set {name} \\"
        yield f"     --body {value}"
    yield from (f"   gh secret set {name}" for name in result.secrets)
    yield f"   for name in {' '.join(gate)}; do"
    yield '     id="$(gh api users/LOGIN --jq .id)"'
    yield '     echo \'{"reviewers": [{"type": "User", "id": \'"$id"\'}],'
    yield '       "deployment_branch_policy": {'
    yield '         "protected_branches": false, "custom_branch_policies": true}}\' |'
    yield f'       gh api -X PUT "repos/{repository}/environments/$name" --input -'
    yield f"     gh api -f name={result.branch} \\"
    yield f'       "repos/{repository}/environments/$name/deployment-branch-policies"'
    yield "   done"
    yield ""
    yield f"4. Protect the branch {result.branch}: what is merged there is applied. Ask for an"
    yield "   approval, of code owners for templatesync.yaml and .github/."
    yield ""
    yield "5. Commit the files, and open a pull request that changes a text: its plan"
    yield "   becomes a comment there."
