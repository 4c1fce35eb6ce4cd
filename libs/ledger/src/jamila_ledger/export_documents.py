"""Where the export of a case finds the signed documents: the object store of this home."""

from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from jamila_ledger.export import ReadDocument, UnreadableError
from jamila_ledger.settings import LedgerSettings
from jamila_runtime.errors import JamilaError
from jamila_runtime.key_ring import KeyRingMissingError
from jamila_runtime.objects import ObjectMissingError, ObjectVault
from jamila_runtime.vault import CaseKeyMissingError, open_vault


def left_out(_case_id: UUID, _sha256: str) -> bytes:
    """Read nothing: whoever asked for the export wants no personal data in it.

    Raises:
        UnreadableError: always.
    """
    raise UnreadableError("tidak diminta")


def document_reader(settings: LedgerSettings) -> ReadDocument:
    """Read documents with the keys of this home, as far as they are there."""
    try:
        objects = ObjectVault(settings.objects, open_vault(settings))
    except (OSError, ValueError, SQLAlchemyError, KeyRingMissingError):
        return _no_key

    def read(case_id: UUID, sha256: str) -> bytes:
        try:
            return objects.get(case_id, sha256)
        except CaseKeyMissingError:
            raise UnreadableError("data pribadi permohonan ini sudah dihapus") from None
        except ObjectMissingError:
            raise UnreadableError("dokumen tidak ada di penyimpanan kantor") from None
        except (JamilaError, SQLAlchemyError):
            raise UnreadableError("dokumen di penyimpanan kantor rusak atau tersegel") from None

    return read


def settings_of_home(home: Path, master_key_file: str | None) -> LedgerSettings:
    """The settings of a home for a command typed by hand, which no launcher gave an environment."""
    key = Path(master_key_file) if master_key_file else home / "secrets" / "master.key"
    return LedgerSettings(home=home, master_key_file=key)


def _no_key(_case_id: UUID, _sha256: str) -> bytes:
    raise UnreadableError("kunci data pribadi tidak terbaca di komputer ini")
