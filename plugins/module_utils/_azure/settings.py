# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the subscription and the cloud of Azure: options, environment, profile. Pure."""

from __future__ import annotations

from .._core.errors import OptionError
from .._core.values import Environ, Options, ReadFile
from .._credentials.source import first_set
from .clouds import CLOUDS, PUBLIC, Cloud
from .names import CLOUD_NAMES, SUBSCRIPTION_NAMES


def settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    """Return the subscription and the name of the cloud that the environment has and no option gives."""
    subscription = options.get("subscription_id") or first_set(SUBSCRIPTION_NAMES, environ)[1] or None
    cloud = options.get("cloud_environment") or first_set(CLOUD_NAMES, environ)[1] or PUBLIC.name
    return {"subscription_id": subscription, "cloud_environment": _known(str(cloud)).name}


def cloud_of(options: Options) -> Cloud:
    """Return the cloud that the settings name."""
    return CLOUDS[str(options["cloud_environment"])]


def _known(name: str) -> Cloud:
    if name not in CLOUDS:
        raise OptionError(f"cloud_environment: {name!r} is not supported; it is one of {', '.join(CLOUDS)}")
    return CLOUDS[name]
