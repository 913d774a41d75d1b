# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs that are refused: the error names the option, and shows no secret in the URL."""

from __future__ import annotations

import traceback

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import check_url

SECRET = "S3cretWord"
WITH_SECRET = {
    "a password": f"https://me:{SECRET}@api.example.com",
    "a password and no encryption": f"http://me:{SECRET}@api.example.com",
    "a password and a port that is none": f"https://me:{SECRET}@api.example.com:443x",
    "a password that looks like a port": f"https://me:{SECRET}/x@api.example.com",
    "a password and a bracket": f"https://me:{SECRET}@[::1",
    "a password and no scheme": f"me:{SECRET}@api.example.com",
    "a password and another scheme": f"socks5://me:{SECRET}@proxy.example.com",
    "a query": f"https://api.example.com/?token={SECRET}",
    "a query and no scheme": f"api.example.com/?token={SECRET}",
    "a query and a port that is none": f"https://api.example.com:x/?token={SECRET}",
    "a host with a backslash": "https://evil.example\\.api.example.com",
    "a fragment and no encryption": f"http://api.example.com/#{SECRET}",
}


@pytest.mark.parametrize("url", WITH_SECRET.values(), ids=WITH_SECRET.keys())
def test_a_refused_url_shows_no_secret(url: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_url("endpoint", url)
    assert str(caught.value).startswith("endpoint: ")
    assert SECRET not in "".join(
        traceback.format_exception(type(caught.value), caught.value, caught.value.__traceback__)
    )
