"""Completion in bash for words that bash takes apart, such as keys with their @. Knows no command.

Click hands on the words as bash sees them: of `template/hi@e` the last is `e`. Here the line itself is taken apart, and
of each answer only that is given back which stands behind what bash has cut off.
"""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """For bash 4.4 and newer."""

    source_template = _BASH
    _cut = ""

    @staticmethod
    def _check_version() -> None:
        """Not asked: that starts bash."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is begun, and that one."""
        line = os.environ.get("COMP_WORDS", "")
        words = split_arg_string(line)
        begun = words.pop() if len(words) > 1 and not line[-1:].isspace() else ""
        quoted = line[: len(line) - len(begun)].endswith(("'", '"'))  # then bash takes nothing apart
        breaks = "" if quoted else os.environ.get("COMP_BREAKS", "")
        at = max((place for place, character in enumerate(begun) if character in breaks), default=-1)
        self._cut = begun[: at + 1]
        return words[1:], begun

    def format_completion(self, item: CompletionItem) -> str:
        """A line for the shell."""
        return f"{item.type},{str(item.value).removeprefix(self._cut)}"


def register() -> None:
    """Have click answer bash this way."""
    add_completion_class(Bash)
