"""Signing in and out, passwords, addresses: what a person meets, and what nobody can find out."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from chat.models import User
from tests.conftest import PASSWORD
from tests.pages import words

NEW_PASSWORD = "four more words of mine"


def sign_in(email: str, password: str = PASSWORD, **environment: str) -> tuple[Client, HttpResponse]:
    client = Client(**environment)
    return client, client.post("/accounts/login/", {"login": email, "password": password})


def test_people_sign_in_by_address_in_any_case(alice):
    client, response = sign_in("Alice@Example.ORG")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/settings/").status_code == 200


def test_sign_in_leads_where_one_was_going(alice):
    client = Client()
    assert client.get("/settings/")["Location"] == "/accounts/login/?next=/settings/"
    form = {"login": alice.email, "password": PASSWORD, "next": "/settings/"}
    assert client.post("/accounts/login/", form)["Location"] == "/settings/"


def test_sign_in_leads_to_no_other_site(alice):
    form = {"login": alice.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/accounts/login/", form)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(alice):
    _client, wrong = sign_in(alice.email, "not the password")
    _client, unknown = sign_in("nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 200
    assert words(wrong) == words(unknown)
    assert "The email address and/or password you specified are not correct." in words(wrong)


def test_trying_passwords_is_slowed_down_for_known_and_unknown_alike(alice):
    for email, address in ((alice.email, "10.0.0.1"), ("nobody@example.org", "10.0.0.2")):
        answers = [words(sign_in(email, f"guess {number}", REMOTE_ADDR=address)[1]) for number in range(6)]
        assert "Too many failed login attempts. Try again later." not in answers[4]
        assert "Too many failed login attempts. Try again later." in answers[5]


def test_the_right_password_does_not_help_while_it_is_slowed_down(alice):
    for number in range(6):
        sign_in(alice.email, f"guess {number}")
    client, _response = sign_in(alice.email)
    assert client.get("/settings/").status_code == 302


def test_a_flood_of_sign_ins_gets_a_page_in_plain_words(alice):
    client = Client()
    for number in range(30):
        client.post("/accounts/login/", {"login": f"person{number}@example.org", "password": "x"})
    response = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert response.status_code == 429
    assert "Wait a few minutes, then try again." in words(response)


def test_an_account_that_is_turned_off_says_so_only_to_its_owner(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    _client, wrong = sign_in(alice.email, "not the password")
    assert "turned off" not in words(wrong)
    client, right = sign_in(alice.email)
    assert right["Location"] == "/accounts/inactive/"
    assert "This account is turned off" in words(client.get("/accounts/inactive/"))
    assert client.get("/settings/").status_code == 302


def test_a_link_signs_nobody_out(alice_client):
    assert "Sign out?" in words(alice_client.get("/accounts/logout/"))
    assert alice_client.get("/settings/").status_code == 200


def test_signing_out(alice_client):
    assert alice_client.post("/accounts/logout/").status_code == 302
    assert alice_client.get("/settings/")["Location"] == "/accounts/login/?next=/settings/"


def test_changing_the_password_ends_every_session(alice):
    here, _response = sign_in(alice.email)
    there, _response = sign_in(alice.email)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = here.post("/accounts/password/change/", form, follow=True)
    assert response.request["PATH_INFO"] == "/accounts/login/"
    assert "The password is changed." in words(response)
    assert there.get("/settings/").status_code == 302
    assert sign_in(alice.email, NEW_PASSWORD)[1].status_code == 302
    assert sign_in(alice.email, PASSWORD)[1].status_code == 200


def test_the_old_password_is_needed_for_a_new_one(alice_client):
    form = {"oldpassword": "a guess", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = alice_client.post("/accounts/password/change/", form)
    assert "Please type your current password." in words(response)


# -- a forgotten password ---------------------------------------------------------------------------------------------


def ask_for_reset(email: str, client: Client | None = None, **headers) -> HttpResponse:
    return (client or Client()).post("/accounts/password/reset/", {"email": email}, follow=True, **headers)


def link_in(message: mail.EmailMessage) -> str:
    return re.search(r"https?://\S+", message.body)[0]


def test_reset_says_the_same_of_known_and_unknown_addresses(alice):
    known, unknown = ask_for_reset(alice.email), ask_for_reset("nobody@example.org")
    assert words(known) == words(unknown)
    assert [message.to for message in mail.outbox] == [[alice.email], ["nobody@example.org"]]
    assert [message.subject for message in mail.outbox] == [
        "MemoryBot: A new password",
        "MemoryBot: No account with this address",
    ]


def test_without_a_mail_server_the_page_says_where_the_message_is(alice):
    sentence = "has no mail server (EMAIL_URL), so the message is printed on the console where it runs."
    assert sentence in words(Client().get("/accounts/password/reset/"))
    assert sentence in words(ask_for_reset(alice.email))


def test_with_a_mail_server_it_speaks_of_the_mail(alice, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert "console" not in words(Client().get("/accounts/password/reset/"))
    assert "Look into your mail" in words(ask_for_reset(alice.email))


def test_the_link_gives_a_new_password_once(alice):
    old, _response = sign_in(alice.email)
    ask_for_reset(alice.email)
    link = link_in(mail.outbox[0]).removeprefix("http://testserver")
    client = Client()
    form_page = client.get(link, follow=True)
    assert "Choose a new password" in words(form_page)
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    done = client.post(form_page.request["PATH_INFO"], form, follow=True)
    assert "The password is changed" in words(done)
    assert old.get("/settings/").status_code == 302
    assert sign_in(alice.email, NEW_PASSWORD)[1].status_code == 302
    assert "This link no longer works" in words(Client().get(link, follow=True))


def test_the_link_leads_to_our_own_address_whatever_host_was_named(alice, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.MEMORYBOT_URL = "https://chat.example.org"
    ask_for_reset(alice.email, headers={"host": "evil.example"})
    assert link_in(mail.outbox[0]).startswith("https://chat.example.org/accounts/password/reset/key/")


def test_a_made_up_reset_link_opens_nothing(alice):
    response = Client().get("/accounts/password/reset/key/1-abcdef-0123456789/", follow=True)
    assert "This link no longer works" in words(response)


def test_asking_again_and_again_is_slowed_down(alice):
    client = Client()
    answers = [ask_for_reset(alice.email, client).status_code for _again in range(6)]
    assert answers == [200, 200, 200, 200, 200, 429]
    assert len(mail.outbox) == 5


# -- another address --------------------------------------------------------------------------------------------------


def ask_for_address(client: Client, email: str) -> HttpResponse:
    return client.post("/accounts/email/", {"email": email, "action_add": ""}, follow=True)


def confirm(client: Client, message: mail.EmailMessage) -> HttpResponse:
    link = link_in(message).removeprefix("http://testserver")
    assert "Confirm your address" in words(client.get(link))
    return client.post(link, follow=True)


def test_a_new_address_takes_the_old_ones_place_once_it_is_confirmed(alice):
    client, _response = sign_in(alice.email)
    page = ask_for_address(client, "ingrid@example.org")
    assert "ingrid@example.org takes its place as soon as it is confirmed" in words(page)
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    confirm(client, mail.outbox[0])
    alice.refresh_from_db()
    assert alice.email == "ingrid@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("ingrid@example.org", True)]
    assert sign_in("ingrid@example.org")[1].status_code == 302
    assert sign_in("alice@example.org")[1].status_code == 200


def test_the_old_address_can_be_kept(alice):
    client, _response = sign_in(alice.email)
    ask_for_address(client, "ingrid@example.org")
    client.post("/accounts/email/", {"email": "ingrid@example.org", "action_remove": ""})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["alice@example.org"]


def test_somebody_elses_address_is_neither_given_nor_given_away(alice, bob):
    client, _response = sign_in(bob.email)
    free, taken = ask_for_address(client, "free@example.org"), ask_for_address(client, alice.email)
    assert words(taken).replace(alice.email, "…") == words(free).replace("free@example.org", "…")
    page = confirm(client, mail.outbox[1])
    assert "alice@example.org cannot be confirmed: it belongs to another account." in words(page)
    bob.refresh_from_db()
    assert bob.email == "bob@example.org"


# -- the way into the admin -------------------------------------------------------------------------------------------


def test_the_admin_asks_the_sites_own_sign_in(alice):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    response = client.get("/admin/", follow=True)
    assert [location for location, _status in response.redirect_chain] == [
        "/admin/login/?next=/admin/",
        "/accounts/login/?next=%2Fadmin%2F",
    ]
    form = {"login": alice.email, "password": PASSWORD, "next": "/admin/"}
    assert client.post("/accounts/login/", form)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_admins_own_form_takes_no_password(alice):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.post("/admin/login/", {"username": alice.email, "password": PASSWORD})
    assert client.get("/settings/").status_code == 302


def test_an_ordinary_person_is_told_why_the_admin_is_closed(alice_client):
    response = alice_client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) == 1
    assert "You are signed in as alice@example.org, which is an ordinary account." in words(response)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/admin/login/"])
def test_the_admins_door_leads_nowhere_else(alice, target):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client, _response = sign_in(alice.email)
    response = client.get("/admin/login/", {"next": target}, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/admin/")
