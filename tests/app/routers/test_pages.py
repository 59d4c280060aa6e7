import re
from collections.abc import Callable

import pytest

from app.version import own_version
from tests.app.helpers import Api, Refusal


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_are_served_under_a_strict_policy(api: Api, path: str) -> None:
    response = api.client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_load_only_files_of_this_server(api: Api, path: str) -> None:
    text = api.client.get(path).text
    links = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert links
    for link in links:
        if link.startswith("#"):
            continue
        assert not link.startswith("/")  # they stand below whatever prefix the page does
        assert ":" not in link
        assert api.client.get(f"/{link}").status_code == 200, link


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("stripped", [True, False])
def test_everything_works_below_a_prefix(
    make_api: Callable[..., Api], told: bool, stripped: bool
) -> None:
    client = make_api(root_path="" if told else "/some/where").client
    headers = {"X-Forwarded-Prefix": "/some/where/"} if told else {}
    base = "" if stripped else "/some/where"
    for path in ("/", "/docs", "/static/console.css", "/v1/catalog", "/readyz"):
        assert client.get(base + path, headers=headers).status_code == 200, path
    document = client.get(f"{base}/openapi.json", headers=headers).json()
    assert document["servers"][0]["url"] == "/some/where"
    body = {"y": [1, 2, 3], "h": 1, "model": "naive"}
    assert client.post(f"{base}/v1/forecast", json=body, headers=headers).status_code == 200
    refusal = Refusal(client.get(f"{base}/nothing", headers=headers))
    assert refusal.body["instance"] == "/some/where/nothing"


def test_a_prefix_that_is_none_is_passed_over(api: Api) -> None:
    response = api.client.get("/openapi.json", headers={"X-Forwarded-Prefix": "//evil.example"})
    assert "evil" not in response.text


@pytest.mark.parametrize("path", ["/", "/v1/catalog", "/readyz", "/static/console.css"])
def test_head_is_answered_as_get_without_a_body(api: Api, path: str) -> None:
    get, head = api.client.get(path), api.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))
    assert api.client.head("/nothing").status_code == 404


def test_the_version_is_told(api: Api) -> None:
    assert api.client.get("/version").json() == {"version": own_version()}


def test_what_is_not_there_is_a_problem(api: Api) -> None:
    for path in ("/v1/nothing", "/static/nothing.js", "/static/../main.py"):
        refusal = Refusal(api.client.get(path))
        assert (refusal.status, refusal.code) == (404, "not_found")
        assert refusal.first["hint"] == "/docs lists every path"


def test_a_path_that_is_nearly_right_is_told_the_right_one(api: Api) -> None:
    for path in ("/v1/forcast", "/forecast", "/v2/forecast"):
        assert Refusal(api.client.post(path)).first["hint"] == "did you mean '/v1/forecast'?"


def test_the_wrong_method_is_a_problem_that_names_the_right_one(api: Api) -> None:
    refusal = Refusal(api.client.get("/v1/forecast"))
    assert (refusal.status, refusal.code) == (405, "method_not_allowed")
    assert refusal.response.headers["allow"] == "POST"
    assert refusal.first["hint"] == "use POST"


def test_request_ids_are_taken_or_made(api: Api) -> None:
    response = api.client.get("/healthz", headers={"X-Request-ID": "mine-1"})
    assert response.headers["x-request-id"] == "mine-1"
    made = api.client.get("/healthz", headers={"X-Request-ID": "not allowed!"})
    assert re.fullmatch("[0-9a-f]{32}", made.headers["x-request-id"])
