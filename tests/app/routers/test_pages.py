import re

import pytest

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
        assert link.startswith("/")
        assert not link.startswith("//")
        assert api.client.get(link).status_code == 200, link


def test_what_is_not_there_is_a_problem(api: Api) -> None:
    for path in ("/v1/nothing", "/static/nothing.js", "/static/../main.py"):
        refusal = Refusal(api.client.get(path))
        assert (refusal.status, refusal.code) == (404, "not_found")


def test_the_wrong_method_is_a_problem_that_names_the_right_one(api: Api) -> None:
    refusal = Refusal(api.client.get("/v1/forecast"))
    assert (refusal.status, refusal.code) == (405, "method_not_allowed")
    assert refusal.response.headers["allow"] == "POST"


def test_request_ids_are_taken_or_made(api: Api) -> None:
    response = api.client.get("/healthz", headers={"X-Request-ID": "mine-1"})
    assert response.headers["x-request-id"] == "mine-1"
    made = api.client.get("/healthz", headers={"X-Request-ID": "not allowed!"})
    assert re.fullmatch("[0-9a-f]{32}", made.headers["x-request-id"])
