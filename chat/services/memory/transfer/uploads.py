"""Keeps an uploaded file between the two steps of an import: one per person, compressed, and not for long."""

import zlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from chat.models import MemoryUpload, User

KEPT_FOR = timedelta(hours=1)


@transaction.atomic
def keep(user: User, content: bytes) -> None:
    """Keep ``content`` in the place of whatever ``user`` uploaded before."""
    drop_stale()
    fields = {"content": zlib.compress(content), "created_at": timezone.now()}
    MemoryUpload.objects.update_or_create(owner=user, defaults=fields)


def kept(user: User) -> bytes | None:
    """Return what ``user`` uploaded last, unless it was used, discarded or is too old."""
    fresh = MemoryUpload.objects.filter(owner=user, created_at__gt=timezone.now() - KEPT_FOR)
    row = fresh.first()
    return zlib.decompress(bytes(row.content)) if row else None


def drop(user: User) -> None:
    MemoryUpload.objects.filter(owner=user).delete()


def drop_stale() -> None:
    """Delete what was forgotten halfway, of everybody."""
    MemoryUpload.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
