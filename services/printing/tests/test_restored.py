"""A printing service that was restored from a backup prints no sheet a second time."""

from jamila_runtime.effects import Effect
from printing.counter import HAND_OVER
from printing.jobs import OUTCOME_UNKNOWN
from printing.sheets import CetakTertahan


def doubted(room) -> Effect:
    """The wish to print, as it is in a restored store."""
    room.ready()
    room.print_it()
    [effect] = room.printing.store.waiting_effects(("print",))
    return effect.doubted()


def test_a_sheet_that_the_lost_machine_printed_is_found_at_the_printer(room, printer):
    effect = doubted(room)
    job = room.found().job
    printer.send(job.name_of(job.current), b"printed by the lost machine")
    room.printing.effects["print"](effect)
    assert printer.calls == 1
    assert room.found().steps[HAND_OVER].is_open


def test_a_sheet_the_printer_does_not_know_is_asked_of_an_officer(room, printer):
    room.printing.effects["print"](doubted(room))
    told = [each.reason_code for each in room.facts() if isinstance(each, CetakTertahan)]
    assert told == [OUTCOME_UNKNOWN]
    assert printer.calls == 0
    assert room.run_effects() == 0
