"""Somebody who visits a real server: pages over HTTP with a cookie jar, and the websocket with the same cookies."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import websockets

TOKEN = re.compile(r'name="csrf(?:middlewaretoken"\s+value|-token"\s+content)="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """An answer after redirects; `url` is where it came from in the end."""

    status: int
    url: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def token(self) -> str:
        """What a form of this page has to bring along."""
        found = TOKEN.search(self.text)
        return found[1] if found else ""


class Visitor:
    def __init__(self, url: str) -> None:
        self.url = url
        self._jar = CookieJar()
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self._jar))

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return self._open(Request(self.url + path, headers=dict(headers or {})))

    def post(
        self,
        path: str,
        fields: Mapping[str, str] | None = None,
        *,
        form: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Fill in and send a form; its token comes from the page at `form` (the same address unless said)."""
        token = self.get(form or path).token
        body = urlencode({"csrfmiddlewaretoken": token, **(fields or {})}).encode()
        return self._open(Request(self.url + path, data=body, headers={"Referer": self.url, **(headers or {})}))

    def send(self, path: str, body: bytes | None, headers: Mapping[str, str]) -> Page:
        """Exactly this request, without the jar; redirects are not followed."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            connection.request("POST" if body else "GET", path, body, {**form, **headers})
            answer = connection.getresponse()
            return Page(answer.status, self.url + path, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def socket(self, *, url: str = "", origin: str | None = None, **options: Any) -> Any:
        """Connect to /ws/chat/ as this visitor's page would: `async with visitor.socket() as socket`."""
        base = url or self.url
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies().items())
        return websockets.connect(
            f"ws://{urlsplit(base).netloc}/ws/chat/",
            origin=origin if origin is not None else base,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies} if cookies else {},
            proxy=None,
            **options,
        )

    def _open(self, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Page(answer.status, answer.url, dict(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return Page(error.code, error.url, dict(error.headers), error.read())


async def read_frame(socket: Any, *types: str, seconds: float = 10) -> dict[str, Any]:
    """The next frame of one of these types; others that come before it are passed over."""
    async with asyncio.timeout(seconds):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] in types:
                return frame
