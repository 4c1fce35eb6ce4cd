"""SpiffWorkflow: the eight steps as BPMN, the workflow as a row of PostgreSQL.

A decision loads the workflow, completes the user task, runs the engine, and writes everything in
one transaction, as its documentation does with its serializer. The process itself (``spec``) is the
same for all cases and is not written with each, which saves most of the work; the decision lies in
a row of its own. Several such processes share the work.
"""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
from lxml import etree
from meter import STEPS, Asked, Meter, Turn, in_threads, payload
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import WorkflowConverter
from SpiffWorkflow.util.task import TaskState

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_MAKE_TABLES = """
    CREATE TABLE IF NOT EXISTS workflows (
        case_id text PRIMARY KEY, step int NOT NULL, state text NOT NULL
    );
    CREATE TABLE IF NOT EXISTS decisions (
        case_id text, step int, decision text NOT NULL, PRIMARY KEY (case_id, step)
    );
"""
_local = threading.local()


def process() -> str:
    """Start, eight user tasks one after the other, end."""
    names = ["start", *(f"step-{step}" for step in STEPS), "end"]
    flows = [(f"flow-{a}", a, b) for a, b in itertools.pairwise(names)]
    tasks = "".join(
        f'<userTask id="{name}"><incoming>flow-{before}</incoming>'
        f"<outgoing>flow-{name}</outgoing></userTask>"
        for before, name in itertools.pairwise(names[:-1])
    )
    lines = "".join(
        f'<sequenceFlow id="{each}" sourceRef="{a}" targetRef="{b}"/>' for each, a, b in flows
    )
    return (
        f'<definitions xmlns="{_BPMN}"><process id="case" isExecutable="true">'
        f'<startEvent id="start"><outgoing>flow-start</outgoing></startEvent>{tasks}'
        f'<endEvent id="end"><incoming>flow-{names[-2]}</incoming></endEvent>{lines}'
        "</process></definitions>"
    )


def specification() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(process()))
    return parser.get_spec("case")


SPEC = specification()


class CaseConverter(WorkflowConverter):
    """Writes a workflow without what is the same for all cases."""

    def from_dict(self, dct: dict[str, Any]) -> BpmnWorkflow:
        workflow = self.target_class(SPEC, {}, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        return workflow


_SERIALIZER = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: CaseConverter})
)


class Office:
    def __init__(self, url: str) -> None:
        self._url = url

    def walk(self, meter: Meter) -> None:
        case_id = str(uuid4())
        self._open(case_id)
        for step in STEPS:
            decision = payload(case_id, step)
            asked = time.time()
            self._decide(case_id, step, decision)
            acknowledged = time.time()
            with self._transaction() as connection:
                query = "SELECT step FROM workflows WHERE case_id = %s"
                row = connection.execute(query, (case_id,)).fetchone()
            meter.note(Turn(asked, acknowledged, time.time()))
            assert row == (step + 1,)

    def _open(self, case_id: str) -> None:
        workflow = BpmnWorkflow(SPEC)
        workflow.do_engine_steps()
        state = _SERIALIZER.serialize_json(workflow)
        with self._transaction() as connection:
            connection.execute("INSERT INTO workflows VALUES (%s, 1, %s)", (case_id, state))

    def _decide(self, case_id: str, step: int, decision: dict[str, Any]) -> None:
        with self._transaction() as connection:
            query = "SELECT state FROM workflows WHERE case_id = %s FOR UPDATE"
            (state,) = connection.execute(query, (case_id,)).fetchone() or ("",)
            workflow = _SERIALIZER.deserialize_json(state)
            (task,) = workflow.get_tasks(state=TaskState.READY, manual=True)
            task.data["officer"] = decision["officer"]
            task.run()
            workflow.do_engine_steps()
            state = _SERIALIZER.serialize_json(workflow)
            change = "UPDATE workflows SET step = %s, state = %s WHERE case_id = %s"
            with connection.pipeline():
                connection.execute(change, (step + 1, state, case_id))
                row = (case_id, step, json.dumps(decision))
                connection.execute("INSERT INTO decisions VALUES (%s, %s, %s)", row)

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection]:
        if not hasattr(_local, "connection"):
            _local.connection = psycopg.connect(self._url)
        with _local.connection.transaction():
            yield _local.connection


def main() -> None:
    asked = Asked.read()
    with psycopg.connect(asked.servers["postgres"]) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute(_MAKE_TABLES)
    asked.each_level(in_threads(Office(asked.servers["postgres"]).walk))


if __name__ == "__main__":
    main()
