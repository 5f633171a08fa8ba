"""What goes wrong in front of a person is said in plain words, with the setting that mends it."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.template.loader import get_template
from django.test import Client

from tests.pages import words

CHECKED = {"enforce_csrf_checks": True}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.168.1.20:8000", "192.168.1.20"),
        ("chat.example.org", "chat.example.org"),
        ("[fe80::1]:8000", "[fe80::1]"),
        ("[fe80::1]", "[fe80::1]"),
    ],
)
def test_an_unknown_host_is_told_which_setting_allows_it(client: Client, host, name):
    response = client.get("/accounts/login/", headers={"host": host})
    assert response.status_code == 400
    page = words(response)
    assert f"You opened it as {host}, which is not among the addresses it was told of." in page
    assert f"DJANGO_ALLOWED_HOSTS=localhost,127.0.0.1,{name}" in page
    assert f"MEMORYBOT_URL=https://{host}" in page


def test_the_setting_on_that_page_works(client: Client, db, settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[fe80::1]"]
    assert client.get("/accounts/login/", headers={"host": "[fe80::1]:8000"}).status_code == 200


def test_it_gives_away_no_host_but_the_one_that_was_used(client: Client, settings):
    settings.ALLOWED_HOSTS = ["secret.example.org"]
    response = client.get("/", headers={"host": "other.example.org"})
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", "a b", "x" * 300, "evil.example/path", "a@b"])
def test_a_host_that_is_none_is_not_repeated(client: Client, host):
    response = client.get("/", headers={"host": host})
    assert response.status_code == 400
    assert host not in response.content.decode()
    assert "The name your browser asked for is not one that a site can have." in words(response)


def test_an_unknown_host_behind_https(client: Client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/", headers={"host": "other.example.org"})
    assert response.status_code == 400
    assert "You opened it as other.example.org" in words(response)


def post(client: Client, origin: str = "", **form: str):
    headers = {"origin": origin} if origin else {}
    return client.post("/accounts/login/", {"login": "a@example.org", "password": "x", **form}, headers=headers)


def test_a_form_from_behind_an_unknown_proxy_is_told_which_setting_mends_it(db):
    response = post(Client(**CHECKED), origin="https://chat.example.org")
    assert response.status_code == 403
    page = words(response)
    assert "Your browser says that the form stands at https://chat.example.org" in page
    assert "MEMORYBOT_URL=https://chat.example.org" in page


@pytest.mark.parametrize("origin", ["null", "https://<b>evil</b>", "javascript:alert(1)", "https://["])
def test_an_origin_that_is_none_is_not_repeated(db, origin):
    response = post(Client(**CHECKED), origin=origin)
    assert response.status_code == 403
    assert origin not in response.content.decode()
    assert "MEMORYBOT_URL=" not in words(response)


def test_without_the_cookie_it_speaks_of_cookies(db):
    response = post(Client(**CHECKED))
    assert response.status_code == 403
    assert "Your browser did not send the cookie that belongs to the form." in words(response)


def test_an_old_page_is_told_to_reload(db):
    client = Client(**CHECKED)
    client.get("/accounts/login/")
    response = post(client, csrfmiddlewaretoken="x" * 64)
    assert response.status_code == 403
    assert "Go back, reload the page, and send it again; copy what you wrote first." in words(response)
    assert SESSION_KEY not in client.session


def test_nothing_there(alice_client, client: Client):
    for visitor in (alice_client, client):
        response = visitor.get("/no/such/page/")
        assert response.status_code == 404
        assert "There is nothing here" in words(response)


def test_the_page_for_a_broken_server_needs_nothing_that_may_be_broken():
    page = get_template("500.html").render()
    assert "Something broke on the server" in page
    assert "{" not in page


def test_error_pages_have_the_security_headers(client: Client, db):
    response = client.get("/no/such/page/")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
