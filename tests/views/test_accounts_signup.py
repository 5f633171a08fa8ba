"""Who may make an account: by invitation, everybody, or nobody."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from chat.models import Invitation, User
from chat.services import accounts
from tests.conftest import PASSWORD
from tests.pages import words
from tests.threads import together

FORM = {"display_name": "Carol", "email": "carol@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _somebody(alice) -> None:
    """Nobody is invited to a place without people."""


def invited(**fields) -> Client:
    """The browser of somebody who opened an invitation link."""
    client = Client()
    response = client.get(link(**fields))
    assert response["Location"] == "/accounts/signup/"
    return client


def link(**fields) -> str:
    return accounts.invite(base_url="http://testserver", created_by=None, **fields).removeprefix("http://testserver")


def test_without_an_invitation_there_is_no_form():
    response = Client().get("/accounts/signup/")
    assert "An account here needs an invitation link." in words(response)
    assert "password1" not in response.content.decode()


def test_without_an_invitation_a_post_makes_nobody():
    Client().post("/accounts/signup/", FORM)
    assert not User.objects.filter(email="carol@example.org").exists()


def test_an_invitation_makes_an_ordinary_account_and_signs_in():
    client = invited()
    response = client.post("/accounts/signup/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/")
    carol = User.objects.get(email="carol@example.org")
    assert (carol.display_name, carol.is_staff, carol.is_superuser) == ("Carol", False, False)
    assert Invitation.objects.get().used_by == carol
    assert client.get("/settings/").status_code == 200


def test_an_invitation_works_once():
    address = link()
    first, second = Client(), Client()
    first.get(address)
    first.post("/accounts/signup/", FORM)
    response = second.get(address)
    assert response.status_code == 410
    assert "This invitation no longer works" in words(response)


def test_of_two_people_with_one_invitation_the_slower_gets_no_account():
    address = link()
    first, second = Client(), Client()
    for client in (first, second):
        client.get(address)
    first.post("/accounts/signup/", FORM)
    response = second.post("/accounts/signup/", {**FORM, "email": "dave@example.org"}, follow=True)
    assert "An account here needs an invitation link." in words(response)
    assert not User.objects.filter(email="dave@example.org").exists()


@pytest.mark.django_db(transaction=True)
def test_one_invitation_at_the_same_moment_makes_one_account():
    address = link()
    clients = [Client() for _number in range(4)]
    for client in clients:
        client.get(address)

    def post(client: Client, number: int) -> None:
        client.post("/accounts/signup/", {**FORM, "email": f"person{number}@example.org"})

    together(*(partial(post, client, number) for number, client in enumerate(clients)))
    assert User.objects.filter(email__startswith="person").count() == 1


def test_an_invitation_for_an_address_cannot_be_used_for_another():
    client = invited(email="carol@example.org")
    assert 'value="carol@example.org"' in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {**FORM, "email": "eve@example.org"})
    assert list(User.objects.exclude(display_name="Alice").values_list("email", flat=True)) == ["carol@example.org"]


@pytest.mark.parametrize("token", ["nonsense", "%00", "😀", "a" * 5000])
def test_a_made_up_invitation_opens_nothing(token):
    response = Client().get(f"/invitation/{token}/")
    assert response.status_code == 410


def test_somebody_with_an_account_does_not_use_it_up(alice_client):
    response = alice_client.get(link())
    assert "The invitation is not used up; pass it on" in words(response)
    assert accounts.open_invitations().count() == 1


def test_a_weak_password_is_refused_and_the_invitation_kept():
    client = invited()
    response = client.post("/accounts/signup/", {**FORM, "password1": "carol", "password2": "carol"})
    assert "This password is too short." in words(response)
    assert 'value="Carol"' in response.content.decode()
    assert accounts.open_invitations().count() == 1


def test_closed_means_closed_with_an_invitation_too(settings):
    address = link()
    settings.MEMORYBOT_SIGNUP = "closed"
    client = Client()
    assert "Sign-up is closed" in words(client.get(address, follow=True))
    client.post("/accounts/signup/", FORM)
    assert not User.objects.filter(email="carol@example.org").exists()


def test_open_is_open(settings):
    settings.MEMORYBOT_SIGNUP = "open"
    client = Client()
    assert "Make an account" in words(client.get("/accounts/login/"))
    assert client.post("/accounts/signup/", FORM)["Location"] == "/"
    assert User.objects.get(email="carol@example.org").password.startswith("argon2")


def test_an_address_counts_as_confirmed_where_no_mail_can_arrive():
    invited().post("/accounts/signup/", FORM)
    assert EmailAddress.objects.get(email="carol@example.org").verified
    assert not mail.outbox


def test_with_a_mail_server_the_address_is_confirmed_first(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = invited()
    response = client.post("/accounts/signup/", FORM, follow=True)
    assert "Look into your mail" in words(response)
    assert client.get("/settings/").status_code == 302
    assert mail.outbox[0].subject == "MemoryBot: Please confirm your address"


def test_with_a_mail_server_sign_up_says_the_same_of_known_and_unknown_addresses(settings, bob):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    unknown, known = (
        words(invited().post("/accounts/signup/", {**FORM, "email": email}, follow=True)).replace(email, "…")
        for email in ("carol@example.org", bob.email)
    )
    assert unknown == known
    assert [message.to for message in mail.outbox] == [["carol@example.org"], [bob.email]]
    assert mail.outbox[1].subject == "MemoryBot: You have an account already"
    assert User.objects.get(email=bob.email).display_name == "Bob"


# -- the administrator's page -----------------------------------------------------------------------------------------


def test_who_may_invite_gets_a_link_that_works(alice_client, alice):
    alice.user_permissions.add(Permission.objects.get(codename="add_invitation"))
    assert "Invite somebody" in words(alice_client.get("/settings/"))
    response = alice_client.post("/settings/invitations/", {"email": "carol@example.org", "days": "2"})
    assert "The link is ready" in words(response)
    made = Invitation.objects.get()
    assert (made.email, made.created_by) == ("carol@example.org", alice)
    address = response.context["link"]
    assert address.startswith("http://testserver/invitation/")
    client = Client()
    client.get(address.removeprefix("http://testserver"))
    assert client.post("/accounts/signup/", FORM)["Location"] == "/"


def test_the_link_leads_to_our_own_address(alice_client, alice, settings):
    settings.MEMORYBOT_URL = "https://chat.example.org"
    alice.user_permissions.add(Permission.objects.get(codename="add_invitation"))
    response = alice_client.post("/settings/invitations/", {"email": "", "days": "7"})
    assert response.context["link"].startswith("https://chat.example.org/invitation/")


def test_who_may_not_invite_is_told_so(alice_client):
    assert "Invite somebody" not in words(alice_client.get("/settings/"))
    response = alice_client.post("/settings/invitations/", {"email": "", "days": "7"})
    assert response.status_code == 403
    assert "You are signed in as alice@example.org, which may not do this." in words(response)
    assert not Invitation.objects.exists()


def test_a_year_is_too_long_for_an_invitation(alice_client, alice):
    alice.user_permissions.add(Permission.objects.get(codename="add_invitation"))
    response = alice_client.post("/settings/invitations/", {"email": "carol", "days": "365"})
    assert response.status_code == 422
    assert "Ensure this value is less than or equal to 90." in words(response)
    assert "Enter a valid email address." in words(response)
    assert not Invitation.objects.exists()
