# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read keys from one source: options, environment or a file. Refuse half of a pair."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._core.errors import CredentialsMissing
from .._core.values import Environ
from .model import Credentials


def first_set(names: t.Iterable[str], environ: Environ) -> tuple[str, str]:
    """Return (name, value) of the first of these variables that is set and not empty, or ("", "")."""
    for name in names:
        if environ.get(name) not in (None, ""):
            return name, environ[name]
    return "", ""


class NonText(t.NamedTuple):
    """A value that the format of a file reads as another type than text, and the way it is written there."""

    kind: str
    written: str


class NonTextError(CredentialsMissing):
    """A value is not a text. It never counts as missing, because then another identity might be used."""


FRACTION, TRUTH, DATE = "a number with a fraction", "true or false", "a date"
_TYPE_NAMES: t.Mapping[type, str] = {bool: TRUTH, float: FRACTION, list: "a list", dict: "an object"}


def text_of(value: t.Any, what: str) -> str:
    """Return a value of a credential file as text, or "" if it is None. Raise NonTextError if it is neither text nor int.

    A whole number is accepted because it is exact: a project may be called 42. The value is not shown: it may be
    secret.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    kind = value.kind if isinstance(value, NonText) else _TYPE_NAMES.get(type(value), type(value).__name__)
    raise NonTextError(f"{what} is {kind}, where a text is needed; put quotes around it")


# Values for headers are stripped of the white space that a clipboard or a file adds. These fields, which a person
# types, are used as they are.
VERBATIM = frozenset(
    (
        *("username", "password", "domain_name", "agency_name", "agency_domain_name"),
        *("role_policy", "policy_ids", "id_token_file", "process_command", "source_profile"),
        *("x509_certificate_path", "federated_token_file"),
    )
)


# Fields that are true or false.
BOOLEAN_FIELDS = frozenset(("sts_vpc",))


class AuthMethod(t.NamedTuple):
    """A set of fields that authenticate together.

    If one of ``marks`` is set, the method is meant. Then all of ``needs`` must be set. ``extras`` count only then.
    """

    marks: tuple[str, ...]
    needs: tuple[str, ...]
    extras: tuple[str, ...] = ()

    def fields(self) -> tuple[str, ...]:
        """Return every field of this method, the needed ones first."""
        return (*self.needs, *(name for name in (*self.marks, *self.extras) if name not in self.needs))


TOKEN = AuthMethod(marks=("auth_token",), needs=("auth_token",))
KEYS = AuthMethod(marks=("access_key", "secret_key", "security_token"), needs=("access_key", "secret_key"))
SESSION = AuthMethod(marks=KEYS.marks, needs=KEYS.marks)
PASSWORD = AuthMethod(marks=("username", "password"), needs=("username", "password", "domain_name"))

FieldNames = t.Mapping[str, tuple[str, ...]]
"""Maps each field to its names in a source. The first name that is set counts."""


@dataclass(frozen=True)
class Source:
    """A place to look for keys: its title for messages, the names of its fields, and its values."""

    title: str
    field_names: FieldNames
    values: t.Mapping[str, t.Any] = field(repr=False)
    file: str = ""

    def find(self, name: str) -> str:
        """Return the value of a field, or "" if it is not set. Raise CredentialsMissing if it cannot be valid."""
        name_here, value = self._first(name)
        what = f"{self.title}: {name_here}"
        if name in BOOLEAN_FIELDS and isinstance(value, bool):
            return str(value).lower()
        text = text_of(value, what)
        return text if name in VERBATIM else header_value(text, what)

    def called(self, name: str) -> str:
        """Return the name of a field in this source, for a message: the one that is set, else all possible ones."""
        return self._first(name)[0] or " or ".join(self.field_names[name])

    def need(self, *names: str) -> None:
        """Raise CredentialsMissing if one of these fields is not set."""
        missing = [self.called(name) for name in names if not self.find(name)]
        if missing:
            raise CredentialsMissing(f"{self.title} has no {' and no '.join(missing)}")

    def _first(self, name: str) -> tuple[str, t.Any]:
        return first_set(self.field_names.get(name, ()), self.values)


def shown_number(text: str) -> str:
    """Return what a message may show of a setting that is a number: anything else may be a secret that is out of its place."""
    return text if text.isdecimal() and len(text) <= _LONGEST_NUMBER else "no number"


_LONGEST_NUMBER = 8


def header_value(value: str, what: str) -> str:
    """Return a value that can be put into a header. An invalid one would break it, and the error would show the value."""
    text = value.strip()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise CredentialsMissing(
            f"{what} cannot be right, it holds white space, a control character or a character outside ASCII; "
            "give the value as the cloud shows it"
        )
    return text


def fields_from(source: Source, methods: t.Iterable[AuthMethod]) -> t.Mapping[str, str]:
    """Return the fields of the first method that the source uses, or {} if it uses none. Half of a method is an error."""
    for method in methods:
        values = {name: source.find(name) for name in method.fields() if name in source.field_names}
        if any(values.get(name) for name in method.marks):
            _refuse_incomplete(source, method, values)
            return values
    return {}


def credentials_from(source: Source, methods: t.Iterable[AuthMethod]) -> t.Optional[Credentials]:
    """Return the credentials in the source, or None if there are none. Half of a method is an error."""
    auth_fields = fields_from(source, methods)
    if not auth_fields:
        return None
    extra_fields = {name: source.find(name) for name in ("project_id", "project_name", "iam_endpoint")}
    fields: dict[str, t.Any] = {**extra_fields, **auth_fields}
    return Credentials(source.title, file=source.file, **fields)


def _refuse_incomplete(source: Source, method: AuthMethod, values: t.Mapping[str, str]) -> None:
    missing = [source.called(name) for name in method.needs if not values.get(name)]
    if missing:
        present = [source.called(name) for name, value in values.items() if value]
        raise CredentialsMissing(
            f"{source.title}: {' and '.join(present)} given without {' and '.join(missing)}; "
            "give all of them in one source; sources are never combined"
        )


def describe(source: Source, methods: t.Iterable[AuthMethod]) -> str:
    """Describe the source for a message: ``A or B + C (+ D)``, with a comma between two methods."""
    field_names = set(source.field_names)
    return f"{source.title} " + ", ".join(
        names_of(source.field_names, method) for method in methods if set(method.needs) <= field_names
    )


def names_of(field_names: FieldNames, method: AuthMethod) -> str:
    """Return the names of the fields of one method, for a message."""
    required = " + ".join(" or ".join(field_names[name]) for name in method.needs)
    optional = [" or ".join(field_names[name]) for name in method.fields()[len(method.needs) :] if name in field_names]
    return required + "".join(f" (+ {names})" for names in optional)
