import socket
import tempfile
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.checks import unknown_settings
from app.cli import main
from app.settings import Limits, NotSafe, Settings
from app.version import own_version


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
    limits = set(Limits.model_fields) - {"timeout_s"}
    assert all(name.startswith("max_") for name in limits)


@pytest.mark.parametrize(("name", "value"), [("port", 70000), ("workers", 0), ("timeout_s", -1)])
def test_nonsense_is_refused(name: str, value: int) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_open(host: str) -> None:
    Settings(host=host).require_safe()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org"])
def test_other_addresses_need_a_word(host: str) -> None:
    with pytest.raises(NotSafe, match="TIDECAST_ALLOW_OPEN=true"):
        Settings(host=host).require_safe()
    Settings(host=host, allow_open=True).require_safe()


def test_the_command_line_has_the_same_names_and_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDECAST_PORT", "9000")
    monkeypatch.setenv("TIDECAST_WORKERS", "3")
    settings = Settings.from_command_line(["--port", "9001", "--max-horizon=5", "--allow-open"])
    assert (settings.port, settings.workers, settings.max_horizon) == (9001, 3, 5)
    assert settings.allow_open


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Settings.from_command_line(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "usage: tidecast-server" in text
    assert all(f"--{name.replace('_', '-')}" in text for name in Settings.model_fields)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "TIDECAST_ALLOW_OPEN"),
        (["--port", "many"], "TIDECAST_PORT"),
        (["--prot", "1"], "--prot"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    text = capsys.readouterr().err
    assert message in text
    assert "Traceback" not in text


def test_compose_passes_every_setting_and_limits_memory() -> None:
    compose = (Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8")
    own = {"host", "port", "data_dir", "allow_open"}
    for name in set(Settings.model_fields) - own:
        assert f"      TIDECAST_{name.upper()}: ${{TIDECAST_{name.upper()}:-}}\n" in compose
    assert "mem_limit: " in compose


def test_an_empty_setting_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDECAST_WORKERS", "")
    assert Settings().workers >= 1


def test_unknown_settings_are_named_with_the_nearest() -> None:
    names = ["PATH", "TIDECAST_WORKERS", "TIDECAST_URL", "TIDECAST_WORKER", "TIDECAST_XY"]
    assert unknown_settings(names) == [
        "TIDECAST_WORKER is not a setting of this server: did you mean TIDECAST_WORKERS?",
        "TIDECAST_XY is not a setting of this server, and has no effect",
    ]


def test_a_taken_port_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match="2"):
            main(["--port", str(port), "--data-dir", str(tmp_path)])
    assert capsys.readouterr().err == (
        f"tidecast-server: cannot listen on 127.0.0.1, port {port}: Address already in use;"
        " TIDECAST_HOST and TIDECAST_PORT choose another\n"
    )


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="2"):
        main(["--port", "0", "--data-dir", str(tmp_path / "file")])
    assert "cannot write into the folder" in capsys.readouterr().err


def test_a_machine_without_a_folder_for_temporary_files_is_told_of_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with pytest.raises(SystemExit):
        main(["--port", "0", "--data-dir", str(tmp_path)])
    [line] = capsys.readouterr().err.splitlines()
    assert line == (
        "tidecast-server: there is no folder for temporary files that can be written; TMPDIR names one"
    )


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--version"])
    assert capsys.readouterr().out == f"tidecast-server {own_version()}\n"
