"""The entity memory: dated, sourced, editable facts over the messages, and the work that keeps it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chat.models.conversations import Conversation, Message


class EntityKind(models.TextChoices):
    SELF = "self", "You"
    PERSON = "person", "Person"
    PET = "pet", "Pet"
    ORGANISATION = "organisation", "Organisation"
    PLACE = "place", "Place"
    WORK = "work", "Work"
    PROJECT = "project", "Project"
    EVENT = "event", "Event"
    TOPIC = "topic", "Topic"
    OTHER = "other", "Other"


class Entity(models.Model):
    """Somebody or something that is talked about; with ``conversation`` in a store of its own, else in the user's."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="entities")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="entities"
    )
    kind = models.CharField(max_length=12, choices=EntityKind.choices, default=EntityKind.OTHER)
    name = models.CharField(max_length=200)
    # Tells two of the same name apart: "the dentist".
    disambiguator = models.CharField(max_length=100, blank=True)
    pinned = models.BooleanField(default=False)
    # A merge leaves the row, so that it can be undone; nothing shows or recalls it any more.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged")
    # Nobody said whether it is the same; the person is asked.
    maybe_same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "entities"
        indexes = [
            models.Index(fields=["owner", "conversation", "-updated_at"], name="entity_store"),
            models.Index(fields=["-updated_at"], name="entity_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(kind="self", conversation__isnull=True), name="entity_one_self"
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(kind="self", conversation__isnull=False),
                name="entity_one_self_own",
            ),
            models.CheckConstraint(condition=Q(kind__in=EntityKind.values), name="entity_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="entity_named"),
        ]

    def __str__(self) -> str:
        return self.name


class EntityAlias(models.Model):
    """A way to say an entity. Not unique over entities: one alias may mean two people."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200, db_index=True)

    class Meta:
        verbose_name_plural = "entity aliases"
        constraints = [
            models.UniqueConstraint(fields=["entity", "normalised"], name="entityalias_once"),
            models.CheckConstraint(condition=~Q(normalised=""), name="entityalias_named"),
        ]

    def __str__(self) -> str:
        return self.text


class FactStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    SUPERSEDED = "superseded", "Superseded"
    RETIRED = "retired", "Retired"
    PENDING = "pending", "Waits for review"
    REJECTED = "rejected", "Rejected"


class Origin(models.TextChoices):
    TYPED = "typed", "Said in a message"
    IMPORT = "import", "Imported"
    HAND = "hand", "Written by hand"


class Certainty(models.TextChoices):
    SURE = "sure", "Said plainly"
    UNSURE = "unsure", "Said with doubt"


class Sensitivity(models.TextChoices):
    """What some people do not want to be remembered. Source: GDPR, article 9, and what is told in confidence."""

    NONE = "", "Not sensitive"
    HEALTH = "health", "Health"
    BELIEF = "belief", "Religion or politics"
    INTIMATE = "intimate", "Sexuality and intimate life"
    ORIGIN = "origin", "Ethnic origin"
    MONEY = "money", "Money"
    LAW = "law", "Trouble with the law"


class Suggestion(models.TextChoices):
    """What a fact that waits for review would do."""

    NONE = "", "Nothing: it does not wait"
    ADD = "add", "Be added"
    UPDATE = "update", "Take another's place"
    RETIRE = "retire", "End another"


class Fact(models.Model):
    """One statement about an entity: true in the world from ``valid_from`` to ``valid_to``, believed from
    ``learned_at`` to ``retired_at``.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="facts")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="facts")
    attribute = models.CharField(max_length=100)
    value = models.CharField(max_length=500)
    # Stands alone, in the user's language, names as they were written.
    statement = models.CharField(max_length=1000)
    many_valued = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=FactStatus.choices, default=FactStatus.ACTIVE)
    # As exact as it was said: "2024", "2024-05" or "2024-05-03"; empty where nothing was said.
    valid_from = models.CharField(max_length=10, blank=True)
    valid_to = models.CharField(max_length=10, blank=True)
    certainty = models.CharField(max_length=6, choices=Certainty.choices, default=Certainty.SURE)
    # Who says so, where it is not the person: "my doctor".
    attributed_to = models.CharField(max_length=200, blank=True)
    sensitivity = models.CharField(max_length=8, choices=Sensitivity.choices, default=Sensitivity.NONE, blank=True)
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.TYPED)
    pinned = models.BooleanField(default=False)
    # Set by hand: the machine may not change it.
    locked = models.BooleanField(default=False)
    # Of a fact that waits for review: what it would do, and to which other fact.
    suggestion = models.CharField(max_length=6, choices=Suggestion.choices, default=Suggestion.NONE, blank=True)
    concerns = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="suggestions")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    reason = models.CharField(max_length=100, blank=True)
    learned_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["entity", "status", "attribute"], name="fact_of_entity"),
            models.Index(fields=["owner", "status", "-learned_at"], name="fact_of_owner"),
            models.Index(fields=["owner"], condition=Q(pinned=True), name="fact_pinned"),
            models.Index(fields=["-learned_at"], name="fact_learned"),
            models.Index(fields=["status", "-learned_at"], name="fact_status_learned"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FactStatus.values), name="fact_status"),
            models.CheckConstraint(condition=~Q(statement=""), name="fact_stated"),
            models.CheckConstraint(
                condition=~Q(status="pending") | ~Q(suggestion=Suggestion.NONE), name="fact_pending_suggests"
            ),
            models.UniqueConstraint(
                fields=["entity", "attribute"],
                condition=Q(status="active", many_valued=False),
                name="fact_one_active_value",
            ),
        ]

    def __str__(self) -> str:
        return self.statement


