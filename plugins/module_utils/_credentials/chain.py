# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Look for keys in the sources of a cloud, in order, until one has them. Read credential files."""

from __future__ import annotations

import configparser
import re
import typing as t

from .._core.errors import CredentialsMissing
from .._core.values import Environ, NoHome, ReadFile
from .model import Credentials
from .source import AuthMethod, FieldNames, Source, credentials_from, describe, header_value


class Chain(t.NamedTuple):
    """The sources of a cloud's keys, in order of precedence.

    An option has the same name as its field. ``naming_schemes`` are the families of environment variables. ``remedy``
    tells the user what to do if no source has keys.
    """

    cloud: str
    methods: tuple[AuthMethod, ...]
    naming_schemes: tuple[FieldNames, ...]
    remedy: str

    def options(self, options: t.Mapping[str, t.Any]) -> Source:
        """Return the options as a source."""
        names = (*(name for method in self.methods for name in method.fields()), "project_id")
        return Source("options", {name: (name,) for name in names}, options)

    def environment(self, environ: Environ) -> tuple[Source, ...]:
        """Return the environment as sources, one for each family of names. Names of two families are never mixed."""
        return tuple(Source("environment", field_names, environ) for field_names in self.naming_schemes)

    def no_credentials(self, searched: t.Iterable[str]) -> CredentialsMissing:
        """Return the error for the case that no source has keys. ``searched`` describes the sources."""
        return CredentialsMissing(f"No credentials for {self.cloud}. Looked in: {'; '.join(searched)}. {self.remedy}")


class NotInSource(Exception):
    """A source has no usable keys, but another one may. The text says which source, and why."""


class NoFile(NotInSource):
    """There is no such file, or this user may not read it. Nobody has asked for this file."""


class Unsupported(CredentialsMissing):
    """A source has keys of a kind that cannot be used. No other source takes its place."""


Lookup = t.Callable[[], Credentials]
"""Returns the credentials of a source, or raises NotInSource."""


def resolve_first(
    chain: Chain,
    options: t.Mapping[str, t.Any],
    profile: Lookup,
    lookups: t.Iterable[Lookup],
    last: t.Callable[[tuple[str, ...]], Credentials],
) -> Credentials:
    """Return the credentials of the first source that has some.

    The order is: options, the profile that the user asked for, each of ``lookups``, and the ``last`` resort.
    """
    option_source = chain.options(options)
    credentials = credentials_from(option_source, chain.methods)
    if credentials:
        return credentials
    if options.get("profile"):
        return _from_requested_profile(str(options["profile"]), profile)
    searched = [describe(option_source, chain.methods)]
    for lookup in lookups:
        try:
            return lookup()
        except NotInSource as exc:
            searched.append(str(exc))
        except Unsupported as exc:
            searched.append(str(exc))
            break
    else:
        return last(tuple(searched))
    raise chain.no_credentials(searched)


def _from_requested_profile(name: str, profile: Lookup) -> Credentials:
    try:
        return profile()
    except (NotInSource, CredentialsMissing) as exc:
        reason = str(exc)
    raise CredentialsMissing(
        f"The option profile asks for '{name}', which cannot be used: {reason}. "
        "Name a profile that can, or leave profile out to use the environment."
    )


def read_text(path: str, read: ReadFile) -> str:
    """Return the text of a file. Raise NotInSource if it cannot be read."""
    try:
        text = read(path)
    except NoHome:
        raise NoFile(f"file {path}: there is no home directory") from None
    except PermissionError as exc:
        raise NoFile(f"file {path} cannot be read: {exc.strerror}") from None
    except (OSError, ValueError) as exc:
        # The text of a UnicodeError would quote the file. Any other ValueError is about the path.
        no_text = "it is not UTF-8 text" if isinstance(exc, UnicodeError) else "it is no path"
        reason = getattr(exc, "strerror", None) or no_text
        raise NotInSource(f"file {path} cannot be read: {reason}") from None
    if text is None:
        raise NoFile(f"file {path}: there is no such file")
    return text


def read_token(path: str, what: str, read: ReadFile) -> str:
    """Return the token in a file that another program keeps fresh. Raise CredentialsMissing if there is none."""
    try:
        token = header_value(read_text(path, read), f"{what}: the text of {path}")
    except NotInSource as exc:
        reason = str(exc)
    else:
        if token:
            return token
        reason = f"file {path} is empty"
    raise CredentialsMissing(f"{what}: {reason}")


def read_ini(path: str, read: ReadFile) -> configparser.ConfigParser:
    """Parse an INI file. Raise NotInSource if it cannot be read."""
    text = read_text(path, read)
    # A secret may hold a percent sign.
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as exc:
        # The text of this error would quote the line, and with it the secret.
        raise NotInSource(
            f"file {path} is not an INI file of sections with lines of name = value{_line(exc)}"
        ) from None
    return parser


def section_of(parser: configparser.ConfigParser, name: str, path: str) -> dict[str, str]:
    """Return a section of an INI file as a dict. Raise NotInSource, with the names of all sections, if there is none."""
    if not parser.has_section(name):
        raise NotInSource(f"file {path} has no section [{name}], there are: {', '.join(parser.sections()) or 'none'}")
    section = dict(parser.items(name))
    refuse_continued(section, f"file {path}, section [{name}]")
    return section


def refuse_continued(section: t.Mapping[str, str], where: str) -> None:
    """Raise CredentialsMissing if lines of name = value have become a part of the value before them.

    A message that refuses that value would show the secret in them.
    """
    for option, value in section.items():
        if _CONTINUED.search(value):
            raise CredentialsMissing(
                f"{where}: the lines after {option} begin with white space, so that they belong to it; "
                "begin each name = value at the beginning of its line"
            )


# A line of name = value that has become a part of the value before it.
_CONTINUED = re.compile(r"\n\w{1,64}[ \t]{0,64}[=:]", re.ASCII)


def _line(exc: configparser.Error) -> str:
    errors = getattr(exc, "errors", None)
    number = errors[0][0] if errors else getattr(exc, "lineno", None)
    return f", see line {number}" if number else ""
