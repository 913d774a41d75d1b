# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name the permissions of a service's calls, in clouds that name a permission after the call. Pure."""

from __future__ import annotations

import typing as t

from .model import Batch, Call, Cancel, Detail, Fallback, Finder, Listing, Service

Part = t.TypeVar("Part", Fallback, Listing, Batch, Detail, Finder, Cancel)


def with_permissions(service: Service, prefix: str) -> Service:
    """Return the service with the permission ``prefix:Action`` for each call. A call that names its own keeps them."""
    return service._replace(
        read=_named(service.read, prefix),
        fallback=_part(service.fallback, prefix),
        listing=_part(service.listing, prefix),
        batch=_part(service.batch, prefix),
        detail=_part(service.detail, prefix),
        finder=_part(service.finder, prefix),
        cancel=_part(service.cancel, prefix),
    )


def _part(part: t.Optional[Part], prefix: str) -> t.Optional[Part]:
    if part is None or part.call is None:
        return part
    return part._replace(call=_named(part.call, prefix))


def _named(call: Call, prefix: str) -> Call:
    return call if call.permissions else call._replace(permissions=(f"{prefix}:{call.action}",))
