"""People: they sign in by e-mail; what they prefer is on their row."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from chat.models.conversations import MAX_K, MIN_K


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who signs in as ``email`` (kept in lower case)."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who may do everything in the admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class Theme(models.TextChoices):
    AUTO = "auto", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class KeepSensitive(models.TextChoices):
    ASK = "ask", "Ask me"
    KEEP = "keep", "Remember it"
    NEVER = "never", "Never remember it"


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("e-mail", max_length=254, unique=True)
    display_name = models.CharField("name", max_length=100, blank=True)
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("may open the admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    default_model = models.CharField("model", max_length=200, blank=True)
    default_k = models.PositiveSmallIntegerField(
        "turns kept word for word", default=10, validators=[MinValueValidator(MIN_K), MaxValueValidator(MAX_K)]
    )
    instructions = models.TextField("own instructions", max_length=4000, blank=True)
    memory_enabled = models.BooleanField("memory", default=True)
    keep_sensitive = models.CharField(
        "sensitive things", max_length=5, choices=KeepSensitive.choices, default=KeepSensitive.ASK
    )
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    enter_to_send = models.BooleanField("Enter sends", default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name or self.email.split("@")[0]


class Invitation(models.Model):
    """Lets one person sign up while sign-up is by invitation; only a digest of its token is kept."""

    token_digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="invitations")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_by = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation")
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Invitation of {self.email or 'anybody'}"
