# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""clouds.yaml and its companions, read as openstacksdk reads them. Pure: files are handed in.

https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
"""

from __future__ import annotations

import json
import sys
import typing as t
from functools import cache

from .._core.errors import CredentialsMissing
from .._core.values import Environ, ReadFile
from .._credentials.chain import NoFile, NotInSource, read_text
from .._credentials.source import DATE, FRACTION, TRUTH, NonText, text_of

try:
    import yaml
except ImportError:  # it comes with ansible-core, but a module may run on a host that has only what modules need
    yaml = None


ENDINGS = ("yaml", "yml", "json")
FILE_NAME = "OS_CLIENT_CONFIG_FILE"
SECURE_NAME = "OS_CLIENT_SECURE_FILE"
VENDOR_NAME = "OS_CLIENT_VENDOR_FILE"

# Where platformdirs, by which openstacksdk goes, has the settings of a user and those of a machine, where no variable says.
USER_NAME, SITE_NAME = "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"
NAMES = (FILE_NAME, SECURE_NAME, VENDOR_NAME, USER_NAME, SITE_NAME)
_ON_MAC = sys.platform == "darwin"
USER_FOLDER = "~/Library/Application Support" if _ON_MAC else "~/.config"
SITE_FOLDER = "/Library/Application Support" if _ON_MAC else "/etc/xdg"

Settings = dict[str, t.Any]


def folders(environ: Environ) -> tuple[str, ...]:
    """Where the files are looked for, in the order of openstacksdk."""
    user = environ.get(USER_NAME, "").strip() or USER_FOLDER
    site = environ.get(SITE_NAME, "").strip().split(":")[0] or SITE_FOLDER
    found = (".", f"{user}/openstack", "~/.config/openstack", f"{site}/openstack", "/etc/openstack")
    return tuple(dict.fromkeys(found))


class Found(t.NamedTuple):
    """The first file there is, and what is in it; ``skipped`` holds, for each reason, the folders before and a file in each."""

    path: str = ""
    entries: t.Mapping[str, Settings] = {}
    skipped: t.Mapping[str, t.Mapping[str, str]] = {}


class Clouds(t.NamedTuple):
    """The clouds of the first file there is, with what the others add.

    ``secure`` is the file of the secrets of each cloud that has them elsewhere; ``unread`` says which of the files beside it
    this user may not read.
    """

    path: str
    clouds: t.Mapping[str, Settings]
    secure: t.Mapping[str, str]
    unread: str = ""


def read_clouds(environ: Environ, read: ReadFile) -> Clouds:
    """The clouds there are; NotInSource where there is no file of them."""
    found = _first("clouds", "clouds", FILE_NAME, environ, read)
    if not found.path:
        raise NotInSource(_told(found.skipped))
    beside = _first("secure", "clouds", SECURE_NAME, environ, read)
    merged = {name: merge(cloud, beside.entries.get(name, {})) for name, cloud in found.entries.items()}
    unread = {why: paths for why, paths in beside.skipped.items() if "cannot be read" in why}
    return Clouds(found.path, merged, dict.fromkeys(beside.entries, beside.path), _told(unread))


def settings_of(name: str, clouds: Clouds, environ: Environ, read: ReadFile) -> Settings:
    """What the files say of a cloud: its own words over those of the public profile that it names."""
    if name not in clouds.clouds:
        there = ", ".join(sorted(clouds.clouds)) or "none"
        raise NotInSource(f"file {clouds.path} has no cloud {name!r}, there are: {there}")
    own = clouds.clouds[name]
    where = f"file {clouds.path}, cloud {name!r}"
    told = own.get("cloud") if own.get("profile") in (None, "") else own["profile"]
    profile = text_of(told, f"{where}: its profile")
    if not profile:
        return own
    public = _first("clouds-public", "public-clouds", VENDOR_NAME, environ, read)
    if profile not in public.entries:
        raise CredentialsMissing(
            f"{where}: its profile {profile!r} is not in {public.path or 'a clouds-public.yaml'}; the "
            "profiles that come with openstacksdk are not known here, so write what it holds into the cloud"
        )
    return merge(public.entries[profile], own)


def merge(below: Settings, above: Settings) -> Settings:
    """Both, where ``above`` wins; objects are merged in turn."""
    inner = {
        name: merge(below[name], value)
        for name, value in above.items()
        if isinstance(value, dict) and isinstance(below.get(name), dict)
    }
    return {**below, **above, **inner}


def _first(stem: str, key: str, variable: str, environ: Environ, read: ReadFile) -> Found:
    """The first file there is. One that a variable names must be there."""
    given = environ.get(variable)
    if given:
        return Found(given, _entries(_parsed(read_text(given, read), given), key, given))
    skipped: dict[str, dict[str, str]] = {}
    for folder in folders(environ):
        for path in (f"{folder}/{stem}.{ending}" for ending in ENDINGS):
            try:
                text = read_text(path, read)
            except NoFile as exc:
                skipped.setdefault(str(exc).replace(f"file {path}", "", 1), {}).setdefault(folder, path)
            else:
                return Found(path, _entries(_parsed(text, path), key, path), skipped)
    return Found(skipped=skipped)


def _told(skipped: t.Mapping[str, t.Mapping[str, str]]) -> str:
    """The places, those together that there is the same to say of."""
    return "; ".join(f"file {', '.join(paths.values())}{why}" for why, paths in skipped.items())


def _parsed(text: str, path: str) -> t.Any:
    """JSON is YAML, and needs no library. What is no text is kept with its kind, a whole number as it is written."""
    try:
        return json.loads(text, parse_int=str, parse_float=_fraction, parse_constant=_fraction)
    except (ValueError, RecursionError):
        pass
    if yaml is None:
        raise CredentialsMissing(
            f"file {path} cannot be read here: PyYAML is missing on this host; install it, write the file as JSON, or give "
            "the option auth or the OS_* variables"
        )
    try:
        return yaml.load(text, _loader())
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f", see line {mark.line + 1}" if mark else ""
        # Its own text would quote the line, and with it the secret.
        raise NotInSource(f"file {path} is not YAML{line}") from None


def _fraction(written: str) -> NonText:
    return NonText(FRACTION, written)


@cache
def _loader() -> t.Any:
    """What reads YAML, but keeps what it would lose: that 0001 has zeros, and that a text looks like something else."""
    loader_class: t.Any = type("Loader", (yaml.SafeLoader,), {})
    for tag in ("int", "value"):
        loader_class.add_constructor(f"tag:yaml.org,2002:{tag}", lambda loader, node: loader.construct_scalar(node))
    for tag, kind in (("float", FRACTION), ("bool", TRUTH), ("timestamp", DATE), ("binary", "binary data")):
        loader_class.add_constructor(
            f"tag:yaml.org,2002:{tag}", lambda loader, node, kind=kind: NonText(kind, loader.construct_scalar(node))
        )
    return loader_class


def _entries(data: t.Any, key: str, path: str) -> dict[str, Settings]:
    found = data.get(key) if isinstance(data, dict) else None
    if found is None and isinstance(data, (dict, type(None))):
        return {}
    if not isinstance(found, dict) or not all(isinstance(each, (dict, type(None))) for each in found.values()):
        raise NotInSource(f"file {path}: {key} is not an object with an object for each cloud")
    return {_written(name): each or {} for name, each in found.items()}


def _written(name: t.Any) -> str:
    """The name of a cloud as it stands in the file."""
    return name.written if isinstance(name, NonText) else str(name)
