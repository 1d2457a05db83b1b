"""The watch over browser pages sees what it is there to see."""

import time
from collections.abc import Sequence

from playwright.sync_api import Page

from tests.patience import soon
from tests.watched import Watch


def not_among(faults: Sequence[str], expected: Sequence[str]) -> list[str]:
    return [part for part in expected if not any(part in fault for fault in faults)]


def test_faults_of_a_page_are_seen_unless_allowed(browser_page: Page, watch: Watch) -> None:
    browser_page.goto("/robots.txt")
    browser_page.evaluate("console.error('htmx:sendAbort', document.body)")  # given up for a newer one
    browser_page.goto("/there/is/nothing/here")
    browser_page.evaluate("console.error('a fault of ours')")
    browser_page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    browser_page.evaluate("fetch('https://elsewhere.example/').catch(() => null)")
    browser_page.evaluate(
        "() => { const made = document.createElement('style'); made.textContent = 'p {}'; document.head.append(made) }"
    )
    expected = ("404", "a fault of ours", "thrown", "elsewhere.example", "Content Security Policy")
    give_up = soon()
    while (missing := not_among(watch.unexpected(), expected)) and time.monotonic() < give_up:
        browser_page.wait_for_timeout(20)
    assert not missing
    assert not any("sendAbort" in fault for fault in watch.unexpected())
    watch.allow(".")
    assert watch.unexpected() == []


REQUESTS = """() => {
    new Image().src = 'https://picture.example/';
    new Image().src = 'http://10.1.2.3/number.png';
    fetch('https://fetched.example/').catch(() => null);
    navigator.sendBeacon('https://beacon.example/');
    const link = document.createElement('link');
    Object.assign(link, { rel: 'prefetch', href: 'https://later.example/' });
    document.head.append(link);
}"""


def test_requests_to_other_hosts_are_seen_where_no_policy_stops_them(browser_page: Page, watch: Watch) -> None:
    browser_page.goto("about:blank")
    browser_page.evaluate(REQUESTS)
    expected = ("picture.example", "10.1.2.3/number.png", "fetched.example", "beacon.example", "later.example")
    give_up = soon()
    while (missing := not_among(watch.unexpected(), expected)) and time.monotonic() < give_up:
        browser_page.wait_for_timeout(20)
    assert not missing
    assert all("NAME_NOT_RESOLVED" in fault for fault in watch.unexpected())
    watch.allow(".")
