# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Keys to a cloud, and where they were looked for. Pure: environment and files are handed in."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.multicloud.tasks.plugins.module_utils._errors import CredentialsMissing

Environ = t.Mapping[str, str]
ReadFile = t.Callable[[str], t.Optional[str]]
"""Gives the text of a file, ``~`` expanded, or None where there is no such file."""


@dataclass(frozen=True)
class Credentials:
    """What a provider's signer needs. Secret fields stay out of ``repr``; ``source`` says where they were found."""

    source: str
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    auth_token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    domain_name: str = ""
    project_id: str = ""
    iam_endpoint: str = ""

    def secrets(self) -> frozenset[str]:
        """Every value that must never be shown."""
        found = (self.access_key, self.secret_key, self.security_token, self.auth_token, self.password)
        return frozenset(value for value in found if value)


def first_set(names: t.Iterable[str], environ: Environ) -> tuple[str, str]:
    """The first of these variables that is set and not empty, as (name, value); ("", "") when none is."""
    for name in names:
        if environ.get(name):
            return name, environ[name]
    return "", ""


# Header values are taken without the white space that comes along from a clipboard or a file; what a person types is
# taken as it is.
VERBATIM = frozenset(("username", "password", "domain_name"))


@dataclass(frozen=True)
class Way:
    """One way to say who asks: all of ``needs``, as soon as one of ``marks`` shows that it is meant."""

    marks: tuple[str, ...]
    needs: tuple[str, ...]

    def fields(self) -> tuple[str, ...]:
        """Every field of this way, those needed first."""
        return (*self.needs, *(name for name in self.marks if name not in self.needs))


TOKEN = Way(marks=("auth_token",), needs=("auth_token",))
KEYS = Way(marks=("access_key", "secret_key", "security_token"), needs=("access_key", "secret_key"))
SESSION = Way(marks=KEYS.marks, needs=KEYS.marks)
PASSWORD = Way(marks=("username", "password"), needs=("username", "password", "domain_name"))

Family = t.Mapping[str, tuple[str, ...]]
"""The names that go together: a field of Credentials, and what it is called, the first one set wins."""


@dataclass(frozen=True)
class Place:
    """Somewhere to look: what to call it in a message, how the fields are called there, what is there."""

    title: str
    family: Family
    values: t.Mapping[str, t.Any] = field(repr=False)

    def find(self, name: str) -> str:
        """The value of this field here, "" when there is none; what no key can look like is refused."""
        called, value = self._first(name)
        if name in VERBATIM:
            return str(value)
        text = str(value).strip()
        # It would break the HTTP header that carries it, and the message about that would show it.
        if not (text.isascii() and text.isprintable()) or " " in text:
            raise CredentialsMissing(
                f"{self.title}: {called} cannot be right, it holds white space, a control character or a character "
                "outside ASCII; give the value as the cloud shows it"
            )
        return text

    def called(self, name: str) -> str:
        """What this field is called here, for a message: the name that is set, else all that could be."""
        return self._first(name)[0] or " or ".join(self.family[name])

    def _first(self, name: str) -> tuple[str, str]:
        return first_set(self.family.get(name, ()), self.values)


def take(place: Place, ways: t.Iterable[Way]) -> t.Optional[Credentials]:
    """What this place has for the first way that is meant there, None when none is; a half is an error."""
    for way in ways:
        found = {name: place.find(name) for name in way.fields() if name in place.family}
        if any(found.get(name) for name in way.marks):
            _refuse_half(place, way, found)
            beside = {name: place.find(name) for name in ("project_id", "iam_endpoint")}
            return Credentials(source=place.title, **beside, **found)
    return None


def _refuse_half(place: Place, way: Way, found: t.Mapping[str, str]) -> None:
    absent = [place.called(name) for name in way.needs if not found.get(name)]
    if absent:
        given = [place.called(name) for name, value in found.items() if value]
        raise CredentialsMissing(
            f"{place.title}: {' and '.join(given)} given without {' and '.join(absent)}; "
            "give all of them there or none, they are never completed from another place"
        )


@dataclass(frozen=True)
class Sources:
    """Where a cloud's keys may be, in the order in which they count. Options are called what the fields are called."""

    cloud: str
    ways: tuple[Way, ...]
    families: tuple[Family, ...]
    remedy: str

    def options(self, options: t.Mapping[str, t.Any]) -> Place:
        """The options as a place."""
        names = (*(name for way in self.ways for name in way.fields()), "project_id")
        return Place("options", {name: (name,) for name in names}, options)

    def environment(self, environ: Environ) -> tuple[Place, ...]:
        """The environment as places: the names of one family are never mixed with those of another."""
        return tuple(Place("environment", family, environ) for family in self.families)

    def describe(self) -> tuple[str, ...]:
        """Every place but the file, in words."""
        places = (self.options({}), *self.environment({}))
        return tuple(f"{place.title} {describe(place.family, self.ways)}" for place in places)


def search(
    sources: Sources, options: t.Mapping[str, t.Any], environ: Environ, from_file: t.Callable[[], Credentials]
) -> Credentials:
    """The first credentials there are: options, a profile that was asked for, environment, the file as it stands."""
    found = take(sources.options(options), sources.ways)
    if found is None and options.get("profile"):
        return _from_asked_profile(str(options["profile"]), from_file)
    for place in sources.environment(environ):
        found = found or take(place, sources.ways)
    return found or _from_file_at_last(sources, from_file)


def _from_asked_profile(name: str, from_file: t.Callable[[], Credentials]) -> Credentials:
    try:
        return from_file()
    except CredentialsMissing as exc:
        reason = str(exc)
    raise CredentialsMissing(
        f"The option profile asks for '{name}', which cannot be used: {reason}. "
        "Name a profile that can, or leave profile out to have the environment looked at."
    )


def _from_file_at_last(sources: Sources, from_file: t.Callable[[], Credentials]) -> Credentials:
    try:
        return from_file()
    except CredentialsMissing as exc:
        looked = "; ".join((*sources.describe(), f"file {exc}"))
    raise CredentialsMissing(f"No credentials for {sources.cloud}. Looked in: {looked}. {sources.remedy}")


def describe(family: Family, ways: t.Iterable[Way]) -> str:
    """The names of this family for a message: ``A or B + C (+ D)``, ways parted by commas."""
    return ", ".join(_describe_way(family, way) for way in ways if set(way.needs) <= set(family))


def _describe_way(family: Family, way: Way) -> str:
    needed = " + ".join(" or ".join(family[name]) for name in way.needs)
    extra = [" or ".join(family[name]) for name in way.fields()[len(way.needs) :] if name in family]
    return needed + "".join(f" (+ {names})" for names in extra)


def read_text(path: str, read: ReadFile) -> t.Optional[str]:
    """The text of a file, None where there is none; a file that cannot be read is an error that names it."""
    try:
        return read(path)
    except (OSError, UnicodeError) as exc:
        # The text of a UnicodeError would quote the file.
        reason = getattr(exc, "strerror", None) or "it is not UTF-8 text"
        raise CredentialsMissing(f"{path} cannot be read: {reason}") from None
