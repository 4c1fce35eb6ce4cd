"""Whether what a process was told is safe outside a demonstration: secrets, files, addresses.

Every setting that is a ``SecretStr`` is judged as a secret of our own, every address for the
password in it. What is secret in another way says so beside its type, by one of the marks here::

    siak_password: Annotated[SecretStr, GIVEN]
    passphrase_file: Annotated[Path | None, SecretFile()]

A fault is told by the name of its variable and a sentence, never by what was set.
"""

import base64
import ipaddress
import math
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Protocol, get_args
from urllib.parse import unquote, urlsplit

from cryptography import x509
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

_WORDS: Final = re.compile(
    "admin|akses|aplikasi|asdf|bawaan|change|contoh|default|demo|example|ganti|jamila|kata|kunci|"
    "passphrase|password|qwerty|rahasia|root|sandi|secret|silakan|test|token|uiop|uji|verifikasi|"
    "verify|webhook|whatsapp|your|zxcv",
    re.IGNORECASE,
)
"""What people write where a secret belongs, in both languages; none of it counts."""
_NOT_FOR_PRODUCTION: Final = "BUKAN UNTUK PRODUKSI"
"""Stands in every name of the demo PKI."""
_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP
_PASSWORD: Final = re.compile(r"^[a-z0-9+.-]+://[^/@]*?:([^/@]*)@", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one variable."""

    variable: str
    sentence: str


class Mark(Protocol):
    """Says how a setting is judged."""

    def faults(self, value: Any) -> Iterator[str]:
        """Sentences, none where nothing is wrong."""
        ...

    def words(self, value: Any) -> str:
        """The secret itself, so that two that are one are noticed; empty where there is none."""
        ...


@dataclass(frozen=True)
class Words:
    """A secret that stands in the setting itself."""

    least: int = 16
    """Characters."""
    bits: float = 48.0
    """What somebody has to guess who tries patterns and known words first."""

    def faults(self, value: SecretStr) -> Iterator[str]:
        """Too short, or easily guessed; what is not set is in nobody's use."""
        yield from self.judge(value.get_secret_value())

    def words(self, value: SecretStr) -> str:
        """The secret."""
        return value.get_secret_value()

    def judge(self, secret: str) -> Iterator[str]:
        """Judge the words themselves."""
        if not secret:
            return
        if len(secret) < self.least:
            yield f"terlalu pendek, paling sedikit {self.least} karakter"
        if bits_of(_WORDS.sub("", secret).encode()) < self.bits:
            yield "mudah ditebak"


OURS: Final = Words()
"""Made by the office, so nothing keeps it from being long."""
GIVEN: Final = Words(least=8, bits=20.0)
"""Given by somebody else, who also counts the attempts."""
PIN: Final = Words(least=6, bits=12.0)
"""Of a token that locks itself after a few attempts."""


@dataclass(frozen=True)
class SecretFile:
    """A secret in a file of its own, which only the account of the service may read."""

    rule: Words | None = OURS
    """None: what is in it is not guessed at (a key, a number), only who may read it counts."""

    def faults(self, value: Path) -> Iterator[str]:
        """Open to others, unreadable, or what ``rule`` says of its content."""
        try:
            mode = value.stat().st_mode
            content = self.words(value)
        except (OSError, UnicodeDecodeError):
            yield "berkasnya tidak dapat dibaca"
            return
        if mode & _OTHERS:
            yield "berkasnya terbuka bagi akun lain; tutup dengan chmod 600"
        if self.rule is not None:
            yield from self.rule.judge(content) if content else ("berkasnya kosong",)

    def words(self, value: Path) -> str:
        """The content; of what is not guessed at nothing."""
        if self.rule is None:
            return ""
        return value.read_text(encoding="utf-8").strip()


@dataclass(frozen=True)
class KeyFile:
    """32 random bytes in base64, in such a file."""

    def faults(self, value: Path) -> Iterator[str]:
        """Open to others, no such key, or no random one."""
        yield from SecretFile(rule=None).faults(value)
        try:
            key = base64.b64decode(self.words(value), validate=True)
        except (OSError, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            yield "bukan kunci 32 bita dalam base64"
        elif bits_of(key) < _KEY_BITS:
            yield "mudah ditebak"

    def words(self, value: Path) -> str:
        """The key as it is written."""
        return SecretFile().words(value)


_KEY_BYTES: Final = 32
_KEY_BITS: Final = 100.0
"""32 random bytes show 150 and more by the count below."""


@dataclass(frozen=True)
class AddressWords:
    """An address, which may carry a password."""

    def faults(self, value: SecretStr | str) -> Iterator[str]:
        """What is wrong with the password in it."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        found = _PASSWORD.match(text)
        yield from OURS.judge(unquote(found[1]) if found else "")

    def words(self, value: SecretStr | str) -> str:
        """Nothing: stores of one database are rightly opened by one account."""
        del value
        return ""


@dataclass(frozen=True)
class Encrypted:
    """An address outside this machine that is spoken to in secret or not at all."""

    def faults(self, value: str) -> Iterator[str]:
        """No https, and not on this machine."""
        parts = urlsplit(value)
        if parts.scheme != "https" and not _is_here(parts.hostname or ""):
            yield "bukan https"

    def words(self, value: str) -> str:
        """Nothing: that is ``AddressWords``' business."""
        del value
        return ""


@dataclass(frozen=True)
class PinnedFile:
    """Certificates that are trusted."""

    def faults(self, value: Path | Sequence[Path]) -> Iterator[str]:
        """Those of the demo PKI, whose keys lie about."""
        for file in (value,) if isinstance(value, Path) else value:
            if any(_NOT_FOR_PRODUCTION in name for name in _names_in(file)):
                yield "sertifikat PKI demo"

    def words(self, value: object) -> str:
        """Certificates are no secret."""
        del value
        return ""


Marked = tuple[str, Any, Mark]


class HoldsMore(Protocol):
    """Settings that name further secrets in a file of theirs."""

    def more_secrets(self) -> Iterable[Marked]:
        """Name of the variable, value, and how it is judged."""
        ...


def faults_of(settings: Iterable[BaseSettings]) -> list[Fault]:
    """Everything about the settings of one process that is not safe outside a demonstration."""
    found: dict[Fault, None] = {}
    known: dict[str, str] = {}
    for each in settings:
        for variable, value, mark in marked(each):
            sentences = list(mark.faults(value))
            secret = "" if sentences else mark.words(value)
            if secret and known.setdefault(secret, variable) != variable:
                sentences.append(f"sama dengan {known[secret]}")
            found |= {Fault(variable, sentence): None for sentence in sentences}
    return list(found)


def marked(settings: BaseSettings) -> Iterator[Marked]:
    """Every setting that is judged, with its variable and its marks."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        for mark in marks_of(name, field) if value is not None else ():
            yield variable_of(type(settings), name), value, mark
    more = getattr(settings, "more_secrets", None)
    if more is not None:
        yield from more()


def marks_of(name: str, field: FieldInfo) -> Iterator[Mark]:
    """How a field is judged: by its marks, by being secret, by being an address."""
    kinds = (Words, SecretFile, KeyFile, Encrypted, PinnedFile)
    own = [each for each in field.metadata if isinstance(each, kinds)]
    yield from own
    is_address = name.endswith("url")
    if is_address:
        yield AddressWords()
    is_secret = SecretStr in (field.annotation, *get_args(field.annotation))
    if is_secret and not own and not is_address:
        yield OURS


def variable_of(kind: type[BaseSettings], name: str) -> str:
    """The environment variable of a field."""
    alias = kind.model_fields[name].validation_alias
    if isinstance(alias, str):
        return alias
    return f"{kind.model_config.get('env_prefix', '')}{name}".upper()


def bits_of(symbols: bytes) -> float:
    """How much of a secret is left to guess for who tries repetitions and runs first.

    Each symbol counts with the logarithm of how many different ones there are; one that goes on
    with a run (``aaa``, ``1234``, ``9753``) does not count, nor does a repetition of the whole.
    """
    once = symbols[: _period(symbols)]
    steps = [after - before for before, after in pairwise(once)]
    runs = sum(step == before for before, step in pairwise(steps))
    return (len(once) - runs) * math.log2(max(len(set(once)), 1))


def _period(symbols: bytes) -> int:
    """Length of the shortest piece that the whole repeats, to its end or in the middle of it."""
    size = len(symbols)
    pieces = (each for each in range(1, size) if symbols[each:] == symbols[: size - each])
    return next(pieces, size)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _names_in(file: Path) -> list[str]:
    """Names of the certificates of a PEM file; whoever uses the file says what else is wrong."""
    try:
        found = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        return []
    return [name.rfc4514_string() for each in found for name in (each.subject, each.issuer)]
