# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read clouds.yaml and its companion files as openstacksdk reads them. Pure: a function that reads files is passed in.

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
except ImportError:  # ansible-core brings it, but a module may run on a host that has only what modules need
    yaml = None


EXTENSIONS = ("yaml", "yml", "json")
FILE_NAME = "OS_CLIENT_CONFIG_FILE"
SECURE_NAME = "OS_CLIENT_SECURE_FILE"
VENDOR_NAME = "OS_CLIENT_VENDOR_FILE"

# openstacksdk finds its folders with platformdirs: these variables, or else these defaults.
USER_NAME, SITE_NAME = "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"
NAMES = (FILE_NAME, SECURE_NAME, VENDOR_NAME, USER_NAME, SITE_NAME)
_ON_MAC = sys.platform == "darwin"
USER_FOLDER = "~/Library/Application Support" if _ON_MAC else "~/.config"
SITE_FOLDER = "/Library/Application Support" if _ON_MAC else "/etc/xdg"

Settings = dict[str, t.Any]


def folders(environ: Environ) -> tuple[str, ...]:
    """Return the folders to search, in the order of openstacksdk."""
    user = environ.get(USER_NAME, "").strip() or USER_FOLDER
    site = environ.get(SITE_NAME, "").strip().split(":")[0] or SITE_FOLDER
    paths = (".", f"{user}/openstack", "~/.config/openstack", f"{site}/openstack", "/etc/openstack")
    return tuple(dict.fromkeys(paths))


class ConfigFile(t.NamedTuple):
    """The first file that exists, and its entries.

    ``skipped`` says which files were not read: for each reason, the folders searched with a path in each.
    """

    path: str = ""
    entries: t.Mapping[str, Settings] = {}
    skipped: t.Mapping[str, t.Mapping[str, str]] = {}


class Clouds(t.NamedTuple):
    """The clouds of the first clouds file, merged with the secrets of the secure file.

    ``secure`` maps each cloud with secrets elsewhere to that file. ``unread`` says which secure files this user may not
    read.
    """

    path: str
    clouds: t.Mapping[str, Settings]
    secure: t.Mapping[str, str]
    unread: str = ""


def read_clouds(environ: Environ, read: ReadFile) -> Clouds:
    """Return all clouds. Raise NotInSource if there is no clouds file."""
    config = _first_file("clouds", "clouds", FILE_NAME, environ, read)
    if not config.path:
        raise NotInSource(_describe_skipped(config.skipped))
    secrets = _first_file("secure", "clouds", SECURE_NAME, environ, read)
    merged = {name: merge(cloud, secrets.entries.get(name, {})) for name, cloud in config.entries.items()}
    unreadable = {why: paths for why, paths in secrets.skipped.items() if "cannot be read" in why}
    return Clouds(config.path, merged, dict.fromkeys(secrets.entries, secrets.path), _describe_skipped(unreadable))


def settings_of(name: str, clouds: Clouds, environ: Environ, read: ReadFile) -> Settings:
    """Return the settings of a cloud: its own, merged over those of the public profile that it names."""
    if name not in clouds.clouds:
        names = ", ".join(sorted(clouds.clouds)) or "none"
        raise NotInSource(f"file {clouds.path} has no cloud {name!r}, there are: {names}")
    own = clouds.clouds[name]
    title = f"file {clouds.path}, cloud {name!r}"
    profile_value = own.get("cloud") if own.get("profile") in (None, "") else own["profile"]
    profile = text_of(profile_value, f"{title}: its profile")
    if not profile:
        return own
    public = _first_file("clouds-public", "public-clouds", VENDOR_NAME, environ, read)
    if profile not in public.entries:
        raise CredentialsMissing(
            f"{title}: its profile {profile!r} is not in {public.path or 'a clouds-public.yaml'}; the "
            "profiles that come with openstacksdk are not supported, so write what it holds into the cloud"
        )
    return merge(public.entries[profile], own)


def merge(below: Settings, above: Settings) -> Settings:
    """Return both, with ``above`` taking precedence. Nested objects are merged, too."""
    nested = {
        name: merge(below[name], value)
        for name, value in above.items()
        if isinstance(value, dict) and isinstance(below.get(name), dict)
    }
    return {**below, **above, **nested}


def _first_file(stem: str, key: str, variable: str, environ: Environ, read: ReadFile) -> ConfigFile:
    """Return the first file that exists. A file that the variable names must exist."""
    named_path = environ.get(variable)
    if named_path:
        return ConfigFile(named_path, _entries_of(_parse(read_text(named_path, read), named_path), key, named_path))
    skipped: dict[str, dict[str, str]] = {}
    for folder in folders(environ):
        for path in (f"{folder}/{stem}.{extension}" for extension in EXTENSIONS):
            try:
                text = read_text(path, read)
            except NoFile as exc:
                skipped.setdefault(str(exc).replace(f"file {path}", "", 1), {}).setdefault(folder, path)
            else:
                return ConfigFile(path, _entries_of(_parse(text, path), key, path), skipped)
    return ConfigFile(skipped=skipped)


def _describe_skipped(skipped: t.Mapping[str, t.Mapping[str, str]]) -> str:
    """Describe the skipped places for a message. Places with the same reason are grouped."""
    return "; ".join(f"file {', '.join(paths.values())}{why}" for why, paths in skipped.items())


def _parse(text: str, path: str) -> t.Any:
    """Parse JSON or YAML. JSON needs no library. Values that are not text keep their type, and whole numbers their spelling."""
    try:
        return json.loads(text, parse_int=str, parse_float=_non_text_fraction, parse_constant=_non_text_fraction)
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
        # The text of this error would quote the line, and with it the secret.
        raise NotInSource(f"file {path} is not YAML{line}") from None


def _non_text_fraction(written: str) -> NonText:
    return NonText(FRACTION, written)


@cache
def _loader() -> t.Any:
    """Return a YAML loader that keeps what a loader would lose: the zeros of 0001, and the type of values that are not text."""
    loader_class: t.Any = type("Loader", (yaml.SafeLoader,), {})
    for tag in ("int", "value"):
        loader_class.add_constructor(f"tag:yaml.org,2002:{tag}", lambda loader, node: loader.construct_scalar(node))
    for tag, kind in (("float", FRACTION), ("bool", TRUTH), ("timestamp", DATE), ("binary", "binary data")):
        loader_class.add_constructor(
            f"tag:yaml.org,2002:{tag}", lambda loader, node, kind=kind: NonText(kind, loader.construct_scalar(node))
        )
    return loader_class


def _entries_of(data: t.Any, key: str, path: str) -> dict[str, Settings]:
    entries = data.get(key) if isinstance(data, dict) else None
    if entries is None and isinstance(data, (dict, type(None))):
        return {}
    if not isinstance(entries, dict) or not all(isinstance(entry, (dict, type(None))) for entry in entries.values()):
        raise NotInSource(f"file {path}: {key} is not an object with an object for each cloud")
    return {_written(name): entry or {} for name, entry in entries.items()}


def _written(name: t.Any) -> str:
    """Return the name of a cloud as the file spells it."""
    return name.written if isinstance(name, NonText) else str(name)
