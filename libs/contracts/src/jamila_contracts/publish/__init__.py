"""The contracts as documents for people and programs outside Python.

Everything is generated from the classes themselves: one JSON Schema per event, the table of
events, and the AsyncAPI description. Nothing here writes files; ``__main__`` does.
"""

import json
from pathlib import PurePosixPath
from typing import Any

from jamila_contracts.events import EVENTS
from jamila_contracts.publish.additive import breaches
from jamila_contracts.publish.asyncapi import asyncapi_document
from jamila_contracts.publish.recorders import recorder_of
from jamila_contracts.publish.schemas import event_schema, schema_path
from jamila_contracts.publish.table import events_page

__all__ = ["asyncapi_document", "breaches", "event_schema", "published_files", "recorder_of"]


def published_files() -> dict[PurePosixPath, str]:
    """Generate every published document.

    Returns:
        Text by path below the documentation folder, e.g. ``events/README.md``.
    """
    files = {
        schema_path(event): _as_json(event_schema(event)) for _, event in sorted(EVENTS.items())
    }
    files[PurePosixPath("events/README.md")] = events_page()
    files[PurePosixPath("asyncapi.json")] = _as_json(asyncapi_document())
    return files


def _as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
