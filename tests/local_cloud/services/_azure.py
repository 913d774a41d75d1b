# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all calls of Azure Resource Manager have in common: a subscription, and the version of the API."""

from __future__ import annotations

import re

from local_cloud.accounts import AZURE_SUBSCRIPTION
from local_cloud.api import Call, Check, Problem, Refusal

API_VERSION = "api-version"
VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
NO_VERSION = Problem(
    400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests."
)


def own_subscription(call: Call) -> None:
    """The token is for the subscriptions of its account, and there is one of them here."""
    asked = call.params.get("subscription_id", AZURE_SUBSCRIPTION)
    if asked.lower() != AZURE_SUBSCRIPTION:
        raise Refusal(Problem(404, "SubscriptionNotFound", f"The subscription '{asked}' could not be found."))


def right_version(known: str) -> Check:
    """A check that the call names the version that the resource provider has. Nobody else reads the parameter."""

    def check(call: Call) -> None:
        asked = call.params.pop(API_VERSION, "")
        if not asked:
            raise Refusal(NO_VERSION)
        # Clients of the vendor are for later versions than the one that is asked for here.
        if known and (asked < known or not VERSION.fullmatch(asked)):
            text = f"The api-version '{asked}' is invalid. The supported versions are '{known}'."
            raise Refusal(Problem(400, "InvalidApiVersionParameter", text))

    return check
