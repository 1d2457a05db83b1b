"""The flag queue with keyboard and mouse: two reviewers, one picture asked for, decisions made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import arrived
from tests.browser.test_accessibility import faults
from tests.live import Site
from tests.watched import Opener, Watch

PASSWORD = "a password of a test"
MAKE = """
from django.contrib.auth.models import Group, User
from browse.curation import actions
from browse.models import Image
for name in ({one!r}, {other!r}):
    user = User.objects.create_user(name, password={password!r})
    user.groups.add(Group.objects.get(name="reviewer"))
images = Image.objects.order_by("pk")[:3]
print(*(actions.flag_image(image_id=image.image_id, reason="privacy", why={why!r}).pk for image in images))
"""
DECIDED = """
from browse.models import Decision
print([(d.flag_id, d.outcome, d.by, d.why) for d in Decision.objects.filter(by={name!r}).in_order()])
"""
CLEAR = """
from browse.curation import actions, queue
from browse.models import Decision, Hiding
for flag in queue.pending_flags():
    actions.decide_flag(flag=flag.pk, outcome="dismissed", by="test")
for hiding in Hiding.objects.newest().filter(hidden=True):
    actions.unhide_image(image_id=hiding.image_id, by="test", why="the end of a test")
"""


@dataclass(frozen=True)
class Queue:
    """Three flags that wait, in order, and two reviewers."""

    site: Site
    flags: list[int]
    one: str
    other: str

    def open(self, page: Page, name: str) -> Page:
        page.goto("/admin/login/?next=/admin/browse/flag/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        arrived(page, "^[^?]*/admin/browse/flag/$")
        expect(card(page, self.flags[0])).to_be_visible()
        return page

    def decided(self, name: str) -> str:
        return self.site.manage("shell", "-v0", "-c", DECIDED.format(name=name)).strip()


def card(page: Page, flag: int) -> Locator:
    return page.locator(f"[data-card][aria-labelledby=flag-{flag}]")


def blur(picture: Locator) -> str:
    return str(picture.evaluate("picture => getComputedStyle(picture).filter"))


@pytest.fixture
def watch(live_curated: str) -> Watch:
    return Watch(live_curated)


@pytest.fixture
def queue(curated_site: Site) -> Iterator[Queue]:
    mark = uuid.uuid4().hex[:6]
    one, other = f"one-{mark}", f"other-{mark}"
    made = MAKE.format(one=one, other=other, password=PASSWORD, why=f"see {mark}")
    flags = [int(pk) for pk in curated_site.manage("shell", "-v0", "-c", made).split()]
    yield Queue(curated_site, flags, one, other)
    curated_site.manage("shell", "-v0", "-c", CLEAR)


def test_the_queue_is_worked_through_by_keyboard_alone(queue: Queue, open_page: Opener) -> None:
    page = queue.open(open_page(), queue.one)
    first, second, third = (card(page, flag) for flag in queue.flags)
    page.keyboard.press("j")
    expect(first).to_be_focused()
    picture = first.locator(".veiled img")
    assert "blur" in blur(picture)
    with page.expect_response(lambda answer: answer.url.endswith("/look")):
        page.keyboard.press("s")
    expect(picture).to_have_css("filter", "none")
    other = queue.open(open_page(fresh=True), queue.other)  # somebody else, with cookies of their own
    expect(card(other, queue.flags[0]).get_by_text(f"{queue.one} is looking")).to_be_visible()
    expect(card(other, queue.flags[1]).get_by_text("is looking")).to_be_hidden()
    assert not faults(page)
    page.keyboard.press("d")
    expect(page.get_by_text(f"Flag {queue.flags[0]}: dismissed.")).to_be_visible()
    expect(first).to_have_count(0)
    expect(second).to_be_focused()
    second.locator("[name=why]").fill("duhs")  # keys are letters while one types
    page.keyboard.press("Shift+Tab")
    second.locator("h2 a").focus()
    page.keyboard.press("u")
    expect(page.get_by_text(f"Flag {queue.flags[1]}: upheld.")).to_be_visible()
    expect(third).to_be_visible()
    a, b, _ = queue.flags
    assert queue.decided(queue.one) == str([(a, "dismissed", queue.one, ""), (b, "upheld", queue.one, "duhs")])


@pytest.mark.deep
def test_a_key_held_down_decides_once(queue: Queue, open_page: Opener) -> None:
    page = queue.open(open_page(), queue.one)
    page.keyboard.press("j")
    for _ in range(6):
        page.keyboard.down("d")
    expect(page.get_by_text(f"Flag {queue.flags[0]}: dismissed.")).to_be_visible()
    expect(card(page, queue.flags[1])).to_be_focused()
    for _ in range(6):
        page.keyboard.down("d")
    page.keyboard.up("d")
    assert queue.decided(queue.one) == str([(queue.flags[0], "dismissed", queue.one, "")])


@pytest.mark.deep
def test_hiding_and_many_at_once_by_mouse_on_a_phone(queue: Queue, open_page: Opener) -> None:
    page = queue.open(open_page(viewport={"width": 390, "height": 844}), queue.one)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = card(page, queue.flags[0])
    image_id = first.locator(".facts a.mono").inner_text()
    assert page.request.get(f"/image/{image_id}").status == 200
    first.get_by_label("Why").fill("asked by the parents")
    first.get_by_role("button", name="Uphold and hide image").click()
    expect(page.get_by_text("upheld, and the image is hidden")).to_be_visible()
    assert page.request.get(f"/image/{image_id}").status == 404
    for flag in queue.flags[1:]:
        page.get_by_label(f"Choose flag {flag}").check()
    page.get_by_role("button", name="Dismiss…").click()
    expect(page.get_by_role("heading", name="Dismiss 2 flags?")).to_be_visible()
    page.get_by_role("button", name="Dismiss 2").click()
    expect(page.get_by_text("Done: 2 of 2.")).to_be_visible()
    assert queue.decided(queue.one).count("'dismissed'") == 2
