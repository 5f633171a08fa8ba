"""Accounts and invitations, without pages."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from chat.models import Invitation, User
from chat.services import accounts


def token_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[1]


@pytest.mark.django_db
def test_only_a_digest_of_the_token_is_kept(alice):
    link = accounts.invite(base_url="https://chat.example.org/", created_by=alice, email=" Bob@Example.org ")
    assert link.startswith("https://chat.example.org/invitation/")
    kept = Invitation.objects.get()
    assert (kept.email, kept.created_by, len(kept.token_digest)) == ("bob@example.org", alice, 64)
    assert token_of(link) not in str(Invitation.objects.values_list().get())


@pytest.mark.django_db
def test_every_link_is_another():
    links = {accounts.invite(base_url="http://here", created_by=None) for _ in range(20)}
    assert len(links) == 20


@pytest.mark.django_db
def test_an_invitation_is_spent_once(alice, bob):
    token = token_of(accounts.invite(base_url="http://here", created_by=alice))
    accounts.use_invitation(token=token, user=bob)
    with pytest.raises(accounts.InvitationError):
        accounts.use_invitation(token=token, user=alice)
    assert accounts.invitation_for(token) is None
    assert Invitation.objects.get().used_by == bob


@pytest.mark.django_db
def test_an_invitation_runs_out(bob):
    token = token_of(accounts.invite(base_url="http://here", created_by=None, days=2))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2, seconds=1)):
        assert accounts.invitation_for(token) is None
        with pytest.raises(accounts.InvitationError):
            accounts.use_invitation(token=token, user=bob)


@pytest.mark.django_db
def test_an_invitation_for_one_address_serves_no_other(bob):
    token = token_of(accounts.invite(base_url="http://here", created_by=None, email="carol@example.org"))
    with pytest.raises(accounts.InvitationError):
        accounts.use_invitation(token=token, user=bob)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "../../etc"])
def test_no_token_is_no_invitation(token):
    assert accounts.invitation_for(token) is None


@pytest.mark.django_db
def test_the_command_prints_a_link_that_works(settings):
    settings.MEMORYBOT_SIGNUP = "invite"
    said = StringIO()
    call_command("invite", "--email", "carol@example.org", "--days", "3", "--url", "http://10.0.0.5:8000", stdout=said)
    link = said.getvalue().strip()
    assert link.startswith("http://10.0.0.5:8000/invitation/")
    found = accounts.invitation_for(token_of(link))
    assert found is not None
    assert found.email == "carol@example.org"
    assert timedelta(days=2.9) < found.expires_at - found.created_at <= timedelta(days=3.1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--days", "0"], "--days is 0; allowed is a whole number from 1 to 90."),
        (["--email", "carol"], "--email is 'carol', which is no e-mail address."),
    ],
)
def test_the_command_says_what_is_allowed(arguments, sentence):
    with pytest.raises(CommandError, match="^" + sentence.replace(".", r"\.") + "$"):
        call_command("invite", *arguments)
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_vouching_follows_an_address_that_the_operator_changed(alice):
    accounts.vouch_for(alice)
    User.objects.filter(pk=alice.pk).update(email="ingrid@example.org")
    accounts.vouch_for(User.objects.get(pk=alice.pk))
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("ingrid@example.org", True, True)
    ]


@pytest.mark.django_db
def test_nobody_is_vouched_for_with_what_another_confirmed(alice, bob):
    EmailAddress.objects.create(user=bob, email=alice.email, verified=True, primary=True)
    accounts.vouch_for(alice)
    assert not EmailAddress.objects.filter(user=alice).exists()
