"""A real browser for tests: Debian's Chromium, without a window."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver

# Without a sandbox of its own it runs as root, too; and it asks nobody but the pages under test.
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=900,700",
]


@contextmanager
def chromium(profile: Path) -> Generator[webdriver.Chrome]:
    """Start a browser with a new profile in an empty folder; skip the test where there is none."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("this machine has no Chromium: install Debian's packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for option in (*OPTIONS, f"--user-data-dir={profile}"):
        options.add_argument(option)
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as window:
        window.set_page_load_timeout(30)
        yield window
