# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""clouds.yaml and its companions, read as openstacksdk reads them. Pure: files are handed in.

https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
"""

from __future__ import annotations

import json
import typing as t

from .._core.errors import CredentialsMissing
from .._core.values import Environ, ReadFile
from .._credentials.chain import NotHere, read_text

try:
    import yaml
except ImportError:  # it comes with ansible-core, but a module may run on a host that has only what modules need
    yaml = None


FOLDERS = (".", "~/.config/openstack", "/etc/openstack")
ENDINGS = ("yaml", "yml", "json")
FILE_NAME = "OS_CLIENT_CONFIG_FILE"
SECURE_NAME = "OS_CLIENT_SECURE_FILE"
VENDOR_NAME = "OS_CLIENT_VENDOR_FILE"

Settings = dict[str, t.Any]


class Clouds(t.NamedTuple):
    """The clouds of the first file there is, with what the others add, the path of that file, and whose secrets are elsewhere."""

    path: str
    clouds: t.Mapping[str, Settings]
    secure: t.Mapping[str, str]


def read_clouds(environ: Environ, read: ReadFile) -> Clouds:
    """The clouds there are; NotHere where there is no file of them."""
    path, found = _first("clouds", "clouds", environ.get(FILE_NAME), read)
    if not path:
        raise NotHere(f"file {', '.join(_paths('clouds', environ.get(FILE_NAME))[::3])}: there is no such file")
    beside, secure = _first("secure", "clouds", environ.get(SECURE_NAME), read)
    merged = {name: merge(cloud, secure.get(name, {})) for name, cloud in found.items()}
    return Clouds(path, merged, dict.fromkeys(secure, beside))


def settings_of(name: str, clouds: Clouds, environ: Environ, read: ReadFile) -> Settings:
    """What the files say of a cloud: its own words over those of the public profile that it names."""
    if name not in clouds.clouds:
        there = ", ".join(sorted(clouds.clouds)) or "none"
        raise NotHere(f"file {clouds.path} has no cloud {name!r}, there are: {there}")
    own = clouds.clouds[name]
    profile = own.get("profile") or own.get("cloud")
    if not profile:
        return own
    path, public = _first("clouds-public", "public-clouds", environ.get(VENDOR_NAME), read)
    if profile not in public:
        raise CredentialsMissing(
            f"file {clouds.path}, cloud {name!r}: its profile {profile!r} is not in {path or 'a clouds-public.yaml'}; the "
            "profiles that come with openstacksdk are not known here, so write what it holds into the cloud"
        )
    return merge(public[profile], own)


def merge(below: Settings, above: Settings) -> Settings:
    """Both, where ``above`` wins; objects are merged in turn."""
    inner = {
        name: merge(below[name], value)
        for name, value in above.items()
        if isinstance(value, dict) and isinstance(below.get(name), dict)
    }
    return {**below, **above, **inner}


def _paths(stem: str, given: t.Optional[str]) -> list[str]:
    return [given] if given else [f"{folder}/{stem}.{ending}" for folder in FOLDERS for ending in ENDINGS]


def _first(stem: str, key: str, given: t.Optional[str], read: ReadFile) -> tuple[str, dict[str, Settings]]:
    """Path and entries of the first file there is, ("", {}) where there is none."""
    for path in _paths(stem, given):
        try:
            text = read_text(path, read)
        except NotHere:
            if given or read_or_none(path, read) is not None:
                raise
            continue
        return path, _entries(_parsed(text, path), key, path)
    return "", {}


def read_or_none(path: str, read: ReadFile) -> t.Optional[str]:
    """The text of a file; None where there is none, and "" where it cannot be read."""
    try:
        return read(path)
    except (OSError, UnicodeError):
        return ""


def _parsed(text: str, path: str) -> t.Any:
    """JSON is YAML, and needs no library."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if yaml is None:
        raise CredentialsMissing(
            f"file {path} cannot be read here: PyYAML is missing on this host; install it, write the file as JSON, or give "
            "the option auth or the OS_* variables"
        )
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f", see line {mark.line + 1}" if mark else ""
        # Its own text would quote the line, and with it the secret.
        raise NotHere(f"file {path} is not YAML{line}") from None


def _entries(data: t.Any, key: str, path: str) -> dict[str, Settings]:
    found = data.get(key) if isinstance(data, dict) else None
    if found is None and isinstance(data, (dict, type(None))):
        return {}
    if not isinstance(found, dict) or not all(isinstance(each, (dict, type(None))) for each in found.values()):
        raise NotHere(f"file {path}: {key} is not an object with an object for each cloud")
    return {str(name): each or {} for name, each in found.items()}
