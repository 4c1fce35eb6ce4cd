"""A small world in which all is well: one case, from the chat to the counter."""

from collections import defaultdict

import pytest

from jamila_faults.checker.cases import DECISIONS
from jamila_faults.checker.world import SERVICES, Asked, Entry, Logged, Sent, Store, Strike, World

CASE = "4644fd85-233e-5e40-882a-c127994d9c35"
MESSAGE = "01e95ce4-3ad1-562d-afce-ee2013a09f32"
JOB = "173e8bf7-a2ce-52d8-ac94-230334943edd"
ROAD = (
    ("intake", "PermohonanDiajukan", "chat", {"papers": [1, 2]}),
    ("notifier", "PemberitahuanTerkirim", "event-1", {"message_id": MESSAGE}),
    ("intake", "BerkasDiterima", "accept-papers", {}),
    ("siak-adapter", "DataSiakCocok", "confirm-match", {}),
    ("siak-adapter", "DraftDibuat", "record-entry", {}),
    ("review", "DraftDisetujui", "approve-draft", {}),
    ("review", "Diverifikasi", "verify-draft", {}),
    ("signing", "Ditandatangani", "sign-document", {}),
    ("printing", "Dicetak", "print-document", {"job_id": JOB, "to_collect": ["one"]}),
    ("printing", "Diserahkan", "hand-over", {}),
)


def told():
    """Entries of the case, and the logs they came from."""
    logs, entries = defaultdict(list), []
    for number, (source, kind, cause, data) in enumerate(ROAD, start=1):
        place = len(logs[source]) + 1
        logs[source].append(
            Logged(place=place, topic=kind, case_id=CASE, causation_id=f"key of {cause}")
        )
        entries.append(
            Entry(
                position=number,
                source=source,
                log_position=place,
                case_id=CASE,
                case_position=number,
                type=kind,
                event_id=f"event-{number}",
                causation_id=f"key of {cause}",
                account="siapa-1",
                previous=place - 1,
                recorded_at=f"2026-11-24T06:52:{number:02d}Z",
                data=data,
            )
        )
    return entries, logs


@pytest.fixture
def good() -> World:
    """Nothing in it is wrong."""
    entries, logs = told()
    commands = [entry for entry in entries if entry.type in DECISIONS[1:]]
    replies = defaultdict(dict)
    for entry in commands:
        replies[entry.source][entry.causation_id] = {}
    models = {
        "cases": [{"_id": CASE, "step": None, "status": "selesai"}],
        "queue": [],
        "trail": [{"_id": entry.position} for entry in entries],
        "positions": [{"_id": "views", "position": len(entries)}],
    }
    return World(
        asked=[
            Asked(
                key=entry.causation_id,
                command=entry.type,
                case_id=CASE,
                outcome="done",
                service=entry.source,
                place=entry.log_position,
            )
            for entry in commands
        ],
        begun={"0": 2},
        cases={"0": CASE},
        finished=frozenset({"0"}),
        strikes=[Strike(fault="kill-one", seconds_to_recover=2.0)],
        entries=entries,
        stores={
            name: Store(
                log=logs[name],
                replies=replies[name],
                read_to=len(logs[name]),
                published_to=len(logs[name]),
            )
            for name in SERVICES
        },
        sent=[
            Sent(wamid="wamid.1", callback="jawaban:eea6326c"),
            Sent(wamid="wamid.2", callback=f"{CASE}:{MESSAGE}"),
        ],
        pages=[f"{JOB}-1"],
        models=models,
        rebuilt=models,
    )
