"""The configuration: every problem at once, no secret shown, and a page that is what the code says."""

import socket
from pathlib import Path

import pytest

from halles.errors import ConfigError
from halles_server.config import ServerConfig, load
from halles_server.secret import Secret

KEY = "hush" * 8


def test_nothing_set_gives_the_defaults() -> None:
    assert load({"PATH": "/bin", "HALLES_CLIENT_LANGUAGE": "fr"}) == ServerConfig()


def test_every_kind_of_setting_is_read() -> None:
    loaded = load(
        {
            "HALLES_PORT": "9000",
            "HALLES_GUESTS": "no",
            "HALLES_CHAT_PER_S": "0.5",
            "HALLES_DATA": "/srv/halles",
            "HALLES_ALLOWED_ORIGINS": "https://a.example, https://b.example",
            "HALLES_LOG_FORMAT": "json",
            "HALLES_SECRET": KEY,
            "HALLES_POSTGRES": "/usr/lib/postgresql/17/bin",
        }
    )
    assert (loaded.port, loaded.guests, loaded.chat_per_s, loaded.data) == (9000, False, 0.5, Path("/srv/halles"))
    assert loaded.allowed_origins == ("https://a.example", "https://b.example")
    assert (loaded.log_format, loaded.secret.reveal()) == ("json", KEY)
    assert loaded.postgres == Path("/usr/lib/postgresql/17/bin")


def test_all_problems_come_together() -> None:
    environment = {
        "HALLES_PROT": "1",
        "HALLES_PORT": "seventy",
        "HALLES_TICK_HZ": "0",
        "HALLES_GUESTS": "perhaps",
        "HALLES_LOG_FORMAT": "xml",
        "HALLES_PUBLIC_URL": "halles.example/somewhere",
        "HALLES_TRUSTED_PROXIES": "proxy.example",
        "HALLES_PING_S": "50",
        "HALLES_HALL_CAPACITY": "32768",
        "HALLES_NEAR_CAP": "32768",
    }
    with pytest.raises(ConfigError) as caught:
        load(environment)
    text = str(caught.value)
    assert all(name in text for name in environment), text
    assert len(text.splitlines()) >= len(environment)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TIME_ZONE", "Mars/Olympus_Mons", "'Mars/Olympus_Mons' is no time zone, as Europe/Brussels is one"),
        ("TIME_ZONE", "../../etc/passwd", "'../../etc/passwd' is no time zone, as Europe/Brussels is one"),
        ("LEAD_DAYS", "366", "366 is not in 1 … 365"),
        ("RECORDING_DAYS", "0", "0 is not in 1 … 1825"),
        ("HELLO_S", "inf", "inf is not above 0 and under 1,000,000,000"),
        ("TIME_ZONE", "Mars/Olympus", "'Mars/Olympus' is no time zone, as Europe/Brussels is one"),
        ("HELLO_S", "nan", "nan is not above 0 and under 1,000,000,000"),
        ("REQUEST_S", "-1", "-1.0 is not above 0 and under 1,000,000,000"),
        ("TICK_HZ", "0", "0 is not in 1 … 60"),
        ("HALL_CAPACITY", "32768", "32768 is not in 1 … 32767"),
        ("PORT", "65536", "65536 is not in 0 … 65535"),
    ],
)
def test_a_number_out_of_bounds_is_said_once_with_its_bounds(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load({f"HALLES_{name}": value})
    assert str(caught.value) == f"HALLES_{name}: {sentence}"


def test_a_key_that_can_be_guessed_is_refused_with_how_to_make_one_and_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        load({"HALLES_SECRET": KEY[1:]})
    assert str(caught.value).startswith("HALLES_SECRET: shorter than 32 characters; python3 -c")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/halles", "postgresql://"),
        ("postgresql://halles@db.example/halles", "password"),
        ("postgresql://halles:hush@db.example/halles", "sslmode"),
    ],
)
def test_a_database_elsewhere_needs_a_password_and_tls(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        load({"HALLES_DATABASE_URL": url})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://halles@localhost/halles",
        "postgresql://halles@/halles?host=/run/postgresql",
        "postgresql://halles:hush@db.example/halles?sslmode=verify-full",
    ],
)
def test_a_good_database_url_is_taken(url: str) -> None:
    assert load({"HALLES_DATABASE_URL": url}).database_url.reveal() == url


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("hush")
    shown = f"{secret} {secret!r} {ServerConfig(secret=secret, database_url=secret)}"
    assert "hush" not in shown
    assert "***" in shown
    assert (secret == Secret("hush"), bool(Secret("")), len({secret, Secret("hush")})) == (True, False, 1)


