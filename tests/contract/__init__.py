"""The API contract: the facts of Spotify's API description, which all tests are checked against.

`web-api.json` holds the facts: paths, parameters, schemas, scopes. To take over a newer description (OpenAPI 3.0, YAML
or JSON), see what changed, change `spotify.operations` and `spotify.models`, and write the contract again:

    python -m tests.contract.diff PATH
    python -m tests.contract.extract PATH -o tests/contract/web-api.json

`amendments` are our own corrections, applied when the contract is loaded. Begin reading at `api_contract`.
"""
