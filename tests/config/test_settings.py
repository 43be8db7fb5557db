from pathlib import Path

import pytest

from config.areas import load_areas
from config.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("HOME_REGION", "Britain", "two-letter country code"),
        ("PUBLIC_URL", "http://check.example.org", "must start with https://"),
        ("PUBLIC_URL", "check.example.org", "full address"),
        ("DATABASE_URL", "mysql://somewhere", "sqlite:/// or postgresql://"),
        ("REDIS_URL", "http://somewhere", "redis://"),
        ("SMTP_URL", "mail.example.org", "smtp://"),
        ("PORT", "eighty", "BROLLY_PORT must be a whole number"),
        ("PORT", "99999", "BROLLY_PORT must be at most 65535"),
        ("SMS_FAILOVER", "maybe", "BROLLY_SMS_FAILOVER must be on or off"),
        ("DATABASE_URL", "postgresql://us@127.0.0.1:port/us", "port from 1 to 65535"),
        ("REDIS_URL", "redis://127.0.0.1:port/0", "port from 1 to 65535"),
        ("REGISTER_URL", "redis://127.0.0.1:0/0", "port from 1 to 65535"),
        ("SMTP_URL", "smtp://mail.example.org:99999", "port from 1 to 65535"),
        ("SMTP_URL", "smtp://", "names no server"),
        ("EXIT_URL", "weather.example.org", "full address of a page"),
        ("EXIT_URL", "javascript:leave()", "full address of a page"),
        ("TWILIO_API_BASE", "api.example.org", "must start with https://"),
        ("TWILIO_API_BASE", "http://api.example.org", "must start with https://"),
        ("TWILIO_ACCOUNT_SID", "AC1", "BROLLY_TWILIO_AUTH_TOKEN is needed"),
        ("BOUNCE_DOMAIN", "bounces@example.org", "must be a domain"),
        ("BOUNCE_DOMAIN", "example", "must be a domain"),
        ("SMTP_URL", "smtp://mail.example.org", "BROLLY_MAIL_FROM is needed"),
        ("SENDING_CONCURRENCY", "0", "BROLLY_SENDING_CONCURRENCY"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_and_what_to_do(
    setting: str, value: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        load_settings({f"BROLLY_{setting}": value})
    assert "BROLLY_" in str(raised.value)


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({"BROLLY_SMTP_URL": "ftp://somebody:canary@mail.example.org"})
    assert "canary" not in str(raised.value)


def test_secrets_are_not_shown() -> None:
    settings = load_settings(
        {
            "BROLLY_TWILIO_ACCOUNT_SID": "AC1",
            "BROLLY_TWILIO_AUTH_TOKEN": "canary",
            "BROLLY_TWILIO_FROM": "Update",
        }
    )
    assert "canary" not in repr(settings)


def test_without_settings_everything_is_in_the_data_folder() -> None:
    settings = load_settings({"BROLLY_DATA_DIR": "somewhere"})
    here = Path("somewhere").absolute()
    assert settings.database == f"sqlite:///{here}/brolly.sqlite3"
    assert settings.redis == settings.register == f"unix://{here}/valkey.sock"
    assert settings.key_file("report") == here / "keys" / "report.key"
    assert settings.public_url == "http://127.0.0.1:8000"


def test_a_socket_fits_however_deep_the_data_folder_is() -> None:
    settings = load_settings({"BROLLY_DATA_DIR": "/" + "deep/" * 40})
    assert len(str(settings.valkey_socket)) <= 100


def test_postgresql_is_spoken_to_by_psycopg() -> None:
    for url in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        assert load_settings({"BROLLY_DATABASE_URL": url}).database == "postgresql+psycopg://u@h/d"


def test_the_areas_of_the_home_region_are_shipped() -> None:
    areas = load_areas(load_settings({}))
    assert areas["GB-GMP"] == "Greater Manchester"
    assert len(areas) == 45


@pytest.mark.parametrize(
    "content", ["", "code,name\n", "code,name\nFAR-TOO-LONG-A-CODE,x\n", "x,y"]
)
def test_a_wrong_areas_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(content)
    settings = load_settings({"BROLLY_AREAS_FILE": str(file)})
    with pytest.raises(SettingsError, match=r"BROLLY_AREAS_FILE.*areas\.csv"):
        load_areas(settings)


def test_a_region_without_a_shipped_list_asks_for_one() -> None:
    with pytest.raises(SettingsError, match="BROLLY_AREAS_FILE"):
        load_areas(load_settings({"BROLLY_HOME_REGION": "FR"}))
