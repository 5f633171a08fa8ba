"""A person's own settings."""

import re

import pytest
from django.test import Client

from chat.models import User
from tests.pages import words
from tests.scripted_model import ScriptedModel

FORM = {
    "display_name": "Ingrid",
    "default_model": "",
    "default_k": "25",
    "instructions": "Answer in Norwegian.",
    "memory_enabled": "on",
    "keep_sensitive": "ask",
    "theme": "dark",
    "enter_to_send": "on",
}


def options(page: str) -> list[str]:
    select = re.search(r'<select name="default_model".*?</select>', page, re.S)[0]
    return re.findall(r'<option value="([^"]*)"', select)


def test_what_is_chosen_is_kept_and_said(alice_client, alice):
    response = alice_client.post("/settings/", FORM, follow=True)
    assert "Your settings are saved." in words(response)
    alice.refresh_from_db()
    assert (
        alice.display_name,
        alice.default_k,
        alice.instructions,
        alice.memory_enabled,
        alice.theme,
        alice.enter_to_send,
    ) == ("Ingrid", 25, "Answer in Norwegian.", True, "dark", True)
    assert 'data-theme="dark"' in response.content.decode()


def test_what_is_not_ticked_is_off(alice_client, alice):
    alice_client.post(
        "/settings/", {name: FORM[name] for name in FORM if name not in {"memory_enabled", "enter_to_send"}}
    )
    alice.refresh_from_db()
    assert (alice.memory_enabled, alice.enter_to_send) == (False, False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"default_k": "2"}, "Ensure this value is greater than or equal to 3."),
        ({"default_k": "1001"}, "Ensure this value is less than or equal to 1000."),
        ({"default_k": "many"}, "Enter a whole number."),
        ({"theme": "pink"}, "Select a valid choice. pink is not one of the available choices."),
        ({"instructions": "x" * 4001}, "Ensure this value has at most 4000 characters (it has 4001)."),
        ({"default_model": "none-of-ours"}, "Select a valid choice. none-of-ours is not one of the available choices."),
        ({"display_name": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(alice_client, alice, changes, sentence):
    response = alice_client.post("/settings/", {**FORM, **changes})
    assert response.status_code == 422
    assert sentence in words(response)
    assert "Answer in Norwegian." in response.content.decode() or "instructions" in changes
    assert 'data-theme="auto"' in response.content.decode()
    alice.refresh_from_db()
    assert (alice.display_name, alice.default_k) == ("Alice", 10)


def test_the_models_are_those_of_the_server(alice_client, model: ScriptedModel):
    names = options(alice_client.get("/settings/").content.decode())
    assert names[:2] == ["", "scripted"]


def test_an_unreachable_model_server_leaves_the_default(alice_client):
    page = alice_client.get("/settings/")
    assert options(page.content.decode()) == ["", "scripted"]
    assert "As the server: scripted" in words(page)


def test_a_choice_that_is_not_listed_now_is_kept(alice_client, alice):
    User.objects.filter(pk=alice.pk).update(default_model="of-yesterday")
    assert options(alice_client.get("/settings/").content.decode()) == ["", "scripted", "of-yesterday"]


def test_a_choice_that_the_operator_took_away_is_not(alice_client, alice, settings):
    settings.MEMORYBOT_MODELS = ["scripted", "small"]
    User.objects.filter(pk=alice.pk).update(default_model="of-yesterday")
    assert options(alice_client.get("/settings/").content.decode()) == ["", "scripted", "small"]
    assert alice_client.post("/settings/", {**FORM, "default_model": "of-yesterday"}).status_code == 422
    assert alice_client.post("/settings/", {**FORM, "default_model": "small"}).status_code == 302


def test_it_says_where_messages_go(alice_client, settings):
    settings.OPENAI_BASE_URL = "https://models.example.net/v1"
    settings.MEMORYBOT_MODELS = ["scripted"]
    assert "Each message goes to the model at models.example.net, together with" in words(
        alice_client.get("/settings/")
    )


def test_it_says_when_they_go_nowhere(alice_client, settings):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.MEMORYBOT_LOCAL_MODEL = "auto"
    page = words(alice_client.get("/settings/"))
    assert "The model runs on this server too, so your messages do not leave it." in page


def test_nobody_changes_what_is_another_persons(bob_client: Client, alice):
    bob_client.post("/settings/", FORM)
    alice.refresh_from_db()
    assert alice.display_name == "Alice"


def test_the_form_changes_nothing_else(alice_client, alice):
    alice_client.post("/settings/", {**FORM, "is_staff": "on", "is_superuser": "on", "email": "root@example.org"})
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, alice.email) == (False, False, "alice@example.org")
