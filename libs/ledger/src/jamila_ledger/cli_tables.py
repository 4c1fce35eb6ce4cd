"""What the ledger's commands print for people, in Indonesian, and the same for programs."""

from datetime import datetime, timedelta
from typing import Any

from rich.console import Console

from jamila_contracts.catalogue import load_catalogue
from jamila_contracts.sop import load_sop
from jamila_ledger.casefile import CaseFile
from jamila_ledger.chain import Head, VerificationReport
from jamila_ledger.sla import CaseSla
from jamila_ledger.terminal import number, plain_table
from jamila_ledger.trail import wita
from jamila_ledger.wording import CHANNELS, DOCUMENTS, REASONS

_KINDS = {
    "edited": "diubah",
    "deleted": "dihapus",
    "inserted": "disisipkan",
    "reordered": "ditukar urutannya",
    "truncated": "dipotong ujungnya",
    "checkpoint": "tidak cocok dengan titik periksa bertanda tangan",
}


def head_data(head: Head) -> dict[str, Any]:
    """A head for programs."""
    time = head.time.isoformat() if head.time else None
    return {"position": head.position, "hash": head.hash.hex(), "time": time}


def report_data(report: VerificationReport) -> dict[str, Any]:
    """A report for programs."""
    problem = report.problem
    return {
        "ok": report.ok,
        "entries": report.entries,
        "head": head_data(report.head),
        "problem": problem
        and {"kind": problem.kind, "position": problem.position, "detail": problem.detail},
    }


def print_report(report: VerificationReport) -> None:
    """Say whether the ledger is what was once recorded."""
    console = Console(highlight=False)
    if report.problem is None:
        console.print(f"Utuh: {report.entries} catatan, kepala {report.head}", soft_wrap=True)
        return
    problem = report.problem
    kind = _KINDS[problem.kind]
    console.print(f"TIDAK UTUH: catatan {problem.position} {kind}.", style="bold red")
    console.print(f"Terakhir yang pasti asli: {report.head}", soft_wrap=True)


def print_case(file: CaseFile) -> None:
    """The state of one case."""
    table = plain_table("Hal", "Nilai", title=f"Permohonan {file.case_id}")
    task = file.current
    activity = f"{task.step}. {load_sop(file.sop_id).step(task.step).activity}" if task else "-"
    rows = {
        "Status": file.status,
        "Layanan": load_catalogue().service_label(file.service_id or "") or file.service_id,
        "Kanal": CHANNELS.get(file.channel or "", file.channel),
        "Kode tanda terima": file.receipt_code,
        "Langkah": activity,
        "Percobaan": task.attempt if task else None,
        "Keadaan": file.state,
        "Dikerjakan oleh": task.taken_by if task else None,
        "Berkas": len(file.papers),
        "Nomor SIAK": file.siak_registration,
        "Draft": ", ".join(f"{_document(each.kind)} versi {each.version}" for each in file.drafts),
        "Ditandatangani": ", ".join(
            f"{_document(each.kind)} ({each.level})" for each in file.signed
        ),
        "Dikembalikan": f"{len(file.returns)} kali",
        "Data pribadi": "sudah dihapus" if file.personal_data_erased else "tersegel",
        "Peristiwa terakhir": f"{file.last_event}, {_when(file.last_event_at)}",
        "Posisi buku besar": file.position,
    }
    for name, value in rows.items():
        table.add_row(name, "-" if value in (None, "") else str(value))
    Console().print(table)


def print_sla(measured: CaseSla) -> None:
    """The times of one case."""
    heads = map(number, ("Ke-", "Menunggu", "Dikerjakan", "Jeda", "Batas"))
    title = f"Waktu kerja ({measured.calendar_id} {measured.calendar_version})"
    table = plain_table("Langkah", *heads, "Hasil", title=title)
    for step in measured.steps:
        reasons = "".join(
            f"\n[dim]jeda {REASONS.get(reason, reason)}: {_span(span)}[/]"
            for reason, span in step.paused.items()
        )
        paused = _span(sum(step.paused.values(), timedelta())) if step.paused else "-"
        table.add_row(
            *(f"{step.step}. {step.activity}{reasons}", str(step.attempt), _span(step.waiting)),
            *(_span(step.handling), paused, _span(step.budget), step.verdict),
        )
    console = Console()
    console.print(table)
    total = f"{_span(measured.total)} dari {_span(measured.total_budget)}"
    console.print(f"Total waktu kerja: {total} ({measured.verdict})")
    console.print(f"Sejak pesan pertama: {_span(measured.wall) if measured.wall else '-'}")
    console.print(f"Batas 24 jam: {_when(measured.duty_due_at)} ({measured.duty})")
    for step_number, cost in sorted(measured.charged.items()):
        console.print(f"Pengerjaan ulang dibebankan ke langkah {step_number}: {_span(cost)}")


def _document(kind: str) -> str:
    return DOCUMENTS.get(kind, kind)


def _when(moment: datetime | None) -> str:
    return wita(moment) if moment else "-"


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
