"""The conversation as one page that stands alone: it loads nothing, runs nothing, and prints well."""

import base64
import hashlib
from collections.abc import Iterator

from django.template.loader import get_template
from django.utils.safestring import mark_safe

from chat.models import Message, Role
from chat.services import markdown
from chat.services.exports import reading


def render(head: reading.Head, batches: Iterator[reading.Batch]) -> Iterator[str]:
    # From our own file, and without the template's last line break, which the digest would have to know of.
    style = get_template("exports/style.css").render().strip()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    start = {"head": head, "style": mark_safe(style), "digest": digest}  # noqa: S308
    yield get_template("exports/head.html").render(start)
    template = get_template("exports/message.html")
    for batch in batches:
        yield "".join(template.render(_context(head, message)) for message in batch)
    yield "</main>\n</body>\n</html>\n"


def _context(head: reading.Head, message: Message) -> dict[str, object]:
    said = message.role == Role.USER
    return {
        "message": message,
        "speaker": head.speaker(message),
        # People's words stay as they typed them; the model writes Markdown.
        "text": message.text if said else markdown.to_html(message.text),
        "said": said,
        "note": reading.note_of(message),
    }
