"""Are the read models what the ledger makes of them?

A fold of its own, as small as the road without detours allows. That every single field is right is
seen from a second model, which the system's own projector made from the whole ledger in one go: its
word is only heard beside this.
"""

from collections.abc import Iterator

from jamila_faults.checker.cases import DECISIONS, told_of
from jamila_faults.checker.violation import Violation
from jamila_faults.checker.world import World


def behind_the_ledger(world: World) -> Iterator[Violation]:
    """The models stand where the ledger ends, and the trail has a line for each entry."""
    head = world.entries[-1].position if world.entries else 0
    reached = max((each["position"] for each in world.models.get("positions", ())), default=0)
    if reached != head:
        yield Violation("behind-the-ledger", f"read models at {reached}, ledger at {head}")
    lines = {each["_id"] for each in world.models.get("trail", ())}
    facts = {entry.position for entry in world.readable}
    for position in sorted(facts - lines):
        yield Violation("behind-the-ledger", f"the trail has no line for entry {position}")
    for position in sorted(lines - {entry.position for entry in world.entries}):
        yield Violation("behind-the-ledger", f"the trail tells of entry {position}, there is none")


def not_the_fold(world: World) -> Iterator[Violation]:
    """Every case stands in the models where its own facts put it."""
    cases = {each["_id"]: each for each in world.models.get("cases", ())}
    queue = {each["_id"]: each["step"] for each in world.models.get("queue", ())}
    submitted = {each.case_id for each in world.readable if each.type == DECISIONS[0]}
    decided = told_of(world)
    for case_id in sorted(cases.keys() | queue.keys() | submitted):
        if case_id in world.poisoned:
            continue
        wanted = _step_after(len(decided.get(case_id, ())))
        document = cases.get(case_id, {"step": "no case", "status": ""})
        found = (document["step"], document["status"], queue.get(case_id))
        if found != (wanted, "selesai" if wanted is None else "berjalan", wanted):
            detail = f"case {case_id} stands at step {wanted}; case, status and queue say {found}"
            yield Violation("not-the-fold", detail)


def differs_when_rebuilt(world: World) -> Iterator[Violation]:
    """Kept up through all faults, the models are those that one quiet rebuild makes."""
    for name in sorted(world.models.keys() | world.rebuilt.keys()):
        kept = {str(each["_id"]): each for each in world.models.get(name, ())}
        made = {str(each["_id"]): each for each in world.rebuilt.get(name, ())}
        for key in sorted(kept.keys() | made.keys()):
            if kept.get(key) != made.get(key):
                yield Violation("differs-when-rebuilt", f"{name} {key}")


def _step_after(decisions: int) -> int | None:
    """The step that is to be done; None after the last."""
    return decisions if decisions < len(DECISIONS) else None
