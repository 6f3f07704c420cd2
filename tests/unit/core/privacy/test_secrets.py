import random
import string
import time

import pytest
from fimble.core.privacy.secrets import names, text

STORES = """
.env .ENV .env.local .env.production prod.env deploy/app.env.local env.production .envrc .flaskenv
id_rsa ID_RSA id_rsa_work id_ecdsa id_ed25519 server.pem private.ppk key.asc backup.gpg x.keystore
vault.kdbx .netrc .pgpass .npmrc .yarnrc.yml .pypirc .htpasswd .git-credentials .vault-token
.docker/config.json .aws/config .aws/credentials .kube/config .ssh/config .config/gh/hosts.yml
credentials credentials.json service-account.json gcp-key.json client_secret_12.json kubeconfig
kubeconfig.yaml auth.json token.json password.json passwords.txt api-keys.yaml vault.yml secrets.toml
x.auto.tfvars.json prod.tfvars terraform.tfstate terraform.tfstate.backup master.key
credentials.yml.enc .dev.vars config/secrets/db.yaml cookies.txt .bash_history C:\\me\\.ssh\\config
"""
QUIET = """
passwords.py api_keys.py apiKeys.ts private_key.js my_secrets.py env.py wp-config.php database.yml
settings.toml local_settings.py appsettings.json appsettings.Production.json local.settings.json
web.config nuget.config gradle.properties access_token.go locales/en/passwords.json
"""
OPEN = """
main.py auth.py token.py tokens.py tokenizer.py keys.py key.ts keyboard.ts monkey.json package.json
tokenizer.json environment.yml tsconfig.json author.json config.py settings.py pyproject.toml Makefile
login.tsx keymap.json README.md src/environment.ts
"""


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (kind, path)
        for kind, paths in (("store", STORES), ("quiet", QUIET), ("", OPEN))
        for path in paths.split()
    ],
)
def test_a_name_says_whether_a_file_holds_secrets(kind: str, path: str) -> None:
    assert names.kind(path) == kind
    if kind == "store":
        assert names.kind(f"file:///srv/project/{path}") == kind


# Written in two parts, so that nobody takes this file for a leak.
KEYS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ASIA" + "Q3EGR5NL7WXK2BPD",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "11AAAA" * 6,
    "glpat-" + "x1Y2z3" * 4,
    "xoxb-" + "123456789012-abcdef",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "npm_" + "a1B2c3D4e5F6" * 3,
    "pypi-" + "AgEIcHlwaS5vcmcCJDEyMzQ1Njc4",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw.dozjgNryP4J3jVmN",
    "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----",
    "sk-" + "proj-a1B2c3D4e5F6g7H8i9J0",
    "sk-" + "ant-api03-a1B2c3D4e5F6g7H8",
    "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
    "postgres://" + "app:h8Kwpq0z@db.internal/main",
    "https://hooks.slack." + "com/services/T00000000/B00000000/XXXXXXXXXXXX",
    "AccountKey=" + "a1B2" * 11 + "==",
    "Authorization: Bearer " + "a1B2c3D4e5F6g7H8i9J0",
]


@pytest.mark.parametrize("key", KEYS)
def test_known_keys_are_found_wherever_they_stand(key: str) -> None:
    for around in ("{}", "x = 1  # {}\n", "call('{}', 2)", '{{"a": "{}"}}'):
        assert text.holds(around.format(key)), around


ASSIGNED = [
    ('password = "hunter2"', "python"),
    ("DB_PASSWORD = 'SuperSecret123!'", "python"),
    ("password = 'P@$$w0rd!'", "python"),
    ('"api_key": "9f86d081884c7d65"', "json"),
    ('passphrase: "correct-horse-battery-staple"', "javascript"),
    ('const clientSecret: string = "b2c4d6e8f0"', "typescript"),
    ("config['secret_key'] = 'q8w7e6r5t4'", "python"),
    ("DB_PASSWORD=hunter2xyzzy9", "dotenv"),
    ("export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "shellscript"),
    ("  password: hunter2xyzzy9  # of the database", "yaml"),
    ('"Server=db;User Id=sa;Password=hunter2xyz;"', "csharp"),
    ("<password>hunter2xyz</password>", "xml"),
    ('<add key="ApiKey" value="9f86d081884c7d65" />', "xml"),
    ("salt = '9f86d081884c7d659a2feaa0c55ad015'", "python"),
    ('x = "Zq7rT2xW9vKe4LmN8pBs3HdY"', "python"),
]


@pytest.mark.parametrize(("line", "language"), ASSIGNED)
def test_passwords_and_what_looks_like_chance_are_found(line: str, language: str) -> None:
    assert text.holds(f"first = 1\n{line}\nlast = 2\n", language)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ('password = "your-password"', "python"),
        ("password = os.environ['PASSWORD']", "python"),
        ('token = "${TOKEN}"', "javascript"),
        ("password = get_password(user)", "python"),
        ("password: string;", "typescript"),
        ('<input type="password" name="password2" placeholder="Password">', "html"),
        ("secretName: tls-certificate", "yaml"),
        ("PASSWORD=$(cat /run/password1)", "shellscript"),
        ("password: ${{ secrets.PASSWORD1 }}", "yaml"),
        ('PASSWORD_KEY = "PASSWORD_KEY"', "python"),
        ('name = "FiberForceLengthActiveDeGroote2016"', "python"),
        ('alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"', "python"),
        ('id = "123e4567-e89b-12d3-a456-426614174000"', "python"),
        ('url = "https://example.org:8080/path@x"', "python"),
        ("sk-fading-circle sk-folding-cube-wrapper", "css"),
    ],
)
def test_code_and_placeholders_are_no_secrets(line: str, language: str) -> None:
    assert list(text.found(f"first = 1\n{line}\nlast = 2\n", language)) == []


@pytest.mark.parametrize("alphabet", ["base64", "letters and digits"])
def test_most_strings_of_chance_look_like_it(alphabet: str) -> None:
    dice = random.Random(7)
    letters = string.ascii_letters + string.digits + ("+/" if alphabet == "base64" else "")
    drawn = ["".join(dice.choices(letters, k=dice.randint(24, 64))) for _ in range(2_000)]
    assert sum(text.looks_random(value) for value in drawn) > 0.9 * len(drawn)


@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "secret ",
        "password = '",
        "a://",
        "a:a@",
        "eyJ",
        "eyJa.",
        "-----BEGIN PRIVATE KEY",
        "sk-",
        "key: a: ",
        "='passwd",
        "<secret",
        ";password=",
        "\n \t",
        "A1b",
        '"',
        "Basic Bearer ",
    ],
)
def test_no_text_makes_the_search_run_away(piece: str) -> None:
    started = time.process_time()
    for language in ("", "python"):
        text.holds(piece * (100_000 // len(piece)), language)
    assert time.process_time() - started < 6
