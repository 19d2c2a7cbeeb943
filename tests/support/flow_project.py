"""A project with flows, on the same emulator as everything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.emulated_project import LOCAL, World, ends
from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import KINDS

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "flows" / "book_class.json"
ASSET = json.loads(EXAMPLE.read_bytes())
FIRST, SECOND = (screen["id"] for screen in ASSET["screens"])
TALKING = {**ASSET, "data_api_version": "3.0", "routing_model": {FIRST: [SECOND], SECOND: []}}
"""The same flow, which fetches data from an endpoint."""
KEY = "flow/book"


class Flows(World):
    """A project with flows."""

    def flow(self, name: str = "book", json_: Any = ASSET, options: Any = None, **fields: Any) -> None:
        body = {"kind": "flow", "FlowName": name, "Categories": ["SURVEY", "OTHER"], **fields}
        if json_ is not None:
            self.put(f"flows/{name}.json", json.dumps(json_))
            body["Asset"] = f"flows/{name}.json"
        self.put(f"flows/{name}.yaml", to_yaml({**body, **({"templatesync": options} if options else {})}))

    def talking(self, options: Any = None) -> None:
        self.flow(json_=TALKING, options=options, EndpointUri="https://example.com/flow")

    def did(self) -> list[str]:
        """The writes to flows that were carried out."""
        return [operation for operation in self.changed() if operation in KINDS["flow"].remote.writes]

    def edit(self, name: str = "book", **fields: Any) -> None:
        """What somebody changes in the console."""
        self.control("flow", cust_space_id=LOCAL, flow_name=name, **fields)

    def change(self, key: str = KEY, **options: Any) -> Any:
        (space,) = self.document(**options)["spaces"]
        (found,) = [change for change in space["changes"] if change["key"] == key]
        return found

    def action(self, key: str = KEY, **options: Any) -> tuple[str, str]:
        change = self.change(key, **options)
        return change["action"], change["reason"]

    def settle(self) -> None:
        """Apply, and nothing is left to do."""
        result = self.apply()
        assert set(ends(result).values()) == {"done"}, result
        (space,) = self.document()["spaces"]
        assert {change["action"] for change in space["changes"]} == {"no_op"}
