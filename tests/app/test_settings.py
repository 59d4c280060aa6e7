from pathlib import Path

import pytest
from pydantic import ValidationError

from app.serve import NotSafe, check_safe
from app.settings import Limits, Settings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDECAST_PORT", "9000")
    monkeypatch.setenv("TIDECAST_WORKERS", "3")
    monkeypatch.setenv("TIDECAST_DATA_DIR", "/somewhere")
    monkeypatch.setenv("TIDECAST_MAX_HORIZON", "7")
    settings = Settings()
    assert (settings.port, settings.workers, settings.max_horizon) == (9000, 3, 7)
    assert settings.data_dir == Path("/somewhere")
    assert settings.limits().max_horizon == 7


def test_defaults_are_those_of_the_contract() -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.workers >= 1
    assert settings.max_body_bytes < 100_000_000


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert all(name.startswith("max_") for name in Limits.model_fields)


@pytest.mark.parametrize(("name", "value"), [("port", 70000), ("workers", 0), ("timeout_s", -1)])
def test_nonsense_is_refused(name: str, value: int) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_open(host: str) -> None:
    check_safe(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org"])
def test_other_addresses_need_a_word(host: str) -> None:
    with pytest.raises(NotSafe, match="TIDECAST_ALLOW_OPEN=true"):
        check_safe(Settings(host=host))
    check_safe(Settings(host=host, allow_open=True))
