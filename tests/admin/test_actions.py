"""What the administrator does happens as the services do it: with its log, its index and its limits."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client

from chat.models import Conversation, Fact, FactStatus, MemoryRun, Message, RunState, Suppression, User
from chat.services import search
from tests import stories
from tests.admin.pages import list_url, page_url


def act(client: Client, model, action: str, *rows) -> str:
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(list_url(model), form, follow=True).content.decode()


def test_a_corrected_fact_replaces_the_old_one(charlie_client, told):
    response = charlie_client.post(page_url(told), {"statement": "Ingrid lives in Tromsø."})
    told.refresh_from_db()
    new = told.superseded_by
    assert new is not None
    assert response.url == page_url(new)
    assert (new.statement, new.locked, told.status) == ("Ingrid lives in Tromsø.", True, FactStatus.SUPERSEDED)
    assert [hit.id for hit in search.find("fact", owner_id=told.owner_id, text="Tromsø", limit=5)] == [new.pk]


@pytest.mark.parametrize("statement", ["", "   ", "...", "x" * 1001])
def test_a_correction_without_words_is_refused(charlie_client, told, statement):
    response = charlie_client.post(page_url(told), {"statement": statement}, follow=True)
    told.refresh_from_db()
    assert (response.status_code, told.status, told.statement) == (200, "active", "Ingrid lives in Bergen.")
    assert "Corrected." not in response.content.decode()


def test_former_facts_are_not_corrected(charlie_client, told):
    former = told.supersedes.get()
    assert charlie_client.post(page_url(former), {"statement": "No."}).status_code == 403


def test_forgotten_facts_are_not_learned_again(charlie_client, told):
    assert "Forgotten." in act(charlie_client, Fact, "forget", told)
    told.refresh_from_db()
    assert told.status == FactStatus.RETIRED
    assert Suppression.objects.exists()


def test_a_deleted_fact_leaves_nothing_behind_in_the_log(charlie_client, told):
    asked = charlie_client.get(page_url(told, "delete")).content.decode()
    assert "Ingrid lives in Bergen." in asked
    charlie_client.post(page_url(told, "delete"), {"post": "yes"})
    assert not Fact.objects.filter(pk=told.pk).exists()
    assert Suppression.objects.exists()
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [f"fact {told.pk}"]


def test_failed_runs_are_tried_again_and_no_others(charlie_client, told):
    done, failed = MemoryRun.objects.order_by("pk")
    MemoryRun.objects.filter(pk=failed.pk).update(state=RunState.FAILED, attempts=3, error_code="junk")
    assert "1 will be tried again. 1 have not failed." in act(charlie_client, MemoryRun, "try_again", done, failed)
    done.refresh_from_db()
    failed.refresh_from_db()
    assert done.state == RunState.DONE
    assert (failed.state, failed.attempts, failed.error_code) == (RunState.PENDING, 3, "")


def test_conversations_go_to_the_bin_and_come_back(charlie_client, told):
    chat = Conversation.objects.get()
    act(charlie_client, Conversation, "move_to_bin", chat)
    chat.refresh_from_db()
    assert chat.deleted_at is not None
    act(charlie_client, Conversation, "restore", chat)
    chat.refresh_from_db()
    assert chat.deleted_at is None


def test_a_new_person_can_sign_in(charlie_client):
    form = {
        "email": "Dora@Example.org",
        "display_name": "Dora",
        "password1": "plum jam on rye",
        "password2": "plum jam on rye",
    }
    assert charlie_client.post(f"{list_url(User)}add/", form).status_code == 302
    signed_in = Client().post("/accounts/login/", {"login": "dora@example.org", "password": "plum jam on rye"})
    assert signed_in.url == "/"
    assert EmailAddress.objects.get().verified


def test_a_changed_address_ends_the_former_one(charlie_client, alice):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    form = {"email": "Ally@example.org", "display_name": "Ally", "is_active": "on"}
    charlie_client.post(page_url(alice), form)
    alice.refresh_from_db()
    assert alice.email == "ally@example.org"
    assert [(a.email, a.verified, a.primary) for a in EmailAddress.objects.all()] == [("ally@example.org", True, True)]


def test_an_address_belongs_to_one_person_in_any_case(charlie_client, alice, bob):
    response = charlie_client.post(page_url(bob), {"email": "ALICE@example.org", "is_active": "on"})
    assert response.status_code == 200
    assert b"already exists" in response.content


def test_a_password_is_set_on_its_own_page(charlie_client, alice):
    text = charlie_client.get(page_url(alice)).content.decode()
    assert f'<a href="{list_url(User)}{alice.pk}/password/">Set a new one</a>' in text
    assert "argon2" not in text
    new = {"password1": "plum jam on rye", "password2": "plum jam on rye"}
    assert charlie_client.post(f"{list_url(User)}{alice.pk}/password/", new).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("plum jam on rye")


def test_deleting_a_person_says_how_much_goes_and_takes_it(charlie_client, told, alice, bob):
    stories.say(stories.conversation(bob), "I stay.")
    asked = charlie_client.get(page_url(alice, "delete")).content.decode()
    for counted in ("Conversations: 1", "Messages: 4", "Entities: 1", "Facts: 2"):
        assert counted in asked
    assert "Ingrid lives in" not in asked
    charlie_client.post(page_url(alice, "delete"), {"post": "yes"})
    assert set(User.objects.values_list("display_name", flat=True)) == {"Bob", "Charlie"}
    assert set(Message.objects.values_list("owner__display_name", flat=True)) == {"Bob"}


def test_nobody_locks_themselves_out(charlie_client, charlie):
    charlie_client.post(page_url(charlie), {"email": charlie.email, "display_name": "Charles"})
    charlie.refresh_from_db()
    assert (charlie.display_name, charlie.is_active, charlie.is_superuser) == ("Charles", True, True)
    assert charlie_client.post(page_url(charlie, "delete"), {"post": "yes"}).status_code == 403
    act(charlie_client, User, "delete_selected", charlie)
    assert User.objects.filter(pk=charlie.pk).exists()


@pytest.fixture
def helper_client(db) -> Client:
    """Somebody who looks after people and is no administrator."""
    helper = User.objects.create_user("helper@example.org", is_staff=True)
    group = Group.objects.create(name="Helpers")
    group.permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user", "delete_user"]))
    helper.groups.add(group)
    client = Client()
    client.force_login(helper)
    return client


def test_a_helper_makes_nobody_an_administrator(helper_client, alice):
    helper_client.post(
        page_url(alice), {"email": alice.email, "display_name": "A", "is_superuser": "on", "is_staff": "on"}
    )
    alice.refresh_from_db()
    assert (alice.display_name, alice.is_superuser, alice.is_staff, alice.is_active) == ("A", False, False, True)


def test_a_helper_cannot_touch_an_administrator(helper_client, charlie):
    assert helper_client.post(page_url(charlie), {"email": "evil@example.org"}).status_code == 403
    new = {"password1": "plum jam on rye", "password2": "plum jam on rye"}
    assert helper_client.post(f"{list_url(User)}{charlie.pk}/password/", new).status_code == 403
    assert helper_client.post(page_url(charlie, "delete"), {"post": "yes"}).status_code == 403
    act(helper_client, User, "delete_selected", charlie)
    assert User.objects.filter(email="charlie@example.org", pk=charlie.pk).exists()
