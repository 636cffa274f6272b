"""Looks at a page of `cargo lab site` as a file, with no network: what its first figure tells, how it is drawn nearer, the search.

    site.py PAGE.html
"""
import sys
from pathlib import Path

from chromium import Chromium

page = Path(sys.argv[1]).absolute()
WORDS = "(tip => tip.hidden ? '' : tip.textContent)(document.querySelector('#tip'))"
WIDE = "document.querySelector('.picture').firstElementChild.getBoundingClientRect().width"

with Chromium(1300, 900) as browser:
    browser.call("Network.enable")
    browser.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
    browser.open(page.as_uri())
    browser.wait("a live figure", "!!document.querySelector('.told[tabindex=\"0\"]')")
    browser.evaluate("document.querySelector('figure.lab').scrollIntoView({behavior: 'instant'})")
    x, y = browser.evaluate("(box => [box.x + box.width / 2, box.y + box.height / 2])(document.querySelector('.told').getBoundingClientRect())")
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    browser.wait("words at the pointer", f"{WORDS} === 'async: 25 ms'")
    browser.evaluate("document.querySelector('.told').focus()")
    browser.press("ArrowRight", 39)
    browser.wait("words at the key", f"{WORDS} === 'threads: 11 ms'")
    browser.press("Escape", 27)
    browser.wait("no words", f"{WORDS} === ''")
    wide = browser.evaluate(WIDE)
    browser.press("+", 187)
    browser.wait("a nearer drawing", f"{WIDE} > 1.9 * {wide}")
    browser.press("0", 48)
    browser.wait("the whole drawing", f"{WIDE} === {wide}")
    browser.resize(380, 800)
    browser.wait("a page no wider than a phone", "document.documentElement.scrollWidth <= 380")
    for menu in [".sidebar-drawer", ".toc-drawer"]:
        browser.evaluate(f"document.querySelector('{menu} a').focus()")
        seen = f"(box => box.left >= 0 && box.right <= innerWidth)(document.querySelector('{menu} a').getBoundingClientRect())"
        browser.wait(f"a menu of a narrow page, {menu}, that shows what is focused in it", seen)
    browser.open(page.with_name("search.html").as_uri() + "?q=synchronous")
    browser.wait("a page that was searched for", "!!document.querySelector('#search-results a[href*=\"07-a-demonstration\"]')")
print("pointer, keys, zoom, phone and search work from a file")
