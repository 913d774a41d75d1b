# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read profiles and settings from the two files of AWS's tools and SDKs. Pure: their text is passed in.

https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

from __future__ import annotations

import shlex
import typing as t

from .._core.errors import CredentialsMissing, OptionError
from .._core.values import Environ, Options, ReadFile
from .._credentials.chain import NoFile, NotInSource, read_ini, refuse_continued
from .._credentials.source import first_set, text_of
from .names import (
    CONFIG_FILE,
    CONFIG_NAME,
    CREDENTIALS_FILE,
    CREDENTIALS_NAME,
    DEFAULT_PROFILE,
    ENDPOINT,
    ENDPOINT_NAMES,
    PROFILE_NAMES,
)

Section = t.Mapping[str, t.Any]
"""The values of a section by name: texts, or dicts of texts for indented blocks."""
Sections = t.Mapping[str, Section]


class Config(t.NamedTuple):
    """What both files hold. ``profiles`` has the values of both; those of the credentials file come first.

    ``named`` is the name of the profile to use. ``requested`` says that an option names it, so that it comes before the
    environment.
    """

    profiles: Sections
    from_credentials: Sections
    from_config: Sections
    sso_sessions: Sections
    services: Sections
    credentials_path: str
    config_path: str
    named: str
    requested: bool

    @property
    def profile(self) -> Section:
        """Return the values of the profile to use."""
        return self.profiles.get(self.named, {})

    def title_of(self, name: str) -> str:
        """Return how messages call a profile."""
        path = self.config_path if name in self.from_config else self.credentials_path
        return f"{path}, profile '{name}'"


def read_config(options: Options, environ: Environ, read: ReadFile) -> Config:
    """Return what both files hold. Raise CredentialsMissing if one is not readable as such, or lacks the wanted profile."""
    config_path = environ.get(CONFIG_NAME) or CONFIG_FILE
    credentials_path = environ.get(CREDENTIALS_NAME) or CREDENTIALS_FILE
    sections, from_credentials = _sections_of(config_path, read), _sections_of(credentials_path, read)
    from_config = {**_named_sections(sections, "profile"), **_default_of(sections)}
    names = dict.fromkeys((*from_config, *from_credentials))
    profiles = {name: {**from_config.get(name, {}), **from_credentials.get(name, {})} for name in names}
    wanted, asked_by = _wanted(options, environ)
    if asked_by and wanted not in profiles:
        raise CredentialsMissing(
            f"{asked_by} asks for the profile '{wanted}', which is neither in {config_path} (section [profile {wanted}]) nor "
            f"in {credentials_path} (section [{wanted}]); there are: {', '.join(profiles) or 'none'}"
        )
    sso_sessions, services = _named_sections(sections, "sso-session"), _named_sections(sections, "services")
    requested = bool(options.get("profile"))
    return Config(
        *(profiles, from_credentials, from_config, sso_sessions, services),
        *(credentials_path, config_path, wanted, requested),
    )


def _wanted(options: Options, environ: Environ) -> tuple[str, str]:
    """Return the name of the profile to use, and what names it, or "" if nothing does."""
    option = str(options.get("profile") or "")
    if option:
        return option, "the option profile"
    variable, name = first_set(PROFILE_NAMES, environ)
    return name or DEFAULT_PROFILE, variable


def _sections_of(path: str, read: ReadFile) -> dict[str, Section]:
    try:
        parser = read_ini(path, read)
    except NoFile:
        return {}
    except NotInSource as exc:
        reason = str(exc)
    else:
        return {name: _section_of(dict(parser.items(name)), path, name) for name in parser.sections()}
    raise CredentialsMissing(reason)


def _section_of(values: t.Mapping[str, str], path: str, name: str) -> Section:
    where = f"file {path}, section [{name}]"
    plain = {key: value for key, value in values.items() if not value.startswith("\n")}
    refuse_continued(plain, where)
    return {key: plain[key] if key in plain else _block_of(value, f"{where}: {key}") for key, value in values.items()}


