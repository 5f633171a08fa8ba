"""What MemoryBot stores: people, conversations, and the entity memory."""

from chat.models.conversations import (
    ContextReceipt,
    Conversation,
    MemoryMode,
    Message,
    ReceiptItem,
    ReplyChunk,
    Role,
    Status,
    TitleBy,
)
from chat.models.memory import (
    Entity,
    EntityAlias,
    EntityKind,
    Fact,
    FactSource,
    FactStatus,
    MemoryChange,
    MemoryRun,
    Operation,
    Origin,
    RunState,
    Suppression,
)
from chat.models.users import Invitation, Theme, User
from chat.models.vectors import FactVector, MessageVector

__all__ = [
    "ContextReceipt",
    "Conversation",
    "Entity",
    "EntityAlias",
    "EntityKind",
    "Fact",
    "FactSource",
    "FactStatus",
    "FactVector",
    "Invitation",
    "MemoryChange",
    "MemoryMode",
    "MemoryRun",
    "Message",
    "MessageVector",
    "Operation",
    "Origin",
    "ReceiptItem",
    "ReplyChunk",
    "Role",
    "RunState",
    "Status",
    "Suppression",
    "Theme",
    "TitleBy",
    "User",
]
