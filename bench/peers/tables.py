"""The case as rows, for peers that keep no state of their own; one round trip per decision."""

import re

MAKE_TABLES = """
    CREATE TABLE IF NOT EXISTS cases (case_id text PRIMARY KEY, step int NOT NULL);
    CREATE TABLE IF NOT EXISTS decisions (
        case_id text, step int, decision text NOT NULL, PRIMARY KEY (case_id, step)
    );
"""
OPEN = "INSERT INTO cases VALUES (:case_id, 1)"
DECIDE = """
    WITH moved AS (
        UPDATE cases SET step = :step + 1 WHERE case_id = :case_id AND step = :step
        RETURNING case_id
    )
    INSERT INTO decisions SELECT case_id, :step, :decision FROM moved
"""
TASK = "SELECT step FROM cases WHERE case_id = :case_id"
"""What the worker of the next step asks to see his task."""


def for_psycopg(statement: str) -> str:
    """The same statement as psycopg names its parameters."""
    return re.sub(r":(\w+)", r"%(\1)s", statement)
