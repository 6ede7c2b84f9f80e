"""Log events through the standard library's logging."""

import io
import json
import logging
import subprocess
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from spotify.credentials import Secret
from spotify.logs import get_logger, redact
from spotify.testing.log_capture import captured_logs

_RESERVED = sorted(set(vars(logging.makeLogRecord({}))) | {"message", "asctime"})


@pytest.fixture
def plain():
    """A stream with the output of a plain formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(funcName)s %(message)s"))
    logger = logging.getLogger("spotify")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield stream
    logger.setLevel(logging.NOTSET)
    logger.removeHandler(handler)


def test_a_plain_formatter_shows_event_and_fields(plain):
    get_logger("spotify.x").info("retry_scheduled", delay=2.0, route="/albums/{id}", why="a b")
    assert plain.getvalue().endswith("retry_scheduled delay=2.0 route=/albums/{id} why='a b'\n")


def test_a_record_has_the_function_that_logged_it(plain):
    get_logger("spotify.x").info("retry_scheduled")
    assert "INFO spotify.x test_a_record_has_the_function_that_logged_it " in plain.getvalue()


def test_a_percent_sign_is_not_a_format(plain):
    get_logger("spotify.x").info("retry_scheduled", why="100%s")
    assert "why=100%s" in plain.getvalue()


def test_bound_fields_are_added_to_every_event():
    log = get_logger("spotify.x").bind(operation="get-an-album")
    with captured_logs() as events:
        log.debug("request_sent")
        log.debug("request_succeeded", status=200)
    assert [event["operation"] for event in events] == ["get-an-album", "get-an-album"]
    assert events[1]["status"] == 200


@pytest.mark.parametrize("name", _RESERVED)
def test_a_reserved_name_is_escaped(name):
    with captured_logs() as events:
        get_logger("spotify.x").warning("response_drift", **{name: "value"})
    assert events[0][f"{name}_"] == "value"


def test_the_structlog_context_is_merged_and_not_changed():
    structlog.contextvars.bind_contextvars(request_id="r1")
    try:
        with captured_logs() as events:
            get_logger("spotify.x").info("retry_scheduled")
        assert events[0]["request_id"] == "r1"
        assert structlog.contextvars.get_contextvars() == {"request_id": "r1"}
    finally:
        structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(
    "fields",
    [
        {"access_token": "hush"},
        {"Authorization": "Bearer hush"},
        {"client_secret": b"hush"},
        {"code_verifier": "hush"},
        {"anything": Secret("hush")},
        {"headers": {"authorization": "Bearer hush"}},
        {"proxy": "http://u:hush@h"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_secrets_are_masked(plain, fields):
    with captured_logs() as events:
        get_logger("spotify.x").warning("request_failed", **fields)
    assert "hush" not in plain.getvalue()
    assert "hush" not in repr(events)


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()))
def test_redaction_keeps_numbers_bools_and_none(fields):
    assert redact(fields) == fields


def test_a_disabled_event_is_not_rendered():
    class Loud:
        def __repr__(self):
            raise AssertionError("rendered")

    get_logger("spotify.x").debug("request_sent", value=Loud())


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)


def test_without_configuration_nothing_is_printed():
    done = _run(
        "import spotify.logs, logging\n"
        "spotify.logs.get_logger('spotify.x').warning('request_failed', a=1)\n"
        "assert logging.getLogger().handlers == [] and logging.getLogger('spotify').level == 0"
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_the_structlog_configuration_is_neither_used_nor_changed():
    done = _run(
        "import structlog\n"
        "structlog.configure(processors=[lambda *_: 1 / 0])\n"
        "import logging; logging.basicConfig(level='INFO', format='%(message)s')\n"
        "import spotify.logs\n"
        "spotify.logs.get_logger('spotify.x').info('token_refreshed', expires_in=1)\n"
        "assert len(structlog.get_config()['processors']) == 1"
    )
    assert done.stderr == "token_refreshed expires_in=1\n"


def test_a_json_formatter_can_use_the_fields():
    class JsonFormatter(logging.Formatter):
        def format(self, record):
            return json.dumps({key: getattr(record, key) for key in ("event", "status")})

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("spotify.json")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        get_logger("spotify.json").info("request_succeeded", status=200)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert json.loads(stream.getvalue()) == {"event": "request_succeeded", "status": 200}
