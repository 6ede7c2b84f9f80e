"""`doctor` against sandboxes that have each of the problems it reports."""

import time
from importlib import metadata

import pytest

from spotify import ClientConfig
from spotify.cli.doctor import examine
from spotify.cli.session import ALL, Settings
from spotify.testing import Fault, SpotifySandbox
from spotify.user_login import login
from tests.support.sandbox_browser import SandboxBrowser
from tests.support.tls_server import CertificateAuthority, https_server

pytestmark = pytest.mark.slow


class Doctor:
    """Examinations of a sandbox.

    Attributes:
        sandbox: The sandbox.
        environ: The environment variables.
    """

    def __init__(self, sandbox, directory):
        self.sandbox = sandbox
        self.directory = directory
        self.environ = {**sandbox.environment(), "SPOTIFY_MAX_RETRIES": "0"}

    async def log_in(self, *scopes, user=None):
        self.sandbox.consent(user=user)
        options = {"client_id": self.sandbox.client_id, "directory": self.directory, "open_browser": SandboxBrowser()}
        async with login(*scopes, config=ClientConfig.from_env(self.environ), **options):
            pass

    async def findings(self, now=time.time):
        """Return the findings by topic."""
        found = await examine(Settings(), environ=self.environ, directory=self.directory, now=now)
        text = "\n".join(f"{finding.text} {finding.advice}" for finding in found)
        assert self.sandbox.client_secret not in text
        return {finding.topic: finding for finding in found if finding.topic != "environment" or finding.status != "ok"}

    async def problem(self, topic, **arguments):
        """Return the text and the advice of the only problem."""
        found = await self.findings(**arguments)
        assert [finding.topic for finding in found.values() if finding.status == "problem"] == [topic]
        return f"{found[topic].text} → {found[topic].advice}"


@pytest.fixture(scope="module")
def packages():
    return metadata.packages_distributions()


@pytest.fixture
async def doctor(tmp_path, packages, monkeypatch):
    # It reads the metadata of everything that is installed, which takes longer than all other checks together.
    monkeypatch.setattr(metadata, "packages_distributions", lambda: packages)
    async with SpotifySandbox() as sandbox:
        yield Doctor(sandbox, tmp_path / "state")


async def test_without_a_problem_every_check_is_ok(doctor):
    await doctor.log_in(*ALL)
    found = await doctor.findings()
    assert {finding.status for finding in found.values()} == {"ok"}
    assert {"versions", "package", "time", "token", "scopes", "Premium", "allowlist", "quota mode", "usage"} <= set(
        found
    )
    assert "the login ends on" in found["token"].text


async def test_a_second_distribution_with_the_package_is_found(doctor, monkeypatch):
    monkeypatch.setattr(metadata, "packages_distributions", lambda: {"spotify": ["async-spotify-client", "spotify.py"]})
    assert "pip uninstall spotify.py" in await doctor.problem("package")


async def test_a_misspelt_variable_is_found(doctor):
    doctor.environ["SPOTIFY_MAX_RETRYS"] = "3"
    assert "SPOTIFY_MAX_RETRYS is not a variable of this library → did you mean SPOTIFY_MAX_RETRIES?" in (
        await doctor.problem("environment")
    )


async def test_an_invalid_setting_is_found(doctor):
    doctor.environ["SPOTIFY_API_URL"] = "http://example.com/v1"
    found = await doctor.findings()
    assert found["settings"].status == "problem"
    assert "api_url must be an https:// URL" in found["settings"].text


async def test_a_closed_port_is_found(doctor):
    doctor.environ["SPOTIFY_API_URL"] = "http://127.0.0.1:1/v1"
    text = await doctor.problem("network, Web API")
    assert "127.0.0.1" in text


@pytest.mark.parametrize(("seconds", "direction"), [(120, "ahead of"), (-120, "behind")])
async def test_a_wrong_clock_is_found(doctor, seconds, direction):
    text = await doctor.problem("time", now=lambda: time.time() + seconds)
    assert direction in text
    assert "set the clock" in text


