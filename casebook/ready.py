"""What workers need, imported once for all of them by the process that forks them."""

from __future__ import annotations

import gc
import importlib

from casebook import light

light.load("papermill")
for _name in ("casebook.making", "casebook.kernels.engine", "casebook.exporters"):
    importlib.import_module(_name)

# Else the collector would write to what workers share, and each would get a copy.
gc.collect()
gc.freeze()
