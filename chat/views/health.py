"""Is the process alive, and can it serve? For whatever watches over it, without signing in."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer without touching anything."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 503 with what is missing while the database does not answer or migrations are not applied."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Error:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    missing = sorted(f"{app}.{name}" for app, name in _shipped() - applied)
    if missing:
        return HttpResponse(f"not migrated: {', '.join(missing)}", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """The migrations in the code, which does not change while it runs."""
    return frozenset(MigrationLoader(None).disk_migrations)
