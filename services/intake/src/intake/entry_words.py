"""What staff read when something they wrote down is not right."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from jamila_contracts.catalogue import ANSWER_FAULTS, Catalogue, read_answer

NO_NAME: Final = "Nama pemohon belum diisi."
NO_FACTS: Final = "Jawaban pertanyaan tidak dapat dibaca."
NO_PAPERS: Final = "Belum ada berkas."
NO_SERVICE: Final = "Layanan tidak dikenal."
NO_MESSAGE: Final = "Tempel pesan atau unggah berkas yang dikirim."
NO_PHONE: Final = "Nomor telepon tidak benar."
ROW_TWICE: Final = "Nomor baris ini dipakai dua kali."
ROW_SHAPE: Final = "Baris harus berisi nomor baris, layanan, dan nama pemohon."
MANY_ROWS: Final = "Satu daftar paling banyak {most} baris."
DUPLICATE: Final = "Permohonan yang sama untuk orang ini sedang diproses (kode {code})."
CLOSED: Final = "Permohonan baris ini sudah diajukan atau dibatalkan."


def read_facts(
    catalogue: Catalogue, facts: Mapping[str, str], today: date
) -> tuple[dict[str, str], list[str]]:
    """Answers as the catalogue has them, and a sentence for each that is not right."""
    known, faults = {}, []
    for question_id, said in facts.items():
        try:
            question = catalogue.question(question_id)
        except LookupError:
            faults.append(f"Pertanyaan {question_id} tidak dikenal.")
            continue
        answer = read_answer(question, said, today=today)
        if answer.value is None:
            why = ANSWER_FAULTS[answer.fault] if answer.fault else "jawaban tidak benar"
            faults.append(f"{question.label or question.text}: {why}.")
        else:
            known[question_id] = answer.value
    return known, faults
