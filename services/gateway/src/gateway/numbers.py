"""Numbers of people are looked up by keyed digests: they leave this process in no other form."""

from jamila_runtime.blind import CONTACTS, SUBJECTS, BlindIndex


class BlindNumbers:
    """Names numbers as the intake names them."""

    def __init__(self, master_key: bytes) -> None:
        self._contacts = BlindIndex(master_key, CONTACTS)
        self._subjects = BlindIndex(master_key, SUBJECTS)

    def of_phone(self, digits: str) -> tuple[str, ...]:
        """Whoever writes from this number, and whoever only stated it at the counter."""
        return tuple(self._contacts.name(f"{kind}:{digits}") for kind in ("wa_id", "phone"))

    def of_person(self, number: str) -> tuple[str, ...]:
        """Whoever an application with this NIK or No. KK is about."""
        return (self._subjects.name(f"person/{number}"),)
