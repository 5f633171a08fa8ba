"""Settings for the suite, set before Django reads them (loaded first, by ``-p`` in pyproject.toml).

What a developer has in the shell or in .env must not reach a test: every variable that matters is set here.
DATABASE_URL and REDIS_URL are left alone, so that the same suite runs on PostgreSQL and Redis.
"""

import os
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
DATA_DIR = Path(tempfile.mkdtemp(prefix="memorybot-tests-"))
# WhiteNoise warns of a missing folder, and warnings are errors.
(DATA_DIR / "static").mkdir()

os.environ.update(
    {
        # One for each worker, whose Redis is the same.
        "DJANGO_SECRET_KEY": f"a-key-for-tests-only-0123456789-abcdefghijklmnop-{WORKER}",
        "DJANGO_DEBUG": "false",
        "DJANGO_ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "MEMORYBOT_DATA_DIR": str(DATA_DIR),
        "HOST": "",
        "PORT": "",
        "MEMORYBOT_URL": "",
        "MEMORYBOT_SIGNUP": "invite",
        "MEMORYBOT_LOCAL_MODEL": "off",
        "MEMORYBOT_MODELS": "",
        "MEMORYBOT_MEMORY_MODEL": "",
        "MEMORYBOT_EMBEDDINGS": "off",
        "MEMORYBOT_INSTRUCTIONS": "",
        "MEMORYBOT_MEMORY_INSTRUCTIONS": "",
        "MEMORYBOT_SILENCE_SECONDS": "4",
        "OPENAI_API_KEY": "sk-the-servers-key",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_MODEL": "scripted",
        "EMAIL_URL": "",
        "MEMORYBOT_FROM_EMAIL": "",
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
    }
)
