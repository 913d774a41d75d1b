# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The places where a cloud looks for keys, in order, until one has them; credential files among them."""

from __future__ import annotations

import configparser
import typing as t

from .._core.errors import CredentialsMissing
from .._core.values import Environ, NoHome, ReadFile
from .model import Credentials
from .source import AuthMethod, FieldNames, Source, clean, describe, take


class Chain(t.NamedTuple):
    """Where a cloud's keys may be, in the order in which they count. Options are called what the fields are called."""

    cloud: str
    methods: tuple[AuthMethod, ...]
    naming_schemes: tuple[FieldNames, ...]
    remedy: str

    def options(self, options: t.Mapping[str, t.Any]) -> Source:
        """The options as a place."""
        names = (*(name for method in self.methods for name in method.fields()), "project_id")
        return Source("options", {name: (name,) for name in names}, options)

    def environment(self, environ: Environ) -> tuple[Source, ...]:
        """The environment as places: the names of one family are never mixed with those of another."""
        return tuple(Source("environment", field_names, environ) for field_names in self.naming_schemes)

    def absent(self, looked: t.Iterable[str]) -> CredentialsMissing:
        """What to say when there are none in any place."""
        return CredentialsMissing(f"No credentials for {self.cloud}. Looked in: {'; '.join(looked)}. {self.remedy}")


class NotHere(Exception):
    """There is nothing to use in a place, others may have it; the text says which place that is, and why."""


class NoFile(NotHere):
    """There is no such file, or this user may not look; nobody has said that it must be there."""


class Unsupported(CredentialsMissing):
    """What a place has is of a kind that cannot be used here; no other place takes its part unasked."""


Lookup = t.Callable[[], Credentials]
"""Gives the credentials of a place, or says that they are NotHere."""


def resolve_first(
    sources: Chain,
    options: t.Mapping[str, t.Any],
    profile: Lookup,
    looks: t.Iterable[Lookup],
    last: t.Callable[[tuple[str, ...]], Credentials],
) -> Credentials:
    """The first credentials there are: options, a profile that is asked for, what ``looks`` find, the ``last`` resort."""
    given = sources.options(options)
    found = take(given, sources.methods)
    if found:
        return found
    if options.get("profile"):
        return _from_asked_profile(str(options["profile"]), profile)
    looked = [describe(given, sources.methods)]
    for look in looks:
        try:
            return look()
        except NotHere as exc:
            looked.append(str(exc))
        except Unsupported as exc:
            looked.append(str(exc))
            break
    else:
        return last(tuple(looked))
    raise sources.absent(looked)


def _from_asked_profile(name: str, profile: Lookup) -> Credentials:
    try:
        return profile()
    except (NotHere, CredentialsMissing) as exc:
        reason = str(exc)
    raise CredentialsMissing(
        f"The option profile asks for '{name}', which cannot be used: {reason}. "
        "Name a profile that can, or leave profile out to have the environment looked at."
    )


def read_text(path: str, read: ReadFile) -> str:
    """The text of a file; NotHere says which cannot be read."""
    try:
        text = read(path)
    except NoHome:
        raise NoFile(f"file {path}: there is no home directory") from None
    except PermissionError as exc:
        raise NoFile(f"file {path} cannot be read: {exc.strerror}") from None
    except (OSError, UnicodeError) as exc:
        # The text of a UnicodeError would quote the file.
        reason = getattr(exc, "strerror", None) or "it is not UTF-8 text"
        raise NotHere(f"file {path} cannot be read: {reason}") from None
    if text is None:
        raise NoFile(f"file {path}: there is no such file")
    return text


def read_token(path: str, what: str, read: ReadFile) -> str:
    """The token that a file holds, which something else keeps fresh."""
    try:
        token = clean(read_text(path, read), f"{what}: the text of {path}")
    except NotHere as exc:
        reason = str(exc)
    else:
        if token:
            return token
        reason = f"file {path} is empty"
    raise CredentialsMissing(f"{what}: {reason}")


def read_ini(path: str, read: ReadFile) -> configparser.ConfigParser:
    """The sections of an INI file; NotHere says which cannot be read."""
    text = read_text(path, read)
    # A secret may hold a percent sign.
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as exc:
        # Its own text would quote the line, and with it the secret.
        raise NotHere(f"file {path} is not an INI file of sections with lines of name = value{_line(exc)}") from None
    return parser


def section_of(parser: configparser.ConfigParser, name: str, path: str) -> dict[str, str]:
    """A section of an INI file; NotHere says which there are."""
    if not parser.has_section(name):
        raise NotHere(f"file {path} has no section [{name}], there are: {', '.join(parser.sections()) or 'none'}")
    return dict(parser.items(name))


def _line(exc: configparser.Error) -> str:
    errors = getattr(exc, "errors", None)
    number = errors[0][0] if errors else getattr(exc, "lineno", None)
    return f", see line {number}" if number else ""
