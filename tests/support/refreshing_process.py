"""A program of its own that wants a valid token: `python refreshing_process.py ACCOUNTS_URL STORE [DIES_AT]`.

The store is a folder, or a Redis URL. It prints when it comes to the lock of a folder, and then the access token, or
the name of the error. It kills itself at a step of the refresh that Python announces to its audit hooks, so that
nothing of what it runs is changed for the test.
"""

import asyncio
import os
import signal
import sys

from spotify import ClientConfig, FileTokenStore, PkceAuth, RedisTokenStore, SpotifyError

STEPS = {
    "locked": ("socket.connect", ""),
    "answered": ("open", ".pending"),
    "written": ("os.rename", ".pending"),
    "renamed": ("open", "/tokens"),
}


def tell_of_the_lock():
    told = []

    def hook(name, _arguments):
        if name == "fcntl.flock" and not told:
            told.append(True)
            sys.stdout.write("at the lock\n")
            sys.stdout.flush()

    sys.addaudithook(hook)


def die_at(step):
    event, end = STEPS[step]

    def hook(name, arguments):
        if name == event and (not end or str(arguments[0]).endswith(end)):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


async def main(accounts_url, where):
    store = RedisTokenStore(where) if "://" in where else FileTokenStore(where)
    auth = PkceAuth(
        "app",
        "http://127.0.0.1:8000/callback",
        user="ana",
        store=store,
        config=ClientConfig(accounts_url=accounts_url),
    )
    try:
        outcome = await auth.get_access_token()
    except SpotifyError as error:
        outcome = type(error).__name__
    finally:
        await auth.close()
        if isinstance(store, RedisTokenStore):
            await store.close()
    sys.stdout.write(outcome)


if __name__ == "__main__":
    tell_of_the_lock()
    if len(sys.argv) > 3:
        die_at(sys.argv[3])
    asyncio.run(main(*sys.argv[1:3]))
