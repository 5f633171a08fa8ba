"""LangChain's ConversationEntityMemory, the tutorial's, and ours, told the same things: `make compare-langchain`."""
