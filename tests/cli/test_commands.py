"""Commands on a sandbox: what they print, as lines and as JSON, and their exit status."""

import csv
import json

import jsonschema
import pytest

from spotify.services._playback_watch import PlaybackWatcher
from spotify.testing import Fault, SpotifySandbox
from tests.cli.conftest import use

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["integer", "null"]}


def object_of(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_of(**properties):
    return {"type": "array", "minItems": 1, "items": object_of(**properties)}


PLAN = object_of(
    action={"type": "string"},
    name={"type": "string"},
    playlist=TEXT,
    before={"type": "array", "items": {"type": "string"}},
    after={"type": "array", "items": {"type": "string"}},
    changes={"type": "array", "items": {"type": "string"}},
    steps={"type": "array", "items": object_of(type={"enum": ["Remove", "Move", "Insert", "Replace"]})},
    calls={"type": "integer"},
    done={"type": "integer"},
    is_dry_run={"type": "boolean"},
)
#: The schema of the JSON output by command; `{album}` and so on are ids of the catalogue.
SCHEMAS = {
    "whoami": object_of(id={"type": "string"}, display_name=TEXT, product=TEXT),
    "get {album}": object_of(id={"type": "string"}, name={"type": "string"}, artists={"type": "array"}),
    "search blue --type album --limit 3": list_of(name={"type": "string"}, uri={"type": "string"}),
    "search blue": list_of(artists={"type": "string"}, isrc=TEXT, duration_ms=NUMBER),
    "now": object_of(state={"enum": ["playing", "paused"]}, name=TEXT, progress_ms=NUMBER, device=TEXT),
    "play {album}": object_of(command={"const": "play"}, reference={"type": "string"}),
    "play": object_of(command={"const": "play"}, reference=TEXT),
    "pause --device desk": object_of(command={"const": "pause"}),
    "next": object_of(command={"const": "next"}),
    "queue": list_of(uri={"type": "string"}, name={"type": "string"}),
    "queue {track}": object_of(command={"const": "queue"}, reference={"type": "string"}),
    "devices": list_of(name={"type": "string"}, id=TEXT, is_active={"type": "boolean"}),
    "usage": object_of(operations={"type": "array"}, closed={"type": "array"}),
    "doctor": list_of(topic={"type": "string"}, status={"enum": ["ok", "note", "problem"]}, text={"type": "string"}),
    "login": object_of(user={"type": "string"}, scopes={"type": "array"}),
    "logout": object_of(user={"type": "string"}),
    "call get-an-album id={album_id} market=US": object_of(id={"type": "string"}, tracks={"type": "object"}),
    "playlist export {playlist}": list_of(uri=TEXT, added_at=TEXT),
    "playlist dedupe {playlist} --dry-run": PLAN,
    "playlist sort {playlist} --by name --yes": PLAN,
    "playlist merge {playlist} {other} --dry-run": PLAN,
    "playlist diff {playlist} {other}": PLAN,
    "playlist copy {playlist} --yes": PLAN,
    "playlist resume": object_of(plans={"type": "integer"}),
}


@pytest.mark.parametrize("command", SCHEMAS)
def test_every_command_prints_json_of_its_schema(cli, command):

    catalogue = SpotifySandbox().catalogue
    own = [
        each for each in catalogue.playlists if each.owner is catalogue.default_user and 20 < len(each.entries) < 100
    ]
    names = {
        "album": catalogue.albums[0].uri,
        "album_id": catalogue.albums[0].id,
        "track": catalogue.tracks[0].uri,
        "playlist": own[1].id,
        "other": own[2].id,
    }
    result = cli("--sandbox", "--json", *(part.format(**names) for part in command.split()))
    assert result.err == ""
    jsonschema.validate(result.data, SCHEMAS[command])
    assert result.status == 0


def test_the_options_of_all_commands_can_stand_anywhere(cli):
    before, after = cli("--json", "--sandbox", "search", "blue"), cli("search", "blue", "--sandbox", "--json")
    assert before.data == after.data


def test_without_a_terminal_rows_are_lines_with_tabs(cli):
    lines = cli("--sandbox", "search", "blue", "--limit", "3").out.splitlines()
    assert len(lines) == 3
    assert all(len(line.split("\t")) == 4 for line in lines)


def test_a_login_is_stored_until_the_logout(sandbox, cli):
    first = cli("login", "user-read-private")
    assert (first.status, first.out) == (0, "Logged in as Sandbox Listener.\n")
    assert "sandbox_listener" in cli("whoami").out
    assert len(sandbox.authorize_requests) == 1
    assert cli("logout").status == 0
    cli("whoami")
    assert len(sandbox.authorize_requests) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["get", "spotify:album:x"], 2, "is not an album id"),
        (["get", "spotify:album:" + "0" * 22], 6, "404"),
        (["call", "get-an-albun"], 2, "did you mean 'get-an-album'"),
        (["call", "get-an-album", "id"], 2, "KEY=VALUE"),
        (["search", "blue", "--type", "song"], 2, "type must be one of"),
        (["play", "--device", "Nowhere"], 2, "there is no device 'Nowhere'"),
        (["playlist", "dedupe", "0" * 22], 6, "404"),
        (["backup", "/dev/null/x"], 1, "Not a directory"),
        (["restore", "nowhere"], 2, "has no backup"),
        (["playlist", "export", "x"], 2, "is not a playlist id"),
    ],
)
def test_errors_have_a_message_and_an_exit_status(cli, arguments, status, message):
    result = cli("--sandbox", *arguments)
    assert (result.status, result.out) == (status, "")
    assert message in result.err
    as_json = cli("--sandbox", "--json", *arguments)
    assert json.loads(as_json.err)["error"]["status"] == as_json.status == status


