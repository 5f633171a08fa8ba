"""Two writers of one memory at the same moment: one after the other, and nothing twice."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections

from chat.models import Fact, FactStatus, MemoryChange, MemoryRun
from chat.services.memory.curating import corrections
from chat.services.memory.learner import apply, learning
from chat.services.memory.learner.apply import Lesson
from tests.services.memory.lessons import statements, talk, teach, turn
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db(transaction=True)

OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
BERGEN = fact("I moved to Bergen", "lives_in", "Bergen", "The user lives in Bergen.")


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Do all of it in threads of their own, started together, and return what was raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:  # noqa: BLE001  (the test looks at it)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def lesson_for(run: MemoryRun, *facts: object) -> Lesson:
    material = learning.load(run.pk)
    assert material is not None
    return learning.lesson_of(learning.prepare(material, learning.LARGE), {"facts": list(facts), "title": ""})


def test_a_run_that_is_applied_by_two_takes_effect_once(alice):
    run = turn(talk(alice), "I live in Oslo.")
    lesson = lesson_for(run, OSLO)

    assert at_once(*[lambda: apply.apply(run.pk, lesson)] * 4) == []

    assert (statements(alice), MemoryChange.objects.count()) == (["The user lives in Oslo."], 1)


def test_a_lesson_and_an_edit_leave_one_active_value(alice):
    teach(alice, "I live in Oslo.", OSLO)
    old = Fact.objects.get()
    run = turn(talk(alice), "I moved to Bergen.")
    lesson = lesson_for(run, BERGEN)

    errors = at_once(
        lambda: apply.apply(run.pk, lesson),
        lambda: corrections.edit_fact(user=alice, fact_id=old.uuid, statement="The user lives in Rome."),
    )

    assert [getattr(error, "code", error) for error in errors] in ([], ["changed_since"])
    assert Fact.objects.filter(status=FactStatus.ACTIVE).count() == 1


def test_two_undos_are_one(alice):
    change = UUID(teach(alice, "I live in Oslo.", OSLO)[0].change)

    assert at_once(*[lambda: corrections.undo(user=alice, change_id=change)] * 4) == []
    assert statements(alice) == []
