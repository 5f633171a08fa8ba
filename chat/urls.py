from django.urls import path

from chat.views import chat

app_name = "chat"
urlpatterns = [
    path("", chat.page, name="home"),
    path("history/", chat.history, name="history"),
    path("c/<uuid:conversation_id>/", chat.page, name="conversation"),
    path("c/<uuid:conversation_id>/settings/", chat.conversation_settings, name="conversation_settings"),
    path("c/<uuid:conversation_id>/rename/", chat.rename, name="rename"),
    path("c/<uuid:conversation_id>/delete/", chat.delete, name="delete"),
    path("c/<uuid:conversation_id>/restore/", chat.restore, name="restore"),
    path("conversations/clear/", chat.clear, name="clear"),
    path("conversations/restore/", chat.restore_many, name="restore_many"),
    path("messages/<uuid:message_id>/context/", chat.message_context, name="context"),
    path("model/status/", chat.model_status, name="model_status"),
]