async def test_a_missing_client_id_is_found(doctor):
    for name in ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"):
        del doctor.environ[name]
    assert "SPOTIFY_CLIENT_ID" in await doctor.problem("client id")


async def test_a_wrong_client_secret_is_found(doctor):
    doctor.environ["SPOTIFY_CLIENT_SECRET"] = "f" * 32
    assert "copy both again" in await doctor.problem("client id and secret")


async def test_a_redirect_uri_at_localhost_is_found(doctor):
    doctor.environ["SPOTIFY_REDIRECT_URI"] = "http://localhost:8888/callback"
    assert "127.0.0.1" in await doctor.problem("redirect URI")


async def test_a_revoked_login_is_found(doctor):
    await doctor.log_in("user-read-private")
    doctor.sandbox.revoke()
    assert "run `spotify-web login`" in await doctor.problem("token")


async def test_missing_scopes_and_the_end_of_the_login_are_notes(doctor):
    await doctor.log_in("user-read-private")
    found = await doctor.findings()
    assert found["scopes"].status == "note"
    assert "playlist-modify-private" in found["scopes"].text


async def test_an_owner_without_premium_is_found(doctor):
    await doctor.log_in("user-read-private")
    doctor.sandbox.configure(owner_premium=False)
    text = await doctor.problem("application owner")
    assert "Premium" in text or "premium" in text


async def test_a_user_who_is_not_on_the_list_is_found(doctor):
    await doctor.log_in("user-read-private")
    doctor.sandbox.configure(allowlist=[doctor.sandbox.catalogue.users[3].id])
    assert "ashboard" in await doctor.problem("allowlist")


async def test_a_user_without_premium_is_a_note(doctor):
    free = next(user for user in doctor.sandbox.catalogue.users if user.product != "premium")
    await doctor.log_in("user-read-private", user=free.id)
    found = await doctor.findings()
    assert found["Premium"].status == "note"


async def test_development_mode_is_a_note_with_its_evidence(tmp_path):
    async with SpotifySandbox(quota_mode="development") as sandbox:
        found = await Doctor(sandbox, tmp_path).findings()
    assert found["quota mode"].status == "note"
    assert "get-available-markets was refused 2 times" in found["quota mode"].text


async def test_a_closed_application_is_found(doctor, tmp_path):
    doctor.environ["SPOTIFY_USAGE_PATH"] = str(tmp_path / "usage")
    doctor.sandbox.fail("get-available-markets", Fault.status(429, retry_after=7200))
    found = await doctor.findings()
    assert "unknown: 429" in found["quota mode"].text


async def test_an_unreachable_redis_is_found(doctor):
    doctor.environ["SPOTIFY_REDIS_URL"] = "redis://:HUSH@127.0.0.1:1/0"
    text = await doctor.problem("Redis")
    assert "HUSH" not in text


async def test_a_cache_that_cannot_be_written_is_found(doctor, monkeypatch):
    doctor.environ.update(SPOTIFY_CACHE="sqlite", SPOTIFY_CACHE_PATH="/proc/cache/responses.sqlite3")
    monkeypatch.setattr("spotify.cli.doctor.os.access", lambda path, mode: False)  # root may write everywhere
    assert "/proc/cache" in await doctor.problem("cache")


async def test_an_access_token_in_the_environment_is_known(doctor):
    doctor.environ["SPOTIFY_ACCESS_TOKEN"] = "t"
    assert "environment" not in await doctor.findings()


async def test_without_a_client_secret_calls_need_a_user(doctor):
    del doctor.environ["SPOTIFY_CLIENT_SECRET"]
    found = await doctor.findings()
    assert (found["client secret"].status, found["token"].text) == ("note", "no user has logged in")
    assert "quota mode" not in found


