"""What people fill in."""

from collections.abc import Iterable
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.conf import settings

from chat import accounts as allauth_adapter
from chat.models import Conversation, MemoryMode, User
from chat.services import accounts


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """A new account: by the set-up link, by an invitation, or by anybody where sign-up is open."""

    display_name = forms.CharField(
        label="Your name",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="How you are greeted. You can leave it out.",
    )
    field_order = ("display_name", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invitation = accounts.invitation_for(context.request.session.get(allauth_adapter.INVITATION_KEY, ""))
        if invitation and invitation.email:
            self.fields["email"].initial = invitation.email
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "The invitation is for this address."


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        required=False,
        max_length=254,
        help_text="Then only this address can sign up with the link. Empty: whoever has the link.",
    )
    days = forms.IntegerField(
        label="Good for how many days", min_value=1, max_value=90, initial=accounts.INVITATION_DAYS
    )


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # (Django has no subscript at run time)
    default_model = forms.ChoiceField(label="Model", required=False, help_text="For new chats; each can use another.")

    class Meta:
        model = User
        fields = (
            "display_name",
            "default_model",
            "default_k",
            "instructions",
            "memory_enabled",
            "keep_sensitive",
            "theme",
            "enter_to_send",
        )
        labels = {
            "display_name": "Your name",
            "default_k": "Turns kept word for word",
            "instructions": "Your instructions",
            "memory_enabled": "Remember what I say",
            "keep_sensitive": "Sensitive things",
            "enter_to_send": "Enter sends the message",
        }
        help_texts = {
            "default_k": (
                "So many of the latest questions and answers go to the model as they are; "
                "what is older goes as a summary. For new chats; each can have its own number."
            ),
            "instructions": "Go to the model with every message, in every chat.",
            "memory_enabled": (
                "Off means off: nothing is recalled and nothing is learned, in any chat. "
                "What is remembered already stays until you delete it."
            ),
            "keep_sensitive": (
                "Health, religion and politics, intimate life, ethnic origin, money, trouble with the law. "
                "“Ask me”: it waits on the memory page until you decide, and is not used before. "
                "What is remembered already stays."
            ),
            "enter_to_send": "Shift+Enter begins a new line. Off: Enter does, and Ctrl+Enter or ⌘+Enter sends.",
        }
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "instructions": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "keep_sensitive": forms.RadioSelect,
            "theme": forms.RadioSelect,
        }

    def __init__(self, *args: Any, models: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(models)
        chosen = self.instance.default_model
        # A choice that is not listed now may be listed again tomorrow; one that the operator took away may not.
        if chosen and chosen not in names and not settings.MEMORYBOT_MODELS:
            names.append(chosen)
        default = f"As the server: {names[0]}" if names else "As the server"
        self.fields["default_model"].choices = [("", default), *((name, name) for name in names)]  # type: ignore[attr-defined]


class FactForm(forms.Form):
    statement = forms.CharField(
        label="What is true",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text="A sentence that stands alone. What you write here is not changed by the machine.",
    )


class ConversationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The settings of one conversation. A clean memory or a temporary chat is chosen when it begins, and stays."""

    model = forms.ChoiceField(label="Model")

    class Meta:
        model = Conversation
        fields = ("model", "k", "temperature", "instructions", "memory_mode")
        labels = {
            "k": "Turns kept word for word",
            "temperature": "Temperature",
            "instructions": "Instructions for this conversation",
            "memory_mode": "Memory",
        }
        help_texts = {
            "k": "What is older goes to the model as a summary.",
            "temperature": "0 is the most predictable; up to 2.",
        }
        widgets = {
            "temperature": forms.NumberInput(attrs={"step": "0.1", "min": "0", "max": "2"}),
            "instructions": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        }

    def __init__(self, *args: Any, models: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(dict.fromkeys([*models, *([] if settings.MEMORYBOT_MODELS else [self.instance.model])]))
        self.fields["model"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        fixed = {MemoryMode.OWN, MemoryMode.TEMPORARY}
        mode = MemoryMode(self.instance.memory_mode)
        modes = [mode] if mode in fixed else [other for other in MemoryMode if other not in fixed]
        self.fields["memory_mode"].choices = [(other.value, other.label) for other in modes]  # type: ignore[attr-defined]
