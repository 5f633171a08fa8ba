"""What is found, and for whom, in the index of whatever database the suite runs on."""

import pytest
from django.db import connection, transaction

from chat.models import Conversation, Entity, EntityKind, Fact, Message, Role, User
from chat.services import search

pytestmark = pytest.mark.django_db


def say(owner: User, *texts: str, conversation: Conversation | None = None) -> list[Message]:
    """Store and index messages of ``owner``, in one conversation."""
    conversation = conversation or Conversation.objects.create(owner=owner, model="scripted")
    first = conversation.messages.count()
    messages = []
    for position, text in enumerate(texts, first):
        message = Message.objects.create(
            conversation=conversation, owner=owner, role=Role.USER, text=text, position=position
        )
        search.put("message", object_id=message.pk, owner_id=owner.pk, text=text)
        messages.append(message)
    return messages


def found(owner: User, text: str, **options) -> list[str]:
    hits = search.find("message", owner_id=owner.pk, text=text, limit=10, **options)
    texts = dict(Message.objects.values_list("pk", "text"))
    return [texts[hit.id] for hit in hits]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("My boat is called Aurora.", "What is my BOAT called?"),
        ("We moved to the coast.", "Who moves to coasts?"),
        ("Ich wohne in Köln.", "Warst du schon in Koln?"),
        ("Ich wohne in Koln.", "Wie ist das Wetter in Köln?"),
        ("J’habite à Besançon avec l'été.", "Besancon"),
        ("Søren bor på Tromsø.", "Hvor er Tromso?"),
        ("Straße der Einheit", "STRASSE"),
        ("Я живу в Норвегии.", "Что ты знаешь про Норвегию?"),
        ("Моя сестра Алёна — врач.", "А где работает Алена?"),
        ("أعيش في النرويج", "ماذا تعرف عن النرويج؟"),
        ("أختي اسمها ليلى", "اختي"),
        ("मैं हिन्दी बोलता हूँ", "हिन्दी"),
        ("我住在上海。", "上海的天气怎么样？"),
        ("我的猫叫小红。", "猫"),
        ("私は東京に住んでいます。", "東京はどうですか"),
        ("妹の名前はさくらです。", "さくらって誰？"),
        ("アリスはパン屋です。", "アリス"),
        ("저는 서울에 살아요.", "서울 날씨는?"),
        ("ฉันอยู่ที่เชียงใหม่", "เชียงใหม่"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("The code is 4711.", "4711?"),
        ("She said O'Brien called.", "o’brien"),
    ],
)
def test_a_word_is_found_in_every_script_and_spelling(alice, text, question):
    say(alice, text, "Something else entirely, 完全に別のこと, совсем другое.")
    assert found(alice, question) == [text]


@pytest.mark.parametrize(
    "question",
    [
        "",
        " \n\t",
        "\0",
        "?!… \"' () * ^ : - NEAR",
        "what is the",
        "a AND b OR NOT c",
        '"',
        "' OR 1=1 --",
        "'; DROP TABLE chat_message; --",
        "words : sweden) OR marks : (o1",
        "{marks words} : *",
        "@o1 o1 c1",
        "'@o1' & !x | y:* <-> z",
        "\\",
        "%_%",
        "🎉👩‍👩‍👧🇳🇴",
        "\ud800 lone surrogate",
        "x" * 32_000,
        "zebra " * 5_333,
        "界" * 32_000,
        " ".join(f"word{number}" for number in range(3_500)),
    ],
    ids=lambda question: question[:12].encode("ascii", "replace"),
)
def test_any_question_is_safe_and_finds_nothing_that_was_not_said(alice, question):
    say(alice, "I live in Norway.")
    assert found(alice, question) == []


def test_words_of_syntax_are_words(alice):
    say(alice, "Near the port, or not?", 'He said "DROP TABLE" and left.')
    assert found(alice, "NEAR('port', 3)") == ["Near the port, or not?"]
    assert found(alice, "drop-table") == ['He said "DROP TABLE" and left.']


def test_a_text_of_32_000_characters_can_be_indexed_and_asked(alice):
    text = " ".join(f"word{number}" for number in range(3_500))
    say(alice, text[:31_990] + " kestrel")
    assert found(alice, f"kestrel {'and some more ' * 2_000}") == [text[:31_990] + " kestrel"]
    assert found(alice, f"{'and some more ' * 2_000} kestrel") == [text[:31_990] + " kestrel"]


def test_what_answers_more_of_the_question_comes_first(alice):
    say(
        alice,
        "Dinner was good, the weather was good, the dog was good.",
        "My dog Rex is a dachshund and he likes the beach.",
        "Rex ate my homework.",
    )
    assert found(alice, "Which breed is my dog Rex?") == [
        "My dog Rex is a dachshund and he likes the beach.",
        "Rex ate my homework.",
        "Dinner was good, the weather was good, the dog was good.",
    ]