async def test_a_damaged_client_id_file_is_found(doctor):
    del doctor.environ["SPOTIFY_CLIENT_ID"], doctor.environ["SPOTIFY_CLIENT_SECRET"]
    (doctor.directory / "application.json").mkdir(parents=True)
    assert "application.json" in (await doctor.findings())["application"].text


async def test_an_unavailable_token_endpoint_is_found(doctor):
    doctor.sandbox.fail("POST /api/token", Fault.status(503))
    assert "try again later" in await doctor.problem("client id and secret")


async def test_without_a_redirect_uri_the_default_is_named(doctor):
    del doctor.environ["SPOTIFY_REDIRECT_URI"]
    assert (await doctor.findings())["redirect URI"].text == "none set; a login uses http://127.0.0.1/callback"


async def test_a_login_that_ends_soon_is_a_note(doctor):
    await doctor.log_in(*ALL)
    found = await doctor.findings(now=lambda: time.time() + 175 * 24 * 3600)
    assert found["token"].status == "note"
    assert "run `spotify-web login` before that" in found["token"].advice


async def test_a_token_file_that_cannot_be_read_is_found(doctor):
    await doctor.log_in(*ALL)
    for path in doctor.directory.rglob("*"):
        if path.is_file() and "id" not in path.name:
            path.write_text("damaged")
    assert "damaged" in await doctor.problem("token")


async def test_a_token_that_spotify_refuses_is_found(doctor):
    await doctor.log_in(*ALL)
    doctor.sandbox.fail("GET /me", Fault.status(401, message="Invalid access token"))
    assert "run `spotify-web login`" in await doctor.problem("token")


async def test_an_account_that_cannot_be_read_is_found(doctor):
    await doctor.log_in(*ALL)
    doctor.sandbox.fail("GET /me", Fault.status(503))
    assert "503" in await doctor.problem("account")


async def test_premium_is_unknown_without_the_scope(doctor):
    await doctor.log_in("playlist-read-private")
    assert (await doctor.findings())["Premium"].text.startswith("unknown")


async def test_a_used_up_quota_is_found(doctor, tmp_path):
    doctor.environ["SPOTIFY_USAGE_PATH"] = str(tmp_path / "usage")
    doctor.sandbox.configure(daily_quota=1)
    assert "wait until" in await doctor.problem("limits")


async def test_a_configured_quota_mode_is_named(doctor):
    doctor.environ["SPOTIFY_QUOTA_MODE"] = "development"
    assert (await doctor.findings())["quota mode"].text == "development: as configured"


async def test_a_redis_that_responds_is_ok(doctor, redis_server):
    doctor.environ["SPOTIFY_REDIS_URL"] = redis_server.url
    found = await doctor.findings()
    assert found["Redis"].status == "ok"
    assert found["Redis"].text.endswith(" responds")


async def test_an_invalid_redis_url_is_found(doctor):
    doctor.environ["SPOTIFY_REDIS_URL"] = "redis://127.0.0.1/0?colour=HUSH"
    assert "HUSH" not in await doctor.problem("Redis")


async def test_a_cache_that_can_be_written_is_ok(doctor, tmp_path):
    doctor.environ.update(SPOTIFY_CACHE="sqlite", SPOTIFY_CACHE_PATH=str(tmp_path / "cache" / "responses.sqlite3"))
    found = await doctor.findings()
    assert found["cache"].status == "ok"
    assert "MiB free" in found["cache"].text


async def test_an_unknown_certificate_is_found(doctor, tmp_path):
    async with https_server(CertificateAuthority(tmp_path).server_context()) as url:
        doctor.environ["SPOTIFY_API_URL"] = url
        assert "set SPOTIFY_CA_FILE" in await doctor.problem("network, Web API")


async def test_a_proxy_that_does_not_respond_is_found(doctor):
    doctor.environ["SPOTIFY_PROXY"] = "http://user:HUSH@127.0.0.1:1"
    found = await doctor.findings()
    assert found["network, Web API"].advice == "check the proxy settings"
    assert "HUSH" not in found["network, Web API"].text
