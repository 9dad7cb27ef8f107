"""What `gridlink work` can do: one kind of job per file, ending in `JOB = run`; a new file is a new kind.

`run(config, arguments, report)` does the work of one job: `arguments` are those it was submitted with, `report(text)`
says how far it has come, and the dictionary it returns (JSON) is the job's result. A `Problem` it raises becomes the
failed job's reason and facts. A job may be run twice when its process died, so doing it again must change nothing.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from data.config import Config

Run = Callable[[Config, dict[str, Any], Callable[[str], None]], dict[str, Any]]

JOBS: dict[str, Run] = {
    module.name: import_module(f"{__name__}.{module.name}").JOB for module in iter_modules(__path__)
}
