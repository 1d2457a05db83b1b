"""The watch over browser pages sees what it is there to see."""

from playwright.sync_api import Page

from tests.watched import Watch


def test_faults_of_a_page_are_seen_unless_allowed(browser_page: Page, watch: Watch) -> None:
    browser_page.goto("/robots.txt")
    assert watch.unexpected() == []
    browser_page.goto("/there/is/nothing/here")
    browser_page.evaluate("console.error('a fault of ours')")
    browser_page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    browser_page.evaluate("fetch('https://elsewhere.example/').catch(() => null)")
    browser_page.evaluate(
        "() => { const made = document.createElement('style'); made.textContent = 'p {}'; document.head.append(made) }"
    )
    browser_page.wait_for_timeout(200)
    seen = "\n".join(watch.unexpected())
    for expected in ("404", "a fault of ours", "thrown", "elsewhere.example", "Content Security Policy"):
        assert expected in seen
    watch.allow(".")
    assert watch.unexpected() == []
