"""A kind of import contract that import-linter lacks: these modules import nothing from outside but what is listed.

``forbidden`` can only name what somebody thought of; a clock, a driver or a picture library that nobody thought of gets
past it.
"""

import sys
from typing import Any, Final

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

STANDARD: Final = "standard"
"""Stands in ``allowed`` for the whole standard library."""


class AllowedImports(Contract):
    """Only listed libraries may be imported; our own packages are other contracts' business."""

    type_name = "allowed"

    source_modules = fields.SetField(subfield=fields.ModuleField())
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Looks at every import of the source modules and of all that is in them."""
        allowed: set[str] = set(self.allowed)  # type: ignore[call-overload]
        if STANDARD in allowed:
            allowed |= sys.stdlib_module_names
        ours = set(self.session_options["root_packages"])
        found = []
        for source in sorted(source.name for source in self.source_modules):  # type: ignore[attr-defined]
            for module in sorted({source} | graph.find_descendants(source)):
                for imported in sorted(graph.find_modules_directly_imported_by(module)):
                    top = imported.partition(".")[0]
                    if top not in ours and top not in allowed:
                        found.append(f"{module} imports {imported}")
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Names each import."""
        found: list[Any] = check.metadata["found"]
        for line in found:
            output.print_error(line, bold=False)