def test_a_hit_tells_how_much_of_the_question_it_covers(alice):
    (message,) = say(alice, "My boat is called Aurora.")
    say(alice, "A boat.", "Two boats.")
    best = search.find("message", owner_id=alice.pk, text="the boat Aurora", limit=1)
    assert [(hit.id, hit.coverage) for hit in best] == [(message.pk, 1.0)]
    (half,) = search.find("message", owner_id=alice.pk, text="Aurora zeppelin", limit=1)
    assert half.id == message.pk
    assert 0.45 < half.coverage < 0.55


def test_words_of_the_context_find_too_and_count_half(alice):
    say(alice, "Alice lives in Bergen.", "I eat bread.")
    assert found(alice, "And the bread?", context="Tell me about Bergen") == [
        "I eat bread.",
        "Alice lives in Bergen.",
    ]
    assert found(alice, "And her?", context="Tell me about Bergen") == ["Alice lives in Bergen."]


def test_the_limit_is_kept_and_equals_come_newest_first(alice):
    say(alice, *["The same words."] * 5)
    ids = list(Message.objects.order_by("-pk").values_list("pk", flat=True))
    hits = search.find("message", owner_id=alice.pk, text="same words", limit=3)
    assert [hit.id for hit in hits] == ids[:3]


def test_nothing_of_somebody_else_is_found(alice, bob):
    say(alice, "The treasure is under the oak.", f"o{bob.pk} c0 @o{bob.pk}")
    say(bob, "I want a treasure too.")
    assert found(bob, "Where is the treasure under the oak?") == ["I want a treasure too."]
    assert found(bob, f"treasure o{alice.pk} @o{alice.pk}") == ["I want a treasure too."]
    assert found(alice, "I want a treasure too") == ["The treasure is under the oak."]


def test_nobody_can_be_given_a_row_of_somebody_else(alice, bob):
    (message,) = say(alice, "The treasure is under the oak.")
    search.put("message", object_id=message.pk, owner_id=bob.pk, text="Lies")
    assert found(bob, "treasure oak lies") == []
    assert found(alice, "treasure") == ["The treasure is under the oak."]


def test_messages_can_be_looked_for_in_one_conversation(alice):
    (here,) = say(alice, "The boat is red.")
    say(alice, "The boat is blue.")
    assert found(alice, "boat", conversation_id=here.conversation_id) == ["The boat is red."]
    assert found(alice, "boat") == ["The boat is blue.", "The boat is red."]


def test_facts_of_a_store_of_its_own_are_found_only_there(alice):
    conversation = Conversation.objects.create(owner=alice, model="scripted")

    def learn(statement: str, own: Conversation | None) -> Fact:
        entity = Entity.objects.create(owner=alice, conversation=own, kind=EntityKind.SELF, name="You")
        fact = Fact.objects.create(owner=alice, entity=entity, attribute="boat", value="", statement=statement)
        search.put("fact", object_id=fact.pk, owner_id=alice.pk, text=statement)
        return fact

    general, own = learn("The boat is red.", None), learn("The boat is blue.", conversation)
    hits = search.find("fact", owner_id=alice.pk, text="boat", limit=5)
    assert [hit.id for hit in hits] == [general.pk]
    hits = search.find("fact", owner_id=alice.pk, text="boat", limit=5, conversation_id=conversation.pk)
    assert [hit.id for hit in hits] == [own.pk]


def test_putting_again_replaces_and_dropping_takes_out(alice):
    first, second = say(alice, "The boat is red.", "The boat is blue.")
    search.put("message", object_id=first.pk, owner_id=alice.pk, text="The car is green.")
    assert found(alice, "boat red") == [second.text]
    assert found(alice, "green car") == [first.text]
    search.drop("message", object_ids=[first.pk, second.pk])
    search.drop("message", object_ids=[])
    assert found(alice, "boat car red green blue") == []
    assert index_rows("message") == 0


def index_rows(kind: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM chat_search_{kind}")
        return cursor.fetchone()[0]


def test_deleting_takes_the_rows_out_of_the_index(alice, bob):
    (message,) = say(alice, "The boat is red.")
    say(bob, "The boat is blue.")
    entity = Entity.objects.create(owner=alice, kind=EntityKind.SELF, name="You")
    fact = Fact.objects.create(owner=alice, entity=entity, attribute="boat", value="red", statement="A red boat.")
    search.put("fact", object_id=fact.pk, owner_id=alice.pk, text=fact.statement)
    assert (index_rows("message"), index_rows("fact")) == (2, 1)
    message.conversation.delete()
    assert (index_rows("message"), index_rows("fact")) == (1, 1)
    alice.delete()
    assert (index_rows("message"), index_rows("fact")) == (1, 0)
    assert found(bob, "boat") == ["The boat is blue."]


def test_a_row_that_is_not_committed_is_not_indexed(alice):
    with transaction.atomic():
        say(alice, "The boat is red.")
        transaction.set_rollback(True)
    assert index_rows("message") == 0
