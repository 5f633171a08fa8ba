from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "MemoryBot"

    def ready(self) -> None:
        from chat import checks  # noqa: F401  (importing registers them)
