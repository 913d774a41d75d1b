# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turns the work of a module into its result: facts, or the reason why there are none."""

from __future__ import annotations

import sys
import traceback
import typing as t
from collections import deque

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._core.errors import CloudError, NothingStarted, OptionError
from .._core.task import Facts
from .._core.values import cut
from .._output.mask import Mask

MISSING: dict[str, str] = {}
for library in ("jmespath", "requests"):
    try:
        __import__(library)
    except ImportError:
        MISSING[library] = traceback.format_exc()


def check_libraries() -> None:
    """Raise an OptionError if required libraries are missing. It names all of them, and how to install them."""
    if MISSING:
        raise OptionError(f"{missing_required_lib(' and '.join(MISSING))} {pip_line(MISSING)}")


def pip_line(packages: t.Iterable[str]) -> str:
    """Return the command that installs packages for this Python."""
    return f"To install: {sys.executable} -m pip install {' '.join(packages)}"


def result_of(work: t.Callable[[], Facts], mask: Mask) -> Facts:
    """Return the facts, or a failure with a message for a person. Without traceback and masked, unless the defect is ours."""
    try:
        check_libraries()
        return work()
    except NothingStarted as exc:
        return {"changed": False, "skipped": True, "msg": str(exc)}
    except OptionError as exc:
        failed: Facts = {"msg": str(exc)}
    except CloudError as exc:
        failed = {"msg": str(exc), "failure": exc.failure()}
    except Exception as exc:  # noqa: BLE001 - the last resort: report a defect of ours instead of failing with a traceback
        failed = {
            "msg": f"internal error, please report it: {type(exc).__name__}: {exc}",
            "exception": traceback.format_exc(),
        }
    return {"changed": False, **_bounded(mask.values(failed)), "msg": mask.line(failed["msg"]), "failed": True}


def _bounded(failed: Facts) -> Facts:
    if "failure" not in failed:
        return failed
    return {**failed, "failure": {**failed["failure"], "message": cut(failed["failure"]["message"])}}


Record = t.Callable[[Facts], None]
# Calls are shown from this verbosity on, which is that of -vvv.
VERBOSITY = 3
# So many calls are returned at most, the last ones.
MAX_CALLS = 1000


class Calls:
    """The calls that were made, if the user wants to see them; else ``record`` is None, and nothing is recorded."""

    def __init__(self, verbosity: int) -> None:
        self._calls: deque[Facts] = deque(maxlen=MAX_CALLS)
        self.record: t.Optional[Record] = self._calls.append if verbosity >= VERBOSITY else None

    def added_to(self, result: Facts, mask: Mask) -> Facts:
        """Return the result with the calls, masked."""
        return {**result, "calls": mask.data(list(self._calls))} if self.record else result


def finish(module: AnsibleModule, work: t.Callable[[Mask, t.Optional[Record]], Facts]) -> t.NoReturn:
    """Do the work and end the module, with the facts or with the reason why there are none."""
    mask = Mask(str(value) for value in module.no_log_values)
    calls = Calls(module._verbosity)
    result = calls.added_to(result_of(lambda: work(mask, calls.record), mask), mask)
    end = module.fail_json if result.get("failed") else module.exit_json
    end(**result)
    raise SystemExit(1)
