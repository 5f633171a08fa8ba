"""What was forgotten is not learned again, however it is said or filed; and nothing else is kept out."""

import pytest
from django.db import transaction

from chat.models import Fact, Suppression
from chat.services.memory import ledger, suppression
from chat.services.memory.curating import commands, corrections
from tests.services.memory.lessons import exchange, statements, talk, teach
from tests.services.memory.proposed import fact

pytestmark = pytest.mark.django_db

OSLO = fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")
CHESS = fact("I love playing chess", "hobby", "chess", "The user loves chess.")


def forgotten(alice, said: str, proposed: dict) -> None:
    teach(alice, said, proposed)
    corrections.delete_fact(user=alice, fact_id=Fact.objects.get().uuid)
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        ("I live in Oslo.", OSLO),
        ("I LIVE IN OSLO!", fact("I LIVE IN OSLO", "lives_in", "OSLO", "The user lives in OSLO.")),
        ("I live in Oslo.", fact("I live in Oslo", "city", "Oslo", "The user lives in Oslo.")),
        ("I live in Oslo.", fact("I live in Oslo", "favourite_place", "Oslo", "The user is fond of Oslo.")),
        ("My home is Oslo.", fact("My home is Oslo", "home", "Oslo", "The user's home is Oslo.")),
        ("I live in the city of Oslo.", fact("I live in the city of Oslo", "x", "city of Oslo", "Lives in Oslo.")),
        ("I am living in Oslo now.", fact("I am living in Oslo now", "place", "Oslo", "The user is living in Oslo.")),
        ("Oslo is where I live.", fact("Oslo is where I live", "base", "Oslo", "The user lives in Oslo.")),
    ],
)
def test_what_was_deleted_is_not_learned_in_other_words_or_under_another_attribute(alice, bob, said, proposed):
    forgotten(alice, "I live in Oslo.", OSLO)

    assert teach(alice, said, proposed) == []
    assert statements(alice) == []
    assert teach(bob, said, proposed), "what nobody forgot is learned"


def test_it_is_not_learned_as_an_update_of_something_else_either(alice):
    forgotten(alice, "I live in Oslo.", OSLO)
    teach(alice, "I live in Rome.", fact("I live in Rome", "lives_in", "Rome", "The user lives in Rome."))

    known = {"op": "update", "id": "F1"}
    assert teach(alice, "I live in Oslo.", {**OSLO, **known}) == []
    assert statements(alice) == ["The user lives in Rome."]


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        ("I work in Oslo.", fact("I work in Oslo", "work_city", "Oslo", "The user works in Oslo.")),
        ("I was born in Oslo.", fact("I was born in Oslo", "birthplace", "Oslo", "The user was born in Oslo.")),
        ("I live in Bergen.", fact("I live in Bergen", "lives_in", "Bergen", "The user lives in Bergen.")),
        ("Ada lives in Oslo.", fact("Ada lives in Oslo", "lives_in", "Oslo", "Ada lives in Oslo.", about="Ada")),
    ],
)
def test_what_says_something_else_is_learned(alice, said, proposed):
    forgotten(alice, "I live in Oslo.", OSLO)

    assert len(teach(alice, said, proposed)) == 1


def test_one_of_two_facts_of_a_sentence_does_not_keep_out_the_other(alice):
    both = "I live in Oslo and I work at Google."
    forgotten(alice, both, fact(both, "lives_in", "Oslo", "The user lives in Oslo."))

    teach(alice, both, fact(both, "employer", "Google", "The user works at Google."))
    assert statements(alice) == ["The user works at Google."]


@pytest.mark.parametrize(
    "proposed",
    [
        fact("I love playing chess", "plays", "chess", "The user plays chess."),
        fact("I love playing chess", "likes", "playing chess", "The user loves playing chess."),
    ],
)
def test_what_a_person_likes_stays_forgotten_whatever_the_model_calls_it(alice, bob, proposed):
    forgotten(alice, "I love playing chess.", CHESS)

    assert teach(alice, "I love playing chess.", proposed) == []
    assert teach(bob, "I love playing chess.", proposed), "what nobody forgot is learned"


def test_forgetting_somebody_by_name_keeps_her_facts_out_also_those_that_were_replaced(alice):
    bo = fact("Ada lives in Bonn", "lives_in", "Bonn", "Ada lives in Bonn.", about="Ada", kind="person")
    ulm = fact("Ada lives in Ulm", "lives_in", "Ulm", "Ada lives in Ulm.", about="Ada", kind="person")
    sister = fact("my sister Ada", "sister", "Ada", "The user's sister is Ada.")
    teach(alice, "Ada lives in Bonn.", bo)
    teach(alice, "Ada lives in Ulm.", ulm)
    teach(alice, "I saw my sister Ada.", sister)
    say(alice, "forget Ada")
    assert statements(alice) == []

    assert teach(alice, "Ada lives in Ulm.", ulm) == []
    assert teach(alice, "Ada lives in Bonn.", bo) == []
    assert teach(alice, "I saw my sister Ada.", sister) == []
    assert statements(alice) == []


def say(alice, text: str) -> str:
    conversation = talk(alice)
    reply = exchange(conversation, text, "")
    command = commands.parse(text)
    assert command is not None
    with transaction.atomic():
        return commands.run(command, user=alice, conversation=conversation, question=reply.parent, reply=reply).text


@pytest.mark.parametrize("told", ["remember: I live in Oslo", "remember: my home is Oslo"])
def test_remember_lets_it_be_learned_again(alice, told):
    forgotten(alice, "I live in Oslo.", OSLO)
    say(alice, told)

    teach(alice, "I live in Oslo.", OSLO)
    assert "The user lives in Oslo." in statements(alice)


def test_remember_lifts_nothing_else(alice):
    forgotten(alice, "I live in Oslo.", OSLO)
    say(alice, "remember: the boat fair is in Oslo")

    assert teach(alice, "I live in Oslo.", OSLO) == []


def test_nobody_reads_from_a_suppression_what_was_forgotten(alice, bob):
    forgotten(alice, "I live in Oslo.", OSLO)
    digests = list(Suppression.objects.values_list("digest", flat=True))
    assert all(len(digest) == 64 and int(digest, 16) >= 0 for digest in digests)
    assert teach(bob, "I live in Oslo.", OSLO)


def test_a_long_note_is_lifted_in_time(alice, django_assert_max_num_queries):
    forgotten(alice, "I live in Oslo.", OSLO)
    me = ledger.lock(corrections.Store(alice.pk))
    with django_assert_max_num_queries(4):
        suppression.lift_all_of(me, "I live in Oslo " + "and then something else again " * 40)
    assert not ledger.is_suppressed(me, "lives_in", "Oslo")
