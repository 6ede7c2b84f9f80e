"""The report on a newer description says what to change, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.diff import differences, main, report
from tests.contract.document import CONTRACT_PATH, ContractDocument
from tests.contract.extract import load_description

Edit = Callable[[dict[str, Any]], object]


def lines_after(edit: Edit) -> dict[str, list[str]]:
    """Return the report on an edited copy of the contract, by subject."""
    document = ContractDocument.load()
    edit(document.root)
    found: dict[str, list[str]] = {}
    for difference in differences(document):
        found.setdefault(difference.subject, []).append(difference.text)
    return found


def operation(root: dict[str, Any], operation_id: str) -> dict[str, Any]:
    operations = [found for item in root["paths"].values() for found in item.values()]
    (found,) = [found for found in operations if found["operationId"] == operation_id]
    return found


def parameter(root: dict[str, Any], operation_id: str, name: str) -> dict[str, Any]:
    parameters = operation(root, operation_id)["parameters"]
    (found,) = [found for found in parameters if found.get("name") == name]
    return found


def schema(root: dict[str, Any], name: str) -> dict[str, Any]:
    found = root["components"]["schemas"][name]
    return next((part for part in found.get("allOf", ()) if "properties" in part), found)


def members(root: dict[str, Any], name: str) -> dict[str, Any]:
    return schema(root, name)["properties"]


def response_schema(root: dict[str, Any], name: str) -> dict[str, Any]:
    return root["components"]["responses"][name]["content"]["application/json"]["schema"]


def add_operation(root: dict[str, Any]) -> None:
    root["paths"]["/albums/{id}/credits"] = {
        "get": {
            "operationId": "get-album-credits",
            "parameters": [
                {"in": "path", "name": "id", "required": True, "schema": {"type": "string"}},
                {"in": "query", "name": "limit", "schema": {"type": "integer", "default": 20, "maximum": 50}},
            ],
            "responses": {"200": {"$ref": "#/components/responses/OneAlbum"}},
            "security": [{"oauth_2_0": ["user-read-private"]}],
        }
    }


def move_operation(root: dict[str, Any]) -> None:
    root["paths"]["/me/queue"] = root["paths"].pop("/me/player/queue")


def add_scope(root: dict[str, Any]) -> None:
    flow = root["components"]["securitySchemes"]["oauth_2_0"]["flows"]["authorizationCode"]
    flow["scopes"]["user-read-mood"] = ""


def rename_schema(root: dict[str, Any]) -> None:
    schemas = root["components"]["schemas"]
    schemas["MoodObject"] = schemas.pop("TimeSignature")


@pytest.mark.parametrize(
    ("edit", "subject", "expected"),
    [
        pytest.param(
            add_operation,
            "get-album-credits",
            [
                "was added: GET /albums/{id}/credits",
                "spotify.operations: add an Operation with id 'get-album-credits', method 'GET', "
                "path '/albums/{id}/credits', path_parameters ['id'], query ['limit'], "
                "scopes ['user-read-private'], development_default_limit 20, max_limit 50",
            ],
            id="operation added",
        ),
        pytest.param(
            lambda root: root["paths"].pop("/markets"),
            "get-available-markets",
            ["was removed: GET /markets", "spotify.operations: remove GET_MARKETS"],
            id="operation removed",
        ),
        pytest.param(
            move_operation,
            "get-queue",
            [
                "GET /me/player/queue → GET /me/queue",
                "spotify.operations: GET_QUEUE: path: '/me/player/queue' → '/me/queue'",
            ],
            id="path changed",
        ),
        pytest.param(
            lambda root: operation(root, "get-queue").update(deprecated=True),
            "get-queue",
            ["became deprecated", "spotify.operations: GET_QUEUE: deprecated: False → True"],
            id="deprecated",
        ),
        pytest.param(
            lambda root: operation(root, "get-current-users-profile")["security"][0]["oauth_2_0"].pop(),
            "get-current-users-profile",
            [
                "scope `user-read-private` was removed",
                "spotify.operations: GET_CURRENT_USER_PROFILE: "
                "scopes: ['user-read-email', 'user-read-private'] → ['user-read-email']",
            ],
            id="scope removed",
        ),
        pytest.param(
            lambda root: root["components"]["parameters"]["QueryLimit"]["schema"].update(maximum=20),
            "get-users-saved-albums",
            [
                "query parameter `limit`: maximum 50 → 20",
                "spotify.operations: GET_SAVED_ALBUMS: max_limit: 50 → 20",
            ],
            id="parameter bound changed",
        ),
        pytest.param(
            lambda root: parameter(root, "get-recommendations", "max_key")["schema"].pop("maximum"),
            "get-recommendations",
            ["query parameter `max_key`: maximum 11 → none"],
            id="parameter bound removed",
        ),
        pytest.param(
            lambda root: operation(root, "get-queue").update(
                parameters=[{"in": "query", "name": "market", "schema": {"type": "string"}}]
            ),
            "get-queue",
            [
                "query parameter `market` was added: string, optional",
                "spotify.operations: GET_QUEUE: query: [] → ['market']",
            ],
            id="parameter added",
        ),
        pytest.param(
            lambda root: parameter(root, "get-recently-played", "after").update(required=True),
            "get-recently-played",
            ["query parameter `after` became required"],
            id="parameter became required",
        ),
        pytest.param(
            lambda root: operation(root, "create-playlist")["requestBody"]["content"]["application/json"]["schema"][
                "properties"
            ].pop("collaborative"),
            "create-playlist",
            ["request body: member `collaborative` was removed"],
            id="member of a request body removed",
        ),
        pytest.param(
            lambda root: operation(root, "create-playlist")["requestBody"].update(required=True),
            "create-playlist",
            ["the request body became required"],
            id="request body became required",
        ),
        pytest.param(
            lambda root: response_schema(root, "ManyAlbums")["properties"].update(total={"type": "integer"}),
            "get-multiple-albums",
            ["response 200: member `total` was added: integer, optional"],
            id="member of a response added",
        ),
        pytest.param(
            lambda root: response_schema(root, "ManyAlbums")["properties"].update(total={"type": "integer"}),
            "ManyAlbums",
            ["spotify.models.SeveralAlbums: add `total`: integer"],
            id="member of a named response added",
        ),
        pytest.param(
            lambda root: response_schema(root, "ManyAlbums").update({"not": {"type": "string"}}),
            "get-multiple-albums",
            ["changed in a way that is not compared: see both files"],
            id="any other change of an operation",
        ),
        pytest.param(
            lambda root: operation(root, "get-queue")["responses"].update({"204": {}}),
            "get-queue",
            ["response `204` was added"],
            id="response added",
        ),
        pytest.param(
            lambda root: members(root, "TrackObject").update(mood={"type": "string", "nullable": True}),
            "TrackObject",
            ["member `mood` was added: string, optional, nullable", "spotify.models.Track: add `mood`: string"],
            id="member added",
        ),
        pytest.param(
            lambda root: members(root, "TrackObject").pop("disc_number"),
            "TrackObject",
            ["member `disc_number` was removed", "spotify.models.Track: remove `disc_number`"],
            id="member removed",
        ),
        pytest.param(
            lambda root: members(root, "TrackObject")["available_markets"]["items"].update(minLength=2),
            "TrackObject",
            ["member `available_markets`[]: minLength none → 2"],
            id="items of a member changed",
        ),
        pytest.param(
            lambda root: members(root, "DeviceObject")["supports_volume"].update(nullable=True),
            "DeviceObject",
            ["member `supports_volume` became nullable", "spotify.models.Device.supports_volume: allow None"],
            id="member became nullable",
        ),
        pytest.param(
            lambda root: schema(root, "RecommendationsObject")["required"].remove("tracks"),
            "RecommendationsObject",
            ["member `tracks` became optional", "spotify.models.Recommendations.tracks: add a default"],
            id="required member became optional",
        ),
        pytest.param(
            lambda root: schema(root, "ImageObject")["required"].remove("width"),
            "ImageObject",
            ["member `width` became optional"],
            id="required member with a default became optional",
        ),
        pytest.param(
            lambda root: members(root, "AlbumBase")["album_type"]["enum"].append("ep"),
            "AlbumObject",
            ["member `album_type`: value `ep` was added", "spotify.models.AlbumType: add 'ep'"],
            id="enum value added",
        ),
        pytest.param(
            lambda root: members(root, "AlbumBase")["album_type"]["enum"].remove("single"),
            "AlbumObject",
            ["member `album_type`: value `single` was removed"],
            id="enum value removed",
        ),
        pytest.param(
            lambda root: members(root, "TrackObject").update(popularity={"type": "string"}),
            "TrackObject",
            ["member `popularity`: type integer → string", "member `popularity` is no longer deprecated"],
            id="type of a member changed",
        ),
        pytest.param(
            lambda root: members(root, "AudioAnalysisObject")["meta"]["properties"].pop("analyzer_version"),
            "AudioAnalysisObject",
            [
                "member `meta.analyzer_version` was removed",
                "spotify.models.AudioAnalysisMeta: remove `analyzer_version`",
            ],
            id="nested member removed",
        ),
        pytest.param(
            rename_schema,
            "MoodObject",
            ["was added: integer", "tests.contract.models.SCHEMAS: add it with its model"],
            id="schema added",
        ),
        pytest.param(
            rename_schema,
            "TimeSignature",
            ["was removed", "tests.contract.models.SCHEMAS: remove it, and its model if nothing else uses it"],
            id="schema removed",
        ),
        pytest.param(
            lambda root: members(root, "PlaylistTrackObject")["item"]["oneOf"].append(
                {"$ref": "#/components/schemas/ChapterObject"}
            ),
            "PlaylistTrackObject",
            ["member `item`: type TrackObject or EpisodeObject → TrackObject or EpisodeObject or ChapterObject"],
            id="alternatives changed",
        ),
        pytest.param(
            lambda root: root["components"]["schemas"]["Tempo"].update({"not": {"enum": [0]}}),
            "Tempo",
            ["changed in a way that is not compared: see both files"],
            id="any other change",
        ),
        pytest.param(
            add_scope,
            "scopes",
            ["scope `user-read-mood` was added", "spotify.models.Scope: add 'user-read-mood'"],
            id="scope added",
        ),
    ],
)
def test_a_change_is_reported_with_what_to_do(edit: Edit, subject: str, expected: list[str]) -> None:
    assert lines_after(edit)[subject] == expected


def test_other_subjects_are_not_mentioned() -> None:
    found = lines_after(lambda root: members(root, "TrackObject").update(mood={"type": "string"}))

    assert found.keys() == {"TrackObject"}


def test_an_amendment_that_does_not_apply_is_reported_first() -> None:
    found = lines_after(lambda root: members(root, "ChapterBase")["type"].update(enum=["chapter"]))

    assert next(iter(found.items())) == (
        "tests.contract.amendments.chapters_are_of_type_chapter",
        ["does not apply: correct or remove it"],
    )


def test_the_contract_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(CONTRACT_PATH)]) == 0

    assert capsys.readouterr().out == "No differences.\n"


def test_the_command_prints_the_report_and_fails(tmp_path: Path) -> None:
    root = load_description(CONTRACT_PATH)
    add_operation(root)
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(root), encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-m", "tests.contract.diff", str(path)],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
    )

    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == report(differences(ContractDocument(root)))
    assert result.stdout.startswith("get-album-credits\n  was added: GET /albums/{id}/credits\n  spotify.operations: ")