def _block_of(text: str, where: str) -> dict[str, str]:
    """Return the values of an indented block."""
    pairs = [line.split("=", 1) for line in text.splitlines() if line.strip()]
    if any(len(pair) < 2 for pair in pairs):
        raise CredentialsMissing(f"{where} is no block of lines with name = value")
    return {key.strip(): value.strip() for key, value in pairs}


def _named_sections(sections: Sections, kind: str) -> dict[str, Section]:
    """Return the sections ``[kind name]`` by name."""
    words = {section: _words(section) for section in sections}
    return {found[1]: sections[section] for section, found in words.items() if len(found) == 2 and found[0] == kind}


def _words(section: str) -> list[str]:
    try:
        return shlex.split(section)
    except ValueError:
        return []


def _default_of(sections: Sections) -> dict[str, Section]:
    return {DEFAULT_PROFILE: sections[DEFAULT_PROFILE]} if DEFAULT_PROFILE in sections else {}


# Settings


def setting(name: str, config: Config, environ: Environ) -> str:
    """Return a setting from the environment or the profile to use, or ""."""
    value = environ.get(f"AWS_{name.upper()}") or text_of(
        config.profile.get(name), f"{config.title_of(config.named)}: {name}"
    )
    return value.strip()


def is_on(name: str, config: Config, environ: Environ) -> bool:
    """Say whether a setting is true. Raise OptionError if it is neither true nor false: keys may go elsewhere then."""
    value = setting(name, config, environ).lower()
    if value not in ("", "true", "false"):
        raise OptionError(f"AWS_{name.upper()} or {name} of the profile is neither; give true or false")
    return value == "true"


def settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    """Return the options that say which endpoints are called: those given, else those of the environment or the profile."""
    config = read_config(options, environ, read)
    variants = {
        name: is_on(name, config, environ) if options.get(name) is None else options[name]
        for name in ("use_fips_endpoint", "use_dualstack_endpoint")
    }
    ignored = is_on("ignore_configured_endpoint_urls", config, environ)
    legacy = setting("sts_regional_endpoints", config, environ).lower() == "legacy"
    urls = {} if ignored else _endpoint_urls(config, environ)
    return {**variants, "endpoint_urls": urls, "sts_is_global": legacy}


def _endpoint_urls(config: Config, environ: Environ) -> dict[str, tuple[str, str]]:
    """Return what names a URL and the URL itself by the id of a service, with "" for all the others.

    The order is botocore's: a URL for all services in the environment comes before one for a single service in the
    profile.
    """
    prefix = f"{ENDPOINT}_"
    own = {name[len(prefix) :].lower(): (name, url) for name, url in environ.items() if name.startswith(prefix) and url}
    of_all = first_set(ENDPOINT_NAMES, environ)
    if of_all[0]:
        return {**own, "": of_all}
    title = config.title_of(config.named)
    general = text_of(config.profile.get("endpoint_url"), f"{title}: endpoint_url")
    of_others = {"": (f"{title}: endpoint_url", general)} if general else {}
    return {**of_others, **_urls_of_services(config), **own}


def _urls_of_services(config: Config) -> dict[str, tuple[str, str]]:
    name = text_of(config.profile.get("services"), f"{config.title_of(config.named)}: services")
    if not name:
        return {}
    if name not in config.services:
        raise CredentialsMissing(
            f"{config.title_of(config.named)}: services is '{name}', but there is no section [services {name}]"
        )
    blocks = {key: value for key, value in config.services[name].items() if isinstance(value, dict)}
    where = f"{config.config_path}, section [services {name}]"
    return {
        key: (f"{where}: {key}", block["endpoint_url"]) for key, block in blocks.items() if block.get("endpoint_url")
    }


def region_of(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region of the profile to use, or ""."""
    config = read_config(options, environ, read)
    return text_of(config.profile.get("region"), f"{config.title_of(config.named)}: region").strip()
