"""What is on its way into the memory."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class MemoryUpload(models.Model):
    """A file that its owner looks through before it is imported; one per person, gone with the import, or by itself."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memory_upload")
    # Compressed.
    content = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="memoryupload_created")]

    def __str__(self) -> str:
        return f"upload of {self.created_at:%Y-%m-%d %H:%M}"
