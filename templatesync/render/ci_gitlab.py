"""What is left to do in RAM and in GitLab once the files of a pipeline are written. Pure; sends nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.render.ci_ram import provider, role, trust

if TYPE_CHECKING:
    from templatesync.commands.ci_init import CiInitResult

_ISSUER = "https://gitlab.com"


def steps(result: CiInitResult) -> Iterator[str]:
    """The steps, as lines."""
    trusted = trust(result.wish, "GitLab")
    project = result.repository or "GROUP/PROJECT"
    ours = f"project_path:{project}:ref_type:branch:ref:"

    yield from provider(trusted.provider.rpartition("/")[2], _ISSUER)
    yield "   (or the address of your own GitLab, which Alibaba Cloud must be able to"
    yield "   reach; below, too)"
    yield ""
    yield "2. Two roles that trust it: one that only reads, one that writes"
    yield from trusted.remark
    if not result.repository:
        yield f"   ({project} stands for what GitLab calls yours, as it spells it)"
    yield from role(trusted.plan, trusted.provider, _ISSUER, "plan", [f"{ours}*"], like=True)
    yield from role(trusted.apply, trusted.provider, _ISSUER, "apply", [f"{ours}{result.branch}"])
    yield ""
    yield "3. In GitLab, a project access token (Settings > Access tokens; role Reporter,"
    yield "   scope api), and variables"
    yield '   read -r token; glab variable set TEMPLATESYNC_GITLAB_TOKEN "$token" --masked'
    for name, value in trusted.variables:
        yield f"   glab variable set {name} \\"
        yield f"     {value}"
    yield from (f'   read -r secret; glab variable set {name} "$secret" --masked' for name in result.secrets)
    yield f"   Protect the branch {result.branch}: who may merge into it may give the second"
    yield f"   approval. Protect the environments {result.environment} and"
    yield f"   {result.environment}-unreviewed as well, where your tier can."
    yield ""
    yield "4. Two schedules on that branch: one follows reviews, one looks for what others"
    yield "   have changed"
    for cron, what in (("*/30 * * * *", "follow"), ("17 3 * * *", "drift")):
        yield f"   glab schedule create --cron '{cron}' --ref {result.branch} \\"
        yield f"     --description 'templatesync {what}' --variable TEMPLATESYNC_SCHEDULE:{what}"
    yield ""
    if result.own:
        yield f"5. Your {result.own[0]} stays as it is. Add this, or only the item where"
        yield "   there is an `include`:"
        yield "     include:"
        yield "       - local: .gitlab/templatesync.yml"
        yield ""
    step = 6 if result.own else 5
    yield f"{step}. Commit the files, and open a merge request that changes a text: its plan"
    yield "   becomes a note there."