def test_the_address_of_the_pages_follows_host_and_port() -> None:
    assert ServerConfig(host="0.0.0.0", port=80).url == "http://localhost:80"
    assert ServerConfig(host="::1", port=80).url == "http://[::1]:80"
    public = ServerConfig(public_url="https://halles.example/", allowed_origins=("https://b.example",))
    assert public.url == "https://halles.example"
    assert public.origins == {"https://halles.example", "https://b.example"}
    assert "http://127.0.0.1:8470" in ServerConfig().origins


def test_pages_may_be_asked_for_under_the_machines_own_name_where_others_are_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Desk.halles.example")
    assert ServerConfig().names == {"localhost", "127.0.0.1"}
    own = {"desk.halles.example", "desk", "desk.local"}
    for host in ("0.0.0.0", "::", "192.0.2.7"):
        assert own < ServerConfig(host=host).names
    assert ServerConfig(host="0.0.0.0", public_url="https://halles.example").names == {"halles.example"}
    assert "b.example" in ServerConfig(allowed_origins=("https://b.example",)).names


DATABASE = {"HALLES_DATABASE_URL": "postgresql://halles@localhost/halles"}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://localhost", "nats://"),
        ("nats://", "host"),
        ("nats://[", "not readable"),
        ("tls://bus.example:4222", "token"),
        ("nats://halles:hush@bus.example:4222", "tls://"),
        ("nats://127.0.0.1:4222, nats://halles:hush@bus.example", "tls://"),
    ],
)
def test_a_bus_elsewhere_needs_a_password_and_tls(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        load(DATABASE | {"HALLES_BUS_URL": url})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["nats://127.0.0.1:4222", "nats://hush@localhost:1", "tls://a:b@bus.example,tls://c:d@e"]
)
def test_a_good_bus_url_is_taken_and_never_shown(url: str) -> None:
    loaded = load(DATABASE | {"HALLES_BUS_URL": url})
    assert loaded.bus_url.reveal() == url
    assert url not in repr(loaded)


def test_several_nodes_need_one_database_and_fitting_names() -> None:
    with pytest.raises(ConfigError) as caught:
        load({"HALLES_BUS_URL": "nats://127.0.0.1", "HALLES_DEPLOYMENT": "a.b", "HALLES_NODE": "x" * 81})
    text = str(caught.value)
    assert all(name in text for name in ("HALLES_BUS_URL", "HALLES_DATABASE_URL", "HALLES_DEPLOYMENT", "HALLES_NODE"))


def test_a_node_has_a_name_and_a_public_address_of_the_world() -> None:
    assert ServerConfig(node="one").node_name == "one"
    assert ServerConfig(port=81).node_name.endswith(":81")
    assert ServerConfig(public_url="https://halles.example/").world == "wss://halles.example/world"
    assert ServerConfig(port=81).world == "ws://127.0.0.1:81/world"
    # Other machines' visitors are told it as well, by another node: "localhost" would send them to themselves.
    assert ServerConfig(host="0.0.0.0", port=81).world == f"ws://{socket.gethostname()}:81/world"
    assert ServerConfig(host="::", public_url="https://halles.example").world == "wss://halles.example/world"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://bucket.example/films", "is not s3:// with a host and a bucket"),
        ("s3://key:hush@store.example/", "is not s3:// with a host and a bucket"),
        ("s3://key:hush@store.example/a/b", "is not s3:// with a host and a bucket"),
        ("s3://store.example/films", "needs a key and its secret"),
        ("s3://key:hush@store.example/films?tls=no", "needs TLS, since store.example is another machine"),
        ("s3://key:hush@[::1/films", "not readable as a URL"),
    ],
)
def test_a_bucket_needs_a_key_and_tls_and_its_secret_is_not_repeated(url: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load({"HALLES_MEDIA_URL": url})
    assert sentence in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["s3://key:hush@store.example/films?region=eu", "s3://a:b@127.0.0.1:9000/films?tls=no"])
def test_a_good_bucket_is_taken_and_never_shown(url: str) -> None:
    loaded = load({"HALLES_MEDIA_URL": url})
    assert loaded.media_url.reveal() == url
    assert "hush" not in repr(loaded)


def test_large_media_lie_in_the_data_folder_unless_said_otherwise() -> None:
    assert load({"HALLES_DATA": "/srv/halles"}).media_folder == Path("/srv/halles/media")
    assert load({"HALLES_MEDIA": "/mnt/media"}).media_folder == Path("/mnt/media")
