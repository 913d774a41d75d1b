# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""One place to look for keys: the names that are used there, and what to say when only half of a pair is given."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._core.errors import CredentialsMissing
from .._core.values import Environ
from .model import Credentials


def first_set(names: t.Iterable[str], environ: Environ) -> tuple[str, str]:
    """The first of these variables that is set and not empty, as (name, value); ("", "") when none is."""
    for name in names:
        if environ.get(name) not in (None, ""):
            return name, environ[name]
    return "", ""


class Odd(t.NamedTuple):
    """A value that the format of a file takes for something else than a text: what that is, and how it is written."""

    kind: str
    written: str


class OddValue(CredentialsMissing):
    """A value is there, but not as a text. It never counts as absent: without it somebody else could be meant."""


FRACTION, TRUTH, DATE = "a number with a fraction", "true or false", "a date"
_KINDS: t.Mapping[type, str] = {bool: TRUTH, float: FRACTION, list: "a list", dict: "an object"}


def text_of(value: t.Any, what: str) -> str:
    """A value of a file of keys as a text, "" where there is none; an OddValue for what cannot be meant as one.

    A whole number is exact: a project may be called 42. The value is not shown, for it may be secret.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    kind = value.kind if isinstance(value, Odd) else _KINDS.get(type(value), type(value).__name__)
    raise OddValue(f"{what} is {kind}, where a text is needed; put quotes around it")


# Header values are taken without the white space that comes along from a clipboard or a file; what a person types is
# taken as it is.
VERBATIM = frozenset(
    (
        *("username", "password", "domain_name", "agency_name", "agency_domain_name"),
        *("role_policy", "policy_ids", "id_token_file", "process_command", "source_profile"),
    )
)


# Fields that are true or false.
SWITCHES = frozenset(("sts_vpc",))


class AuthMethod(t.NamedTuple):
    """One way to say who asks: all of ``needs``, as soon as one of ``marks`` shows that it is meant."""

    marks: tuple[str, ...]
    needs: tuple[str, ...]

    def fields(self) -> tuple[str, ...]:
        """Every field of this way, those needed first."""
        return (*self.needs, *(name for name in self.marks if name not in self.needs))


TOKEN = AuthMethod(marks=("auth_token",), needs=("auth_token",))
KEYS = AuthMethod(marks=("access_key", "secret_key", "security_token"), needs=("access_key", "secret_key"))
SESSION = AuthMethod(marks=KEYS.marks, needs=KEYS.marks)
PASSWORD = AuthMethod(marks=("username", "password"), needs=("username", "password", "domain_name"))

FieldNames = t.Mapping[str, tuple[str, ...]]
"""The names that go together: a field, and what it is called, the first one set wins."""


@dataclass(frozen=True)
class Source:
    """Somewhere to look: what to call it in a message, how the fields are called there, what is there."""

    title: str
    field_names: FieldNames
    values: t.Mapping[str, t.Any] = field(repr=False)
    file: str = ""

    def find(self, name: str) -> str:
        """The value of this field here, "" when there is none; what no key can look like is refused."""
        called, value = self._first(name)
        what = f"{self.title}: {called}"
        if name in SWITCHES and isinstance(value, bool):
            return str(value).lower()
        text = text_of(value, what)
        return text if name in VERBATIM else clean(text, what)

    def called(self, name: str) -> str:
        """What this field is called here, for a message: the name that is set, else all that could be."""
        return self._first(name)[0] or " or ".join(self.field_names[name])

    def need(self, *names: str) -> None:
        """Refuse what cannot work without these fields."""
        absent = [self.called(name) for name in names if not self.find(name)]
        if absent:
            raise CredentialsMissing(f"{self.title} has no {' and no '.join(absent)}")

    def _first(self, name: str) -> tuple[str, t.Any]:
        return first_set(self.field_names.get(name, ()), self.values)


def clean(value: str, what: str) -> str:
    """The value as it may stand in a header. Another would break that, and the message about it would show it."""
    text = value.strip()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise CredentialsMissing(
            f"{what} cannot be right, it holds white space, a control character or a character outside ASCII; "
            "give the value as the cloud shows it"
        )
    return text


def taken(source: Source, methods: t.Iterable[AuthMethod]) -> t.Mapping[str, str]:
    """What this place has for the first way that is meant there, nothing when none is; a half is an error."""
    for method in methods:
        found = {name: source.find(name) for name in method.fields() if name in source.field_names}
        if any(found.get(name) for name in method.marks):
            _refuse_half(source, method, found)
            return found
    return {}


def take(source: Source, methods: t.Iterable[AuthMethod]) -> t.Optional[Credentials]:
    """The credentials that this place has, None when there are none; a half is an error."""
    found = taken(source, methods)
    if not found:
        return None
    beside = {name: source.find(name) for name in ("project_id", "project_name", "iam_endpoint")}
    fields: dict[str, t.Any] = {**beside, **found}
    return Credentials(source.title, file=source.file, **fields)


def _refuse_half(source: Source, method: AuthMethod, found: t.Mapping[str, str]) -> None:
    absent = [source.called(name) for name in method.needs if not found.get(name)]
    if absent:
        given = [source.called(name) for name, value in found.items() if value]
        raise CredentialsMissing(
            f"{source.title}: {' and '.join(given)} given without {' and '.join(absent)}; "
            "give all of them there or none, they are never completed from another place"
        )


def describe(source: Source, methods: t.Iterable[AuthMethod]) -> str:
    """The place and its names for a message: ``A or B + C (+ D)``, ways parted by commas."""
    known = set(source.field_names)
    return f"{source.title} " + ", ".join(
        names_of(source.field_names, method) for method in methods if set(method.needs) <= known
    )


def names_of(field_names: FieldNames, method: AuthMethod) -> str:
    """The names of one way for a message."""
    needed = " + ".join(" or ".join(field_names[name]) for name in method.needs)
    extra = [" or ".join(field_names[name]) for name in method.fields()[len(method.needs) :] if name in field_names]
    return needed + "".join(f" (+ {names})" for names in extra)
