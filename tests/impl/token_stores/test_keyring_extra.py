import subprocess
import sys


def test_missing_extra_is_named():
    program = (
        "import sys; sys.modules['keyring'] = None\n"
        "from spotify import FileTokenStore, KeyringTokenStore\n"
        "try:\n    KeyringTokenStore()\n"
        "except ImportError as error:\n    sys.stdout.write(str(error))"
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "pip install 'async-spotify-client[keyring]'" in run.stdout
