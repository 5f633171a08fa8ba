"""Each fact with its words, its history, and what may be done to it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from chat.admin import finding, sources
from chat.admin.filters import PersonFilter
from chat.admin.inspection import SHOWN_ROWS, Deletion, Inspection, Row, Section, anchor, line, link_to
from chat.models import Fact, FactStatus, MemoryChange
from chat.services.memory.curating import corrections
from chat.services.memory.curating.corrections import CorrectionError

if TYPE_CHECKING:
    FactModelForm = forms.ModelForm[Fact]
else:
    FactModelForm = forms.ModelForm

# A chain of replaced values is followed this far.
MAX_CHAIN = 20


class FactForm(FactModelForm):
    class Meta:
        model = Fact
        fields = ("statement",)
        help_texts = {"statement": "The corrected fact replaces this one, and the machine will not change it again."}
        widgets = {"statement": forms.Textarea(attrs={"rows": 3, "cols": 80, "dir": "auto"})}


@admin.register(Fact)
class FactAdmin(Inspection):
    """A fact is corrected, forgotten and deleted as its person would do it: versions, index and log keep in step."""

    form = FactForm
    list_display = ("label", "about", "status", "attribute", "owner", "learned_at")
    list_select_related = ("entity", "owner")
    list_filter = (PersonFilter, "status", "learned_at")
    search_fields = ("statement",)
    search_help_text = f"{finding.HELP} Former facts only where the list is of one person."
    sortable_by = ("learned_at",)
    ordering = ("-learned_at",)
    actions = ("forget",)
    readonly_fields = (
        "about", "owner", "attribute", "value", "many_valued", "status", "because", "origin", "locked", "learned_at",
        "retired_at", "uuid",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("statement", "about", "owner")}),
        ("Details", {"fields": ("attribute", "value", "many_valued", "status", "because", "origin", "locked")}),
        ("Times", {"fields": ("learned_at", "retired_at", "uuid")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Fact], search_term: str
    ) -> tuple[QuerySet[Fact], bool]:
        return finding.facts(queryset, request, search_term), False

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Of one person in all states, no index has the order of time; the order of ids is nearly the same."""
        of_person = request.GET.get("person") and "status__exact" not in request.GET
        return ("-pk",) if of_person else self.ordering

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request) and (obj is None or obj.status in {FactStatus.ACTIVE, FactStatus.PENDING})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("chat.delete_fact")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Each deletion is one of the services': Django's own would leave suppressions and empty entities behind."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    @admin.display(description="fact")
    def label(self, fact: Fact) -> SafeString:
        return line(fact.statement)

    @admin.display
    def about(self, fact: Fact) -> SafeString:
        return anchor(link_to(fact.entity))

    @admin.display
    def because(self, fact: Fact) -> str:
        return fact.reason or "–"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().change_view(request, object_id, *args, **kwargs)
        except CorrectionError as error:
            self.message_user(request, error.message, messages.ERROR)
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Fact, form: Any, change: bool) -> None:
        corrections.edit_fact(user=obj.owner, fact_id=obj.uuid, statement=form.cleaned_data["statement"])

    def response_change(self, request: HttpRequest, obj: Fact) -> HttpResponse:
        """Go on to the fact that took this one's place."""
        obj.refresh_from_db()
        self.message_user(request, "Corrected.", messages.SUCCESS)
        return redirect(link_to(obj.superseded_by or obj).url)

    def delete_model(self, request: HttpRequest, obj: Fact) -> None:
        corrections.delete_fact(user=obj.owner, fact_id=obj.uuid)

    def get_deleted_objects(self, objs: Iterable[Fact], request: HttpRequest) -> Deletion:
        statements = [fact.statement for fact in objs]
        return statements, {"facts, with their sources and changes": len(statements)}, set(), []

    def has_forget_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    @admin.action(description="Forget", permissions=["forget"])
    def forget(self, request: HttpRequest, queryset: QuerySet[Fact]) -> None:
        for fact in queryset.select_related("owner"):
            corrections.forget_fact(user=fact.owner, fact_id=fact.uuid)
            self.log_change(request, fact, "Forgotten.")
        self.message_user(request, "Forgotten. The person can bring facts back on their memory page.")

    def sections(self, obj: Fact) -> Iterator[Section]:
        yield Section("Sources", ("Quote", "Message", "Conversation", "When"), list(_said(obj)))
        columns = ("Fact", "Status", "Because", "Learned", "Until")
        yield Section("History, the newest first", columns, [_version(fact) for fact in _chain(obj)])
        yield Section("Changes", ("Operation", "By", "In", "When", "Taken back"), list(_changes(obj)))


def _said(fact: Fact) -> Iterator[Row]:
    for source in sources.placed(fact.sources.order_by("pk"))[:SHOWN_ROWS]:
        message = source.message
        yield source.quote, link_to(message, "The message"), link_to(message.conversation), message.created_at


def _version(fact: Fact) -> Row:
    return link_to(fact), fact.get_status_display(), fact.reason, fact.learned_at, fact.retired_at


def _changes(fact: Fact) -> Iterator[Row]:
    changes = MemoryChange.objects.filter(Q(fact=fact) | Q(previous=fact)).select_related("reply__conversation")
    for change in changes.order_by("-pk")[:SHOWN_ROWS]:
        by = "the person" if change.by_user else "the machine"
        turn = change.reply and link_to(change.reply, change.reply.conversation)
        yield link_to(change, change.get_operation_display()), by, turn, change.created_at, change.undone_at


def _chain(fact: Fact) -> list[Fact]:
    """Return what replaced ``fact`` and what it replaced, itself among them."""
    chain = {fact.pk: fact}
    latest, oldest = fact, [fact.pk]
    for _step in range(MAX_CHAIN):
        after = latest.superseded_by
        if after is None or after.pk in chain:
            break
        chain[after.pk] = latest = after
    for _step in range(MAX_CHAIN):
        before = list(Fact.objects.filter(superseded_by__in=oldest).exclude(pk__in=chain)[:MAX_CHAIN])
        if not before:
            break
        chain |= {earlier.pk: earlier for earlier in before}
        oldest = [earlier.pk for earlier in before]
    return sorted(chain.values(), key=lambda each: (each.learned_at, each.pk), reverse=True)
