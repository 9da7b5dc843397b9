"""Pages in a real browser, for the tests that look at them: which pages, and how to look."""

import json
import os
import shutil
from pathlib import Path

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

# Every kind of page of the shipped engagements. A new kind, or another engagement, is a line here.
EDITIONS = [
    "skanderborg/case_report.public.da",
    "skanderborg/case_report.client.da",
    "eksempelkommune/case_report.public.da",
    "eksempelkommune/case_report.client.da",
    "eksempelkommune/learning_summary.internal.da",
    "eksempelkommune/seminars.internal.da",
    "eksempelkommune/workshops.internal.da",
    "eksempelkommune/tool_design.internal.da",
    "casebook.internal.da",
    "skanderborg/case_report.public.en",
    "eksempelkommune/case_report.client.en",
    "eksempelkommune/learning_summary.internal.en",
    "casebook.internal.en",
]

# The fictional engagements with one hard case each; the empty name is the casebook about them.
ARCHETYPES = [
    "",
    "eksempelkommune",
    *sorted(
        path.stem for path in (Path(__file__).parent / "cases/archetypes/params").glob("*.yaml")
    ),
]

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER) and not os.environ.get("CI"),
    reason="needs chromium and chromedriver (Debian: chromium, chromium-driver)",
)

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def look(browser, page: Path, width: int, scheme: str = "light", media: str = "screen") -> None:
    """Open a page in a window of `width` px."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": wish} for name, wish in wishes.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    browser.get(page.as_uri())


def requests_of(browser, page: Path) -> list[str]:
    """What a page asked for since this was last called, besides itself and its own data."""
    told = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    sent = [one["params"] for one in told if one["method"] == "Network.requestWillBeSent"]
    asked = [one["request"]["url"] for one in sent if page.name in one["documentURL"]]
    return [url for url in asked if page.name not in url and not url.startswith("data:")]


# Text that leaves its box or the window: nothing a reader could get at.
OVERFLOW = """
const found = [];
for (const element of document.querySelectorAll('main *, header *, footer *')) {
  if (element.closest('svg') || element.closest('[role=region]')) continue;
  const box = element.getBoundingClientRect();
  if (box.width && (box.right > innerWidth + 1 || box.left < -1) && getComputedStyle(element).position !== 'absolute')
    found.push(element.tagName + ' ' + element.textContent.slice(0, 40));
}
return found;
"""