def test_without_login_terminal_and_browser_the_error_names_the_command(sandbox, cli, monkeypatch):
    monkeypatch.delenv("BROWSER")
    monkeypatch.setattr("spotify.impl.auth.ensured_login._is_terminal", lambda: False)
    monkeypatch.setattr("spotify.impl.auth.ensured_login.has_graphical_browser", lambda: False)
    result = cli("whoami")
    assert result.status == 3
    assert "run `spotify-web login`" in result.err


def test_without_a_connection_the_exit_status_is_4(logged_in, cli, monkeypatch):
    monkeypatch.setenv("SPOTIFY_API_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("SPOTIFY_MAX_RETRIES", "0")
    result = cli("whoami")
    assert result.status == 4
    assert "127.0.0.1" in result.err


def test_a_rate_limit_has_exit_status_5_and_is_kept_for_later_commands(logged_in, cli):
    logged_in.fail("get-current-users-profile", Fault.status(429, retry_after=3600), times=1)
    assert cli("whoami").status == 5
    sent = len(logged_in.requests)
    assert cli("whoami").status == 5
    assert len(logged_in.requests) == sent
    assert "closed" in cli("usage").out


def test_without_a_user_the_application_reads_the_catalogue(sandbox, cli, monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", sandbox.client_secret)
    assert cli("get", sandbox.catalogue.albums[0].uri).status == 0
    assert sandbox.authorize_requests == []


def playlist_with(cli, tmp_path, uris, name="Mix"):
    """Create a playlist with the command line, and return its id."""
    file = tmp_path / f"{name}.txt"
    file.write_text("\n".join(uris))
    created = cli("--json", "playlist", "import", file, "--yes")
    return created.data["playlist"]


def uris_of(cli, playlist):
    return [row["uri"] for row in cli("--json", "playlist", "export", playlist).data]


def test_playlists_are_imported_changed_and_exported(logged_in, cli, tmp_path):
    a, b, c = (track.uri for track in logged_in.catalogue.tracks[:3])
    playlist = playlist_with(cli, tmp_path, [a, b, a, c])
    shown = cli("playlist", "dedupe", playlist, "--dry-run")
    assert "4 → 3 items" in shown.out
    assert uris_of(cli, playlist) == [a, b, a, c]
    refused = cli("playlist", "dedupe", playlist)
    assert refused.status == 2
    assert "--yes" in refused.err
    assert cli("playlist", "dedupe", playlist, "--yes").status == 0
    assert uris_of(cli, playlist) == [a, b, c]
    exported = tmp_path / "mix.csv"
    cli("playlist", "export", playlist, "-o", exported)
    with exported.open(newline="") as file:
        assert [row["uri"] for row in csv.DictReader(file)] == [a, b, c]
    copy = cli("--json", "playlist", "import", exported, "--name", "Copy", "--yes").data
    assert uris_of(cli, copy["playlist"]) == [a, b, c]
    lines = tmp_path / "mix.jsonl"
    cli("playlist", "export", playlist, "-o", lines)
    assert cli("--json", "playlist", "import", lines, "--dry-run").data["after"] == [a, b, c]


def test_an_interrupted_change_is_resumed(logged_in, cli, tmp_path, state):
    uris = [track.uri for track in logged_in.catalogue.tracks[:250]]
    logged_in.fail("add-items-to-playlist", Fault.status(400), after=1, times=1)
    file = tmp_path / "Long.txt"
    file.write_text("\n".join(uris))
    failed = cli("playlist", "import", file, "--yes")
    assert failed.status == 1
    assert "`spotify-web playlist resume` continues" in failed.err
    assert len(list((state / "plans").iterdir())) == 1
    assert cli("--json", "playlist", "resume").data == {"plans": 1}
    assert list((state / "plans").iterdir()) == []
    found = cli("--json", "call", "get-a-list-of-current-users-playlists", "limit=1").data["items"][0]
    assert uris_of(cli, found["id"]) == uris


def test_a_backup_is_restored_to_another_user(logged_in, cli, tmp_path):
    playlist_with(cli, tmp_path, [track.uri for track in logged_in.catalogue.tracks[:3]], "Kept")
    backup = cli("--json", "backup", tmp_path / "music", "--include", "artists", "--include", "playlists")
    assert backup.data["items"]["playlists"] > 0
    logged_in.consent(user=logged_in.catalogue.users[3].id)
    assert cli("login", "--user", "other").status == 0
    restored = cli("--json", "--user", "other", "restore", tmp_path / "music", "--include", "playlists")
    assert restored.status == 0
    assert restored.data["added"]["playlists"] > 0


def test_each_change_of_the_player_is_printed(cli, monkeypatch):
    changes = PlaybackWatcher.changes

    async def first(watcher):
        async for change in changes(watcher):
            yield change
            return

    monkeypatch.setattr(PlaybackWatcher, "changes", first)
    assert cli("--sandbox", "now", "--watch").out.startswith("initial: playing ")
    assert cli("--sandbox", "--json", "now", "--watch").data["kinds"] == ["initial"]


def test_the_sandbox_leaves_no_files(cli, state):
    cli("--sandbox", "now")
    assert not state.exists()


def test_a_token_file_of_spotipy_is_taken_over(sandbox, cli, tmp_path, monkeypatch):
    token = sandbox.issue_token(user=sandbox.catalogue.users[3].id)
    path = tmp_path / ".cache"
    path.write_text(json.dumps({"access_token": token, "expires_at": 4e9, "scope": "user-read-private"}))
    path.chmod(0o600)
    assert cli("login", "user-read-private", "--token-file", path).status == 0
    assert sandbox.authorize_requests == []


def test_help_lists_the_commands_and_the_exit_status(cli):
    shown = cli("--help")
    assert shown.status == 0
    for name in ("login", "playlist", "backup", "doctor", "sandbox", "Exit status", "--install-completion"):
        assert name in shown.out


def test_development_mode_needs_no_other_options(state, cli, monkeypatch):
    with SpotifySandbox.in_thread(quota_mode="development") as sandbox:
        use(sandbox, monkeypatch)
        assert cli("login").status == 0
        assert cli("search", "blue", "--limit", "12").status == 0
