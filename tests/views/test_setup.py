"""The first account is made in the browser, once, by whoever started the server."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from chat.models import User
from chat.services import accounts
from tests.conftest import PASSWORD
from tests.pages import words
from tests.threads import together

FORM = {"display_name": "Ingrid", "email": "Ingrid@Example.org", "password1": PASSWORD, "password2": PASSWORD}


def path() -> str:
    return accounts.setup_link("http://testserver").removeprefix("http://testserver")


@pytest.mark.django_db
def test_the_link_makes_an_administrator_and_signs_them_in(client: Client):
    link = path()
    assert "Welcome to MemoryBot" in words(client.get(link))
    response = client.post(link, FORM)
    assert (response.status_code, response["Location"]) == (302, "/")
    ingrid = User.objects.get()
    assert (ingrid.email, ingrid.display_name, ingrid.is_staff, ingrid.is_superuser) == (
        "ingrid@example.org",
        "Ingrid",
        True,
        True,
    )
    assert ingrid.password.startswith("argon2")
    assert EmailAddress.objects.filter(user=ingrid, email=ingrid.email, verified=True, primary=True).exists()
    assert client.get("/settings/").status_code == 200


@pytest.mark.django_db
def test_she_can_sign_in_again_with_what_she_chose(client: Client):
    client.post(path(), FORM)
    other = Client()
    response = other.post("/accounts/login/", {"login": "ingrid@example.org", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password1": "12345678", "password2": "12345678"}, "This password is too common."),
        ({"password2": "something else"}, "You must type the same password each time."),
        ({"email": "ingrid"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client, changes, sentence):
    response = client.post(path(), {**FORM, **changes})
    assert response.status_code == 422
    assert sentence in words(response)
    assert 'value="Ingrid"' in response.content.decode()
    assert not User.objects.exists()


def test_a_second_visit_is_told_kindly_where_to_sign_in(alice):
    response = Client().get(path())
    assert response.status_code == 410
    assert "This is set up already" in words(response)
    assert 'href="/accounts/login/"' in response.content.decode()


def test_a_second_post_makes_nobody(alice):
    assert Client().post(path(), FORM).status_code == 410
    assert User.objects.get() == alice


@pytest.mark.django_db
def test_an_old_link_says_how_to_get_a_new_one(client: Client):
    link = path()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        response = client.post(link, FORM)
    assert response.status_code == 404
    assert "Start the server again: it prints a new one." in words(response)
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["nonsense", "ImZpcnN0IGFjY291bnQi:1tZ0aA:AAAA", "%00", "😀"])
def test_a_made_up_link_opens_nothing(client: Client, token):
    response = client.post(f"/setup/{token}/", FORM)
    assert response.status_code == 404
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_account():
    link, answers = path(), []

    def post(number: int) -> None:
        answers.append(Client().post(link, {**FORM, "email": f"person{number}@example.org"}).status_code)

    together(*(partial(post, number) for number in range(4)))
    assert sorted(answers) == [302, 410, 410, 410]
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["open", "invite", "closed"])
def test_nobody_signs_up_before_the_first_account(client: Client, settings, mode):
    settings.MEMORYBOT_SIGNUP = mode
    response = client.post("/accounts/signup/", FORM)
    assert "The first account is made with the set-up link" in words(response)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_sign_in_page_of_a_new_database_speaks_of_the_link(client: Client):
    assert "Nobody has an account here. The first one is made with the set-up link" in words(
        client.get("/accounts/login/")
    )
