"""Conversations, their messages (a tree), and what was put before the model for each reply."""

import secrets
import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

MIN_K, MAX_K = 3, 1000
MAX_TEMPERATURE = 2.0
MAX_TITLE_CHARACTERS = 200


def _delimiter() -> str:
    return secrets.token_hex(6)


class MemoryMode(models.TextChoices):
    ON = "on", "Remembers"
    READ_ONLY = "read_only", "Recalls, learns nothing"
    OFF = "off", "Off"
    OWN = "own", "Clean memory of its own"
    TEMPORARY = "temporary", "Temporary"


class TitleBy(models.TextChoices):
    NOBODY = "", "Nobody"
    MACHINE = "machine", "Machine"
    USER = "user", "User"


class Conversation(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=MAX_TITLE_CHARACTERS, blank=True)
    title_by = models.CharField(max_length=7, choices=TitleBy.choices, default=TitleBy.NOBODY, blank=True)
    model = models.CharField(max_length=200)
    temperature = models.FloatField(
        default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(MAX_TEMPERATURE)]
    )
    k = models.PositiveSmallIntegerField(
        "turns kept word for word", default=10, validators=[MinValueValidator(MIN_K), MaxValueValidator(MAX_K)]
    )
    instructions = models.TextField("own instructions", max_length=4000, blank=True)
    memory_mode = models.CharField(max_length=9, choices=MemoryMode.choices, default=MemoryMode.ON)
    summary = models.TextField("running summary", blank=True)
    summary_upto = models.ForeignKey("chat.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Unguessable; encloses recalled text in prompts, so that no message can pretend to end or begin it.
    delimiter = models.CharField(max_length=12, default=_delimiter, editable=False)
    # Rises by one per event that pages are told of.
    seq = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="conversation_history"),
            models.Index(fields=["memory_mode", "updated_at"], name="conversation_mode"),
            models.Index(fields=["-updated_at"], name="conversation_updated"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(k__gte=MIN_K, k__lte=MAX_K), name="conversation_k"),
            models.CheckConstraint(
                condition=Q(temperature__gte=0, temperature__lte=MAX_TEMPERATURE), name="conversation_temperature"
            ),
            models.CheckConstraint(condition=Q(memory_mode__in=MemoryMode.values), name="conversation_memory_mode"),
        ]

    def __str__(self) -> str:
        return self.title or "New chat"


class Role(models.TextChoices):
    USER = "user", "User"
    ASSISTANT = "assistant", "Assistant"


class Status(models.TextChoices):
    STREAMING = "streaming", "Streaming"
    COMPLETE = "complete", "Complete"
    STOPPED = "stopped", "Stopped"
    INTERRUPTED = "interrupted", "Interrupted"
    FAILED = "failed", "Failed"


class Message(models.Model):
    """One side of a turn. A question said differently or a second answer is a sibling: nothing is overwritten."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    role = models.CharField(max_length=9, choices=Role.choices)
    text = models.TextField(blank=True)
    # Which parts of ``text`` were pasted: [start, end) in code points, in order. Nothing in them is learned.
    pasted = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.COMPLETE)
    position = models.PositiveIntegerField()
    client_id = models.UUIDField(null=True, blank=True, editable=False)
    # The conversation's seq when this row last changed.
    seq = models.PositiveBigIntegerField(default=0)
    model = models.CharField(max_length=200, blank=True)
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    stop_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "lease_until"], name="message_lease", condition=Q(status="streaming")),
            models.Index(fields=["-created_at"], name="message_created"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="message_position"),
            models.UniqueConstraint(fields=["owner", "client_id"], name="message_client_id"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status="streaming"), name="message_one_streaming"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="message_status"),
            models.CheckConstraint(
                condition=Q(role="assistant") | Q(role="user", status="complete"), name="message_role"
            ),
            models.CheckConstraint(
                condition=~Q(status="streaming") | Q(lease_until__isnull=False), name="message_streaming_leased"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.uuid}"


class ReplyChunk(models.Model):
    """A piece of a running reply, committed before it is shown; joined into the message when the reply ends."""

    reply = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="chunks")
    offset = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "offset"], name="replychunk_offset")]

    def __str__(self) -> str:
        return f"{self.offset}"


class ContextReceipt(models.Model):
    """What was put before the model for a reply; with the messages it names, the prompt can be built again."""

    reply = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="receipt")
    instructions = models.TextField()
    summary = models.TextField(blank=True)
    # The verbatim window: from here up to the question.
    window_start = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    tokens = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.tokens} tokens"


class Channel(models.TextChoices):
    PROFILE = "profile", "Profile"
    PINNED = "pinned", "Pinned"
    NAME = "name", "Name"
    WORDS = "words", "Words"
    MEANING = "meaning", "Meaning"
    DATE = "date", "Date"
    PAST = "past", "What was true before"
    HISTORY = "history", "Everything that was said"


class ReceiptItem(models.Model):
    """One recalled fact or message. It goes when what it shows is deleted."""

    receipt = models.ForeignKey(ContextReceipt, on_delete=models.CASCADE, related_name="items")
    rank = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=7, choices=Channel.choices)
    fact = models.ForeignKey("chat.Fact", null=True, on_delete=models.CASCADE, related_name="recalled_for")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="recalled_for")
    # As it stood in the prompt.
    text = models.TextField()
    tokens = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "rank"], name="receiptitem_rank"),
            models.CheckConstraint(
                condition=Q(fact__isnull=False, message__isnull=True) | Q(fact__isnull=True, message__isnull=False),
                name="receiptitem_one_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank} {self.channel}"
