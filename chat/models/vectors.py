"""What was said and what is known, by meaning: vectors, made in the background from the text beside them."""

from django.conf import settings
from django.db import models

from chat.models.conversations import Message
from chat.models.memory import Fact


class Vector(models.Model):
    """Shapes: ``parts`` holds one vector or more of half-precision numbers, each of length 1, made by ``embedder``.

    A changed text gets a new row, so that ``id`` tells what is new.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    # The name of what made them: vectors of another embedder are not compared with these, but made anew.
    embedder = models.CharField(max_length=200, default="all-MiniLM-L6-v2")
    parts = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"vector {self.pk}"


class MessageVector(Vector):
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="vector")

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="messagevector_owner")]


class FactVector(Vector):
    fact = models.OneToOneField(Fact, on_delete=models.CASCADE, related_name="vector")

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="factvector_owner")]
