"""Compiles the catalogues when a wheel is made, so that nobody waits for it afterwards."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Writes `<language>.mo` beside every `<language>.po`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before files are gathered; `version` and `build_data` are left as they are."""
        del version, build_data
        folder = Path(self.root) / "casebook" / "text"
        sys.path.insert(0, str(folder))
        from catalogue import compile_catalogue  # noqa: PLC0415  # needs no other module of ours

        for path in folder.glob("*.po"):
            path.with_suffix(".mo").write_bytes(compile_catalogue(path))
