"""Firefox, driven through its own WebDriver BiDi: a thin driver with what the journeys need."""

from __future__ import annotations

import functools
import itertools
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from tests.debian import program
from tests.watched import GIVEN_UP

MISSING = "The journeys in Firefox need it: install it, or say where it is: FIREFOX=/path/to/firefox make test"
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
STARTS_WITHIN_S, ANSWERS_WITHIN_S, SHOWS_WITHIN_S = 180, 60, 30
EVENTS = ("log.entryAdded", "network.beforeRequestSent")
KEYS = {
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Space": " ",
    "Tab": "\ue004",
    "Backspace": "\ue003",
    "Shift": "\ue008",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
"""Of WebDriver, section 17.4.2."""
MIDDLE = """async selector => {
    const still = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const place = element => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return width && height ? [Math.round(left + width / 2), Math.round(top + height / 2)] : null;
    };
    if (document.readyState !== "complete") return null;
    const element = document.querySelector(selector);
    if (!element) return null;
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const before = place(element);
    await still();
    const after = place(element);
    if (!before || !after || before.join() !== after.join()) return null;
    const hit = document.elementFromPoint(...after);
    return hit && (element.contains(hit) || hit.contains(element)) ? after : null;
}"""
"""Where the mouse meets an element: of a page that is loaded, once it stands still and nothing else lies over it."""


class BidiError(Exception):
    """Firefox refused a command."""


@functools.cache
def executable() -> str:
    """Path of Firefox. Raises ProgramMissingError."""
    return program(("firefox-esr", "firefox"), ("firefox-esr",), variable="FIREFOX", missing=MISSING)


@dataclass
class Firefox:
    """A running Firefox with one session."""

    socket: ClientConnection
    events: list[dict[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command; returns its result. Raises BidiError. Events that come before it are kept."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=ANSWERS_WITHIN_S))
            if message["type"] == "event":
                self.events.append(message)
            elif message.get("id") == number:
                if message["type"] == "error":
                    raise BidiError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]

    @contextmanager
    def page(self, base_url: str, *, width: int = 1440, height: int = 900) -> Iterator[Tab]:
        """A tab with cookies and storage of its own."""
        user = self.call("browser.createUserContext")["userContext"]
        context = self.call("browsingContext.create", type="tab", userContext=user)["context"]
        self.call("browsingContext.setViewport", context=context, viewport={"width": width, "height": height})
        self.events.clear()
        try:
            yield Tab(self, context, base_url)
        finally:
            self.call("browser.removeUserContext", userContext=user)


@dataclass(frozen=True)
class Tab:
    """A page in Firefox."""

    firefox: Firefox
    context: str
    base_url: str

    def open(self, path: str) -> None:
        """Go to a path of the site and wait until all of it is loaded."""
        self.firefox.call("browsingContext.navigate", context=self.context, url=self.base_url + path, wait="complete")

    def back(self) -> None:
        """As the browser's button."""
        self.firefox.call("browsingContext.traverseHistory", context=self.context, delta=-1)

    def evaluate(self, function: str, *arguments: object) -> Any:
        """What a function in JavaScript returns, as JSON tells it. Raises BidiError for what it throws."""
        found = self.firefox.call(
            "script.callFunction",
            functionDeclaration=f"async (...all) => JSON.stringify(await ({function})(...all.map(JSON.parse))) ?? null",
            arguments=[{"type": "string", "value": json.dumps(argument)} for argument in arguments],
            target={"context": self.context},
            awaitPromise=True,
        )
        if found["type"] == "exception":
            raise BidiError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def wait(self, function: str, *arguments: object) -> Any:
        """What a function in JavaScript returns, once that is true: over loads of other pages too."""
        until = time.monotonic() + SHOWS_WITHIN_S
        found: Any = None
        while time.monotonic() < until:
            try:
                found = self.evaluate(function, *arguments)
            except BidiError as error:  # between two documents
                found = error
            else:
                if found:
                    return found
            time.sleep(0.03)
        page = self.evaluate("() => `${location.href}\n${document.body.innerText.slice(0, 1000)}`")
        raise AssertionError(f"{function} is not true of{arguments or ''}: {found!r}\n{page}")

    def words(self, selector: str) -> str:
        """The text of the first element with this selector, once there is one."""
        found: str = self.wait("s => document.querySelector(s)?.innerText.trim()", selector)
        return found

    def has(self, selector: str, words: str = "") -> None:
        """Wait until there is an element with this selector and these words in it."""
        self.wait("(s, w) => [...document.querySelectorAll(s)].some(e => e.textContent.includes(w))", selector, words)

    def lacks(self, selector: str) -> None:
        """Wait until no such element is to be seen."""
        self.wait("s => ![...document.querySelectorAll(s)].some(e => e.checkVisibility())", selector)

    @property
    def url(self) -> str:
        """The address shown."""
        found: str = self.evaluate("() => location.href")
        return found

    def at(self, pattern: str) -> None:
        """Wait for an address with this regular expression, loaded and with grid and facets where it has them."""
        self.wait(
            """p => new RegExp(p).test(location.href) && document.readyState === "complete"
                && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, #filters[aria-busy]")
                && (!document.querySelector("#facets") || !!document.querySelector("#facets [data-version]"))""",
            pattern,
        )

    def click(self, selector: str, *, shift: bool = False) -> None:
        """With the mouse, on the middle of the first such element."""
        x, y = self.wait(MIDDLE, selector)
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "actions": [{"type": "pointerMove", "x": x, "y": y}, *press]}
        pauses = [{"type": "pause"}] * 2
        held = [{"type": "keyDown", "value": KEYS["Shift"]}, *pauses, {"type": "keyUp", "value": KEYS["Shift"]}]
        self._act([{"type": "key", "id": "shift", "actions": held}, mouse] if shift else [mouse])

    def hover(self, selector: str) -> None:
        """The mouse over the middle of the first such element."""
        x, y = self.wait(MIDDLE, selector)
        self._act([{"type": "pointer", "id": "mouse", "actions": [{"type": "pointerMove", "x": x, "y": y}]}])

    def press(self, *keys: str) -> None:
        """Keys one after the other, by name or as they are written."""
        strokes = [KEYS.get(key, key) for key in keys]
        actions = [{"type": kind, "value": key} for key in strokes for kind in ("keyDown", "keyUp")]
        self._act([{"type": "key", "id": "keyboard", "actions": actions}])

    def type(self, text: str) -> None:
        """Text, key by key."""
        self.press(*text)

    def fill(self, selector: str, text: str) -> None:
        """Text into a field that is empty, by mouse and keyboard, which then has all of it."""
        self.click(selector)
        self.wait("s => document.activeElement?.matches(s)", selector)
        self.type(text)
        self.wait("(s, t) => document.querySelector(s).value === t", selector, text)

    def faults(self) -> list[str]:
        """Errors in its console, and requests that left the site, since it was opened."""
        self.firefox.call("session.status")
        return [fault for event in self.firefox.events if (fault := self._fault(event["method"], event["params"]))]

    def _fault(self, method: str, told: dict[str, Any]) -> str:
        if method == "log.entryAdded":
            is_fault = told["level"] == "error" and not GIVEN_UP.match(told["text"])
            return f"console: {told['text']}" if is_fault else ""
        url = told["request"]["url"]
        own = {"", urlsplit(self.base_url).netloc}
        return "" if urlsplit(url).netloc in own else f"foreign request: {url}"

    def _act(self, actions: Sequence[dict[str, Any]]) -> None:
        self.firefox.call("input.performActions", context=self.context, actions=actions)


@contextmanager
def running() -> Iterator[Firefox]:
    """A headless Firefox with a new profile, until the block ends."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        arguments = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile]
        told = Path(profile) / "stderr"
        with told.open("wb") as stderr:
            process = subprocess.Popen([executable(), *arguments], stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            address = f"{_address(process, told)}/session"
            with connect(address, max_size=None, proxy=None, open_timeout=STARTS_WITHIN_S) as socket:
                firefox = Firefox(socket)
                firefox.call("session.new", capabilities={})
                firefox.call("session.subscribe", events=list(EVENTS))
                yield firefox
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(process: subprocess.Popen[bytes], told: Path) -> str:
    """Where it listens, which it says once."""
    until = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        if found := LISTENING.search(told.read_text(errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"Firefox does not listen:\n{told.read_text(errors='replace')}")
