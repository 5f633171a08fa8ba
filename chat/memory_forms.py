"""What people fill in on the memory pages."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from chat.models import Entity, EntityKind, Origin
from chat.services.memory import stores
from chat.services.memory.curating import naming
from chat.services.memory.curating.filters import Filter, State

MAX_TEXT_CHARACTERS = 200
KINDS = [(kind.value, kind.label) for kind in EntityKind if kind != EntityKind.SELF]
# Days that a calendar in the database can count from and to.
_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 31)
_DAY: Any = {
    "required": False,
    "widget": forms.DateInput(attrs={"type": "date"}),
    "validators": [MinValueValidator(_FIRST), MaxValueValidator(_LAST)],
}


class FilterForm(forms.Form):
    """Which part of the memory is shown. What makes no sense is left out, never refused: it stands in an address."""

    q = forms.CharField(
        label="Words or a name",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "maxlength": MAX_TEXT_CHARACTERS}),
    )
    kind = forms.ChoiceField(
        label="About", required=False, choices=[("", "Anybody and anything"), ("self", "You"), *KINDS]
    )
    status = forms.ChoiceField(
        label="Which",
        required=False,
        choices=[
            ("", "Known now"),
            ("past", "Replaced or forgotten"),
            ("waiting", "For you to decide"),
            ("all", "All"),
        ],
    )
    origin = forms.ChoiceField(label="Where from", required=False, choices=[("", "Anywhere"), *Origin.choices])
    since = forms.DateField(label="Learned from", **_DAY)
    until = forms.DateField(label="Learned until", **_DAY)
    pinned = forms.BooleanField(label="Only what is pinned", required=False)
    sensitive = forms.BooleanField(label="Only sensitive things", required=False)
    maybe = forms.BooleanField(label="Only who may be the same as another", required=False)
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[("", "Best match, else newest"), ("recent", "Newest first"), ("name", "By name")],
    )

    @property
    def chosen(self) -> Filter:
        """Return what was chosen, without what makes no sense."""
        self.is_valid()
        given = self.cleaned_data
        return Filter(
            text=self._text(),
            kind=given.get("kind", ""),
            state=cast("State", given.get("status") or "known"),
            origin=given.get("origin", ""),
            pinned=given.get("pinned", False),
            sensitive=given.get("sensitive", False),
            maybe_same=given.get("maybe", False),
            since=given.get("since"),
            until=given.get("until"),
            sort=given.get("sort", ""),
        )

    def _text(self) -> str:
        return str(self.data.get("q", "")).replace("\0", "").strip()[:MAX_TEXT_CHARACTERS]


class EntityForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=stores.MAX_NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    disambiguator = forms.CharField(
        label="To tell apart from others of this name",
        max_length=naming.MAX_DISAMBIGUATOR_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text="A word or two, such as “the dentist”. You can leave it out.",
    )
    kind = forms.ChoiceField(label="What it is", choices=KINDS)


class AliasForm(forms.Form):
    alias = forms.CharField(
        label="Another name",
        max_length=stores.MAX_NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text="When you say this in a chat, what is known here is recalled.",
    )


class SplitForm(EntityForm):
    """The new entry, and what of the old one belongs to it."""

    facts = forms.MultipleChoiceField(
        label="Statements that belong to the new entry", required=False, widget=forms.CheckboxSelectMultiple
    )
    aliases = forms.MultipleChoiceField(
        label="Names that belong to the new entry", required=False, widget=forms.CheckboxSelectMultiple
    )

    MAX_FACTS = 500

    def __init__(self, *args: Any, entity: Entity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = entity.facts.filter(status="active").order_by("-learned_at", "-pk")[: self.MAX_FACTS]
        names = entity.aliases.exclude(normalised=stores.normalise(entity.name)).order_by("text")[: self.MAX_FACTS]
        self.fields["facts"].choices = [(str(fact.uuid), fact.statement) for fact in facts]  # type: ignore[attr-defined]
        self.fields["aliases"].choices = [(str(alias.pk), alias.text) for alias in names]  # type: ignore[attr-defined]
        if not self.fields["aliases"].choices:  # type: ignore[attr-defined]
            del self.fields["aliases"]
