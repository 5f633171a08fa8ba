"""Every route and what somebody without an account gets there. A new route without a row fails."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ID = "00000000-0000-0000-0000-000000000000"
SIGN_IN = "sign in"

# What GET and POST answer; SIGN_IN is the way to the sign-in page, for which nothing was done.
EXPECTED = {
    "": (SIGN_IN, SIGN_IN),
    "history/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/settings/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/rename/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/delete/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/restore/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/export.<str:extension>": (SIGN_IN, SIGN_IN),
    "conversations/clear/": (SIGN_IN, SIGN_IN),
    "conversations/restore/": (SIGN_IN, SIGN_IN),
    "c/<uuid:conversation_id>/taught/": (SIGN_IN, SIGN_IN),
    "conversations/taught/": (SIGN_IN, SIGN_IN),
    "messages/<uuid:message_id>/delete/": (SIGN_IN, SIGN_IN),
    "messages/<uuid:message_id>/context/": (SIGN_IN, SIGN_IN),
    "model/status/": (SIGN_IN, SIGN_IN),
    "memory/": (SIGN_IN, SIGN_IN),
    "memory/clear/": (SIGN_IN, SIGN_IN),
    "memory/panel/": (SIGN_IN, SIGN_IN),
    "memory/learning/": (SIGN_IN, SIGN_IN),
    "memory/learning/estimate/": (SIGN_IN, SIGN_IN),
    "memory/learning/begin/": (SIGN_IN, SIGN_IN),
    "memory/learning/stop/": (SIGN_IN, SIGN_IN),
    "memory/learning/progress/": (SIGN_IN, SIGN_IN),
    "memory/switch/": (SIGN_IN, SIGN_IN),
    "memory/timeline/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/names/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/names/add/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/names/remove/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/pin/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/apart/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/merge/": (SIGN_IN, SIGN_IN),
    "memory/<uuid:entity_id>/split/": (SIGN_IN, SIGN_IN),
    "memory/entity-changes/<uuid:change_id>/undo/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/pin/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/unlock/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/move/": (SIGN_IN, SIGN_IN),
    "memory/export.<str:extension>": (SIGN_IN, SIGN_IN),
    "memory/import/": (SIGN_IN, SIGN_IN),
    "memory/import/finish/": (SIGN_IN, SIGN_IN),
    "memory/forget/": (SIGN_IN, SIGN_IN),
    "memory/review/": (SIGN_IN, SIGN_IN),
    "memory/review/<uuid:fact_id>/": (SIGN_IN, SIGN_IN),
    "memory/changes/undo/": (SIGN_IN, SIGN_IN),
    "memory/changes/<uuid:change_id>/undo/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/edit/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/forget/": (SIGN_IN, SIGN_IN),
    "memory/facts/<uuid:fact_id>/delete/": (SIGN_IN, SIGN_IN),
    "search/": (SIGN_IN, SIGN_IN),
    "settings/": (SIGN_IN, SIGN_IN),
    "settings/invitations/": (SIGN_IN, SIGN_IN),
    "setup/<str:token>/": (HTTPStatus.GONE, HTTPStatus.GONE),
    "invitation/<str:token>/": (HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED),
    "healthz": (HTTPStatus.OK, HTTPStatus.OK),
    "readyz": (HTTPStatus.OK, HTTPStatus.OK),
    "accounts/login/": (HTTPStatus.OK, HTTPStatus.OK),
    "accounts/logout/": (HTTPStatus.FOUND, HTTPStatus.FOUND),
    "accounts/inactive/": (HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED),
    "accounts/signup/": (HTTPStatus.OK, HTTPStatus.OK),
    "accounts/reauthenticate/": (SIGN_IN, SIGN_IN),
    "accounts/email/": (SIGN_IN, SIGN_IN),
    "accounts/confirm-email/": (HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED),
    "accounts/confirm-email/<key>/": (HTTPStatus.OK, HTTPStatus.NOT_FOUND),
    "accounts/password/change/": (SIGN_IN, SIGN_IN),
    "accounts/password/set/": (SIGN_IN, SIGN_IN),
    "accounts/password/reset/": (HTTPStatus.OK, HTTPStatus.OK),
    "accounts/password/reset/done/": (HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED),
    "accounts/password/reset/key/<uidb36>-<key>/": (HTTPStatus.OK, HTTPStatus.OK),
    "accounts/password/reset/key/done/": (HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED),
    "accounts/login/code/confirm/": (HTTPStatus.FOUND, HTTPStatus.FOUND),
}
VALUES = {
    "<uuid:conversation_id>": ID,
    "<uuid:message_id>": ID,
    "<uuid:entity_id>": ID,
    "<uuid:change_id>": ID,
    "<uuid:fact_id>": ID,
    "<str:extension>": "txt",
    "<str:token>": "nonsense",
    "<uidb36>": "1",
    "<key>": "nonsense",
}
REGULAR = {
    r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/<key>/",
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/<uidb36>-<key>/",
}


def routes() -> list[str]:
    return [route for pattern in get_resolver().url_patterns for route in _below(pattern, "")]


def _below(pattern: URLPattern | URLResolver, before: str) -> list[str]:
    route = str(pattern.pattern)
    here = before + REGULAR.get(route, route)
    if isinstance(pattern, URLPattern):
        return [here]
    return [found for inner in pattern.url_patterns for found in _below(inner, here)]


def test_every_route_has_a_row():
    assert {route for route in routes() if not route.startswith("admin/")} == set(EXPECTED)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", EXPECTED)
def test_what_a_stranger_gets(alice, client: Client, route, method):
    expected = EXPECTED[route][method == "post"]
    address = "/" + route
    for name, value in VALUES.items():
        address = address.replace(name, value)
    response = getattr(client, method)(address)
    if expected is SIGN_IN:
        assert response.status_code == HTTPStatus.FOUND
        assert response["Location"].startswith("/accounts/login/?next=")
    else:
        assert response.status_code == expected


def test_the_whole_admin_asks_for_sign_in(alice, client: Client):
    for route in (route for route in routes() if route.startswith("admin/") and "<" not in route and "(" not in route):
        response = client.get("/" + route)
        assert response.status_code == HTTPStatus.FOUND, route
        assert "/login/?next=" in response["Location"], route
