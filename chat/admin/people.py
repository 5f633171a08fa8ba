"""Who may sign in, and who is invited."""

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chat.admin.filters import AdministratorFilter
from chat.admin.inspection import Deletion, Inspection, QuietLog, anchor, counted, list_of
from chat.admin.paging import BoundedPaginator
from chat.models import Conversation, Entity, Fact, Invitation, MemoryChange, MemoryRun, Message, User
from chat.services import accounts

if TYPE_CHECKING:
    DjangoUserAdmin = auth_admin.UserAdmin[User]
else:
    DjangoUserAdmin = auth_admin.UserAdmin

# What makes somebody an operator; who is not an administrator may not grant it.
GRANTS = ("is_active", "is_staff", "is_superuser", "groups")
# What these pages ask for; everything else is never edited.
RIGHTS = [
    *(
        f"view_{name}"
        for name in ("conversation", "entity", "fact", "factsource", "memorychange", "memoryrun", "message")
    ),
    *("change_conversation", "change_fact", "delete_fact", "change_memoryrun"),
    *("view_user", "add_user", "change_user", "delete_user", "view_invitation", "add_invitation", "delete_invitation"),
]
OWNED = (Conversation, Message, Entity, Fact, MemoryRun, MemoryChange)


class NewPersonForm(auth_forms.BaseUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "display_name")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class PersonForm(auth_forms.UserChangeForm):  # type: ignore[type-arg]
    # How it is hashed helps nobody.
    password = None  # type: ignore[assignment]

    class Meta:
        model = User
        fields = ("email", "display_name", *GRANTS)
        labels = {"is_superuser": "Administrator", "is_staff": "May open these pages"}
        help_texts = {
            "is_active": "Who is not active cannot sign in; nothing of theirs is deleted.",
            "is_staff": "Sees there what the groups below allow.",
            "is_superuser": "Sees and may do everything.",
            "groups": "Rights of people who are no administrators.",
        }

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(QuietLog, DjangoUserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/change_form.html"
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_display = (
        "email",
        "display_name",
        "is_active",
        "is_administrator",
        "conversation_count",
        "last_login",
        "date_joined",
    )
    list_filter = ("is_active", ("is_superuser", AdministratorFilter))
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("email", "display_name", "last_login", "date_joined")
    search_fields = ("email", "display_name")
    ordering = ("email",)
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined", "belongings", "sign_in")
    add_fieldsets = ((None, {"fields": ("email", "display_name", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "display_name", "sign_in")}),
        ("Access", {"fields": GRANTS}),
        ("What is theirs", {"fields": ("belongings", "date_joined", "last_login")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(conversation_count=counted(Conversation, "owner"))

    @admin.display(description="administrator", boolean=True)
    def is_administrator(self, person: User) -> bool:
        return person.is_superuser

    @admin.display(description="conversations")
    def conversation_count(self, person: Any) -> int:
        return int(person.conversation_count)

    @admin.display(description="password")
    def sign_in(self, person: User) -> SafeString:
        has_one = "There is one." if person.has_usable_password() else "There is none: nobody can sign in with it."
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('{} <a href="{}">Set a new one</a>', has_one, url)

    @admin.display(description="stored")
    def belongings(self, person: User) -> SafeString:
        lists = [list_of(model, str(model._meta.verbose_name_plural), person=person.email) for model in OWNED]
        return format_html_join(" · ", "{}", ((anchor(link),) for link in lists))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Users", **(extra_context or {})})

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody takes away their own access by mistake, and only administrators make others more than users."""
        own = obj is not None and obj.pk == request.user.pk
        locked = GRANTS if own or not request.user.is_superuser else ()
        return (*self.readonly_fields, *locked)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_below(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        own = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and self._is_below(request, obj) and not own

    def _is_below(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is None or bool(request.user.is_superuser) or not (obj.is_superuser or obj.is_staff)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deletion:
        """Say whose and how much; Django's own list would hold every message, and ask for the right to each."""
        people = list(objs)
        refused = {"people like yourself"} if any(not self.has_delete_permission(request, p) for p in people) else set()
        counts = {str(model._meta.verbose_name_plural): _owned(model, people).count() for model in OWNED}
        return [person.email for person in people], {"users": len(people), **counts}, refused, []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        accounts.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            accounts.delete(person)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            # An operator's word counts, and what could still confirm the former address must not.
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()
            accounts.vouch_for(obj)


def _owned(model: type[Model], people: list[User]) -> QuerySet[Any]:
    return model._default_manager.filter(owner__in=people)


@admin.register(Invitation)
class InvitationAdmin(Inspection):
    list_display = ("created_at", "email", "created_by", "expires_at", "state")
    list_select_related = ("created_by", "used_by")
    list_filter = ("created_at",)
    sortable_by = ()
    ordering = ("-pk",)
    fields = ("email", "created_by", "created_at", "expires_at", "used_by", "used_at", "state")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("chat.add_invitation")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("chat.delete_invitation")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The site's own page makes invitations, and shows each link once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("chat:invitations")

    @admin.display
    def state(self, invitation: Invitation) -> str:
        if invitation.used_at:
            return f"used by {invitation.used_by or 'somebody who is gone'}"
        return "open" if invitation.expires_at > timezone.now() else "has run out"


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(auth_admin.GroupAdmin):
    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """Offer the rights that these pages ask for, and no others."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "permissions":
            ours = Permission.objects.filter(content_type__app_label="chat", codename__in=RIGHTS)
            field.queryset = ours.order_by("name")
            field.label_from_instance = lambda right: right.name
        return field
