"""What the environment may say, and what happens when it says something else."""

import os
import stat
import subprocess
from ast import literal_eval
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests import forked
from viewer import environment as env

WRONG_VALUES = [
    ("CLICKHOUSE_SHARDS", "http://clickhouse-1:8123,user:hidden@clickhouse-2"),
    ("ALLOWED_HOSTS", "https://example.org"),
    ("ALLOWED_HOSTS", "example.org/path"),
    ("CSRF_TRUSTED_ORIGINS", "example.org"),
    ("CSRF_TRUSTED_ORIGINS", "https://example.org/path"),
    ("CSRF_TRUSTED_ORIGINS", "https://[bad"),
    ("CSRF_TRUSTED_ORIGINS", "https://a b"),
    ("DATABASE_URL", "mysql://user:hidden@host/name"),
    ("DATABASE_URL", "postgres://user:hidden@host:port/name"),
    ("DATABASE_URL", "sqlite://:memory:"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite://relative"),
    ("DEBUG", "perhaps"),
    ("FORWARDED_ALLOW_IPS", "nonsense"),
    ("HSTS_SECONDS", "x"),
    ("HTTPS", "2"),
    ("LOG_LEVEL", "chatty"),
    ("MEMO_BYTES", "-1"),
    ("MEMO_BYTES", "many"),
    ("METRICS_TOKEN", "short"),
    ("NOTIFY_EMAIL", "ann"),
    ("NOTIFY_WEBHOOK", "http://example.org/hook"),
    ("NOTIFY_WEBHOOK", "https://127.0.0.1/hook"),
    ("OPENIMAGES_DATA_DIR", "/dev/null/data"),
    ("OPENIMAGES_DATA_DIR", "~nobody-by-this-name/data"),
    ("OPENIMAGES_IMAGE_ROOT", "/there/is/no/such/folder"),
    ("OPENIMAGES_IMAGE_ROOT", "~nobody-by-this-name/data"),
    ("OPENIMAGES_IMAGE_ROOT", "a" * 300),
    ("PICTURE_HOSTS", "*.example.org"),
    ("PICTURE_HOSTS", "127.0.0.1"),
    ("PICTURE_HOSTS", "localhost"),
    ("PICTURE_HOSTS", "https://pictures.example.org"),
    ("QUERY_DEADLINE_S", "0"),
    ("QUERY_DEADLINE_S", "nan"),
    ("QUERY_DEADLINE_S", "soon"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("THUMBNAILS", "Proxy"),
    ("TIME_ZONE", "Mars/Olympus"),
]


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {"PATH": os.environ["PATH"], "OPENIMAGES_DATA_DIR": str(tmp_path)}
    return forked.run(["manage.py", *arguments], env=base | environment)


def shown(tmp_path: Path, expression: str, **environment: str) -> str:
    """What an expression over the settings is under this environment."""
    done = manage(
        tmp_path,
        "shell",
        "--no-imports",
        "-c",
        f"from django.conf import settings as s; print(({expression}))",
        **environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("name", "value"), WRONG_VALUES)
def test_a_wrong_value_ends_in_one_line_that_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"Invalid setting. {name}: ")
    assert len(done.stderr.splitlines()) == 1
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "99999"), ("WEB_WORKERS", "0"), ("HOST", "a,b"), ("THUMBNAILS", "x")]
)
def test_the_web_server_refuses_a_wrong_value_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    environment = {"PATH": os.environ["PATH"], "OPENIMAGES_DATA_DIR": str(tmp_path), name: value}
    done = forked.run(forked.GUNICORN, env=environment)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        line for line in done.stderr.splitlines() if line.startswith(f"Invalid setting. {name}: ")
    ]


def test_nothing_set_gives_safe_defaults(tmp_path: Path) -> None:
    assert shown(
        tmp_path,
        "s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.THUMBNAILS, s.QUERY_DEADLINE_S",
    ) == str((False, ["localhost", "127.0.0.1", "[::1]"], False, False, "proxy", 3))


def test_an_empty_value_is_the_default(tmp_path: Path) -> None:
    assert shown(tmp_path, "s.THUMBNAILS, s.ALLOWED_HOSTS[0]", THUMBNAILS="", ALLOWED_HOSTS="") == str(
        ("proxy", "localhost")
    )


def test_https_closes_what_plain_http_must_leave_open(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", "--tag", "security", HTTPS="1")
    assert done.returncode == 0, done.stderr
    assert shown(tmp_path, "s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE", HTTPS="1") == str(
        (True,) * 3
    )


def test_the_default_database_is_a_wal_file_in_the_data_folder(tmp_path: Path) -> None:
    code = (
        "from django.db import connection as c; "
        "print([c.cursor().execute('PRAGMA ' + p).fetchone()[0] for p in "
        "('journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys', 'page_size')])"
    )
    done = manage(tmp_path, "shell", "--no-imports", "-c", code)
    assert done.stdout.strip() == str(["wal", 1, 30_000, 1, 8192]), done.stderr
    assert (tmp_path / "openimages.sqlite3").exists()


def test_a_log_at_debug_holds_nothing_of_what_numba_compiles(tmp_path: Path) -> None:
    levels = "[__import__('logging').getLogger(name).isEnabledFor(10) for name in ('browse.domain', 'numba.core.ssa')]"
    assert literal_eval(shown(tmp_path, levels, LOG_LEVEL="DEBUG")) == [True, False]


def test_a_postgres_url_is_taken_with_its_options(tmp_path: Path) -> None:
    entry = shown(
        tmp_path,
        "[s.DATABASES['default'][k] for k in ('ENGINE', 'NAME', 'USER', 'HOST', 'PORT', 'OPTIONS')]",
        DATABASE_URL="postgres://reader:p%40ss@db.example.org:5433/images?sslmode=require",
    )
    engine, *place, options = literal_eval(entry)
    assert [engine, *place] == ["viewer.postgresql", "images", "reader", "db.example.org", 5433]
    assert options["sslmode"] == "require"
    assert options["connect_timeout"] == 3, "ours stay beside it"


@pytest.mark.parametrize("mode", ["proxy", "local"])
def test_pictures_come_from_here_unless_the_browser_loads_them_itself(tmp_path: Path, mode: str) -> None:
    policy = shown(tmp_path, "s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src']", THUMBNAILS=mode)
    assert policy == str(["'self'"])


def test_direct_pictures_open_the_policy_for_exactly_their_hosts(tmp_path: Path) -> None:
    policy = shown(
        tmp_path,
        "' '.join(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])",
        THUMBNAILS="direct",
        PICTURE_HOSTS="pictures.example.org",
    ).split()
    assert policy[0] == "'self'"
    assert {"https://c1.staticflickr.com", "https://farm8.staticflickr.com", "https://pictures.example.org"} <= set(
        policy
    )
    assert not [origin for origin in policy if "*" in origin or origin.startswith("http:")]


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: env.secret_key("SECRET_KEY_UNSET", folder=tmp_path), range(32)))
    assert len(keys) == 1
    file = tmp_path / "secret_key"
    assert list(tmp_path.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(keys.pop()) >= 50


@pytest.mark.parametrize(("mode", "content", "fault"), [(0o640, "k" * 64, "read by others"), (0o600, "", "damaged")])
def test_a_secret_key_file_that_cannot_be_trusted_is_refused(
    tmp_path: Path, mode: int, content: str, fault: str
) -> None:
    file = tmp_path / "secret_key"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(ImproperlyConfigured, match=f"^SECRET_KEY_UNSET: .*{file}.*{fault}"):
        env.secret_key("SECRET_KEY_UNSET", folder=tmp_path)
