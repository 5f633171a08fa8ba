from django.urls import path

from chat.views import accounts, chat, exports, health, memory, memory_learning, search

app_name = "chat"
urlpatterns = [
    path("", chat.page, name="home"),
    path("history/", chat.history, name="history"),
    path("c/<uuid:conversation_id>/", chat.page, name="conversation"),
    path("c/<uuid:conversation_id>/settings/", chat.conversation_settings, name="conversation_settings"),
    path("c/<uuid:conversation_id>/rename/", chat.rename, name="rename"),
    path("c/<uuid:conversation_id>/delete/", chat.delete, name="delete"),
    path("c/<uuid:conversation_id>/restore/", chat.restore, name="restore"),
    path("c/<uuid:conversation_id>/export.<str:extension>", exports.conversation, name="export"),
    path("conversations/clear/", chat.clear, name="clear"),
    path("conversations/restore/", chat.restore_many, name="restore_many"),
    path("messages/<uuid:message_id>/context/", chat.message_context, name="context"),
    path("model/status/", chat.model_status, name="model_status"),
    path("memory/", memory.overview, name="memory"),
    path("memory/clear/", memory.clear, name="clear_memory"),
    path("memory/panel/", memory.panel, name="memory_panel"),
    path("memory/learning/", memory_learning.overview, name="learning"),
    path("memory/learning/estimate/", memory_learning.estimate, name="learning_estimate"),
    path("memory/learning/begin/", memory_learning.begin, name="learning_begin"),
    path("memory/learning/stop/", memory_learning.stop, name="learning_stop"),
    path("memory/learning/progress/", memory_learning.progress, name="learning_progress"),
    path("memory/<uuid:entity_id>/", memory.entity, name="entity"),
    path("memory/changes/<uuid:change_id>/undo/", memory.undo_change, name="undo_change"),
    path("memory/facts/<uuid:fact_id>/edit/", memory.edit_fact, name="edit_fact"),
    path("memory/facts/<uuid:fact_id>/forget/", memory.forget_fact, name="forget_fact"),
    path("memory/facts/<uuid:fact_id>/delete/", memory.delete_fact, name="delete_fact"),
    path("search/", search.messages, name="search"),
    path("settings/", accounts.edit_settings, name="settings"),
    path("settings/invitations/", accounts.invitations, name="invitations"),
    path("setup/<str:token>/", accounts.setup, name="setup"),
    path("invitation/<str:token>/", accounts.invitation, name="invitation"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]