class FactSource(models.Model):
    """The words that taught a fact."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="sources")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="taught")
    quote = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "message", "quote"], name="factsource_once")]

    def __str__(self) -> str:
        return self.quote


class RunState(models.TextChoices):
    WAITING = "waiting", "Waits for the reply"
    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Nothing to learn from"
    NEEDS_KEY = "needs_key", "Needs the user's key"
    FAILED = "failed", "Failed"


class RunPurpose(models.TextChoices):
    TURN = "turn", "A turn"
    LATER = "later", "Learned from afterwards"


class MemoryRun(models.Model):
    """The outbox of learning: one per turn to learn from, written with the turn, done with what it taught."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memory_runs")
    reply = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="memory_run")
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.WAITING)
    purpose = models.CharField(max_length=5, choices=RunPurpose.choices, default=RunPurpose.TURN)
    # The turn used the user's own key, which only the process that took the turn holds.
    own_key = models.BooleanField(default=False)
    # Also the fence: only the attempt that holds the run may renew, put off or end it.
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    model = models.CharField(max_length=200, blank=True)
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "not_before"], name="memoryrun_due"),
            models.Index(fields=["-created_at"], name="memoryrun_created"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="memoryrun_state"),
            models.UniqueConstraint(fields=["owner"], condition=Q(state="running"), name="memoryrun_one_per_user"),
        ]

    def __str__(self) -> str:
        return f"{self.state} run of {self.created_at:%Y-%m-%d %H:%M}"


class Operation(models.TextChoices):
    ADDED = "added", "Added"
    UPDATED = "updated", "Updated"
    RETIRED = "retired", "Retired"
    CONFIRMED = "confirmed", "Confirmed"
    REJECTED = "rejected", "Rejected"


class MemoryChange(models.Model):
    """Every change of a fact, by whom, before and after: what undo and audit read. Rows are only ever added."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memory_changes")
    reply = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="memory_changes")
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="changes")
    # The fact that gave way to ``fact``.
    previous = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    operation = models.CharField(max_length=9, choices=Operation.choices)
    by_user = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["owner", "-created_at"], name="memorychange_history")]
        constraints = [
            models.CheckConstraint(condition=Q(operation__in=Operation.values), name="memorychange_operation"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.created_at:%Y-%m-%d %H:%M}"


class EntityOperation(models.TextChoices):
    MERGED = "merged", "Merged"
    SPLIT = "split", "Split"
    RENAMED = "renamed", "Renamed"


class EntityChange(models.Model):
    """Every change of an entity itself: what undo and audit read. Rows are only ever added."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="entity_changes")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="changes")
    # Who was merged into ``entity``, or split off from it.
    other = models.ForeignKey(Entity, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    operation = models.CharField(max_length=7, choices=EntityOperation.choices)
    # What undo needs: ids of what was moved, and names as they were.
    detail = models.JSONField(default=dict, blank=True)
    by_user = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["owner", "-created_at"], name="entitychange_history")]
        constraints = [
            models.CheckConstraint(condition=Q(operation__in=EntityOperation.values), name="entitychange_operation")
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.created_at:%Y-%m-%d %H:%M}"


class Suppression(models.Model):
    """What was forgotten is not learned again. A keyed digest, so that what was deleted is not kept here."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="suppressions")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="suppressions"
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "digest"], condition=Q(conversation__isnull=True), name="suppression_once"
            ),
            models.UniqueConstraint(
                fields=["conversation", "digest"],
                condition=Q(conversation__isnull=False),
                name="suppression_once_own",
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:8]
