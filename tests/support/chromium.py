"""A headless Chromium, from Debian's packages."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver

# `--no-sandbox` is required to run as root. The other options disable requests that are not those of the pages.
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
    """Start a browser with a new profile in an empty folder; skip the test if Chromium is not installed."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip(
            "chromium and chromedriver are not on the PATH; on Debian: apt-get install chromium chromium-driver"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for option in (*OPTIONS, f"--user-data-dir={profile}"):
        options.add_argument(option)
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as window:
        window.set_page_load_timeout(30)
        yield window
