"""Files that hold secrets, by their names. A wrong guess costs a quotation, no more."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

Kind = Literal["", "quiet", "store"]
"""What a name says: "store", it is there to hold secrets, so that typing in it is typing one;
"quiet", it may hold some among other text, so that nobody else is told what is in it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FOLDERS = _words(
    ".aws .azure .chef .config/gcloud .config/gh .config/hub .config/op .config/rclone"
    " .config/sops .databricks .docker .fly .gcloud .gnupg .heroku .kaggle .kube .oci"
    " .password-store .putty .ssh .step .tsh .vault .vercel"
)
_SECRET_FOLDERS = _words(".credentials .secrets credentials passwords secret secrets")
_TRANSLATIONS = _words("i18n lang langs locale locales translations")
"""Folders where `auth.json` is what is said to the user on the page of that name."""
_STORES = _words(
    ".authinfo .bash_history .boto .databrickscfg .dbshell .dev.vars .dockercfg"
    " .dockerconfigjson .env .envrc .flaskenv .git-credentials .htdigest .htpasswd .irb_history"
    " .my.cnf .mylogin.cnf .mysql_history .netrc .node_repl_history .npmrc .passwd .passwd-s3fs"
    " .pgpass .psql_history .pypirc .python_history .rediscli_history .s3cfg .sqlite_history"
    " .terraformrc .vault-token .vault_pass .vault_password .yarnrc .yarnrc.yml .zsh_history"
    " _netrc adminsdk.json authorized_keys client_secret.json cookies.txt credentials"
    " firebase-adminsdk.json gshadow htpasswd id_dsa id_ecdsa id_ecdsa_sk"
    " id_ed25519 id_ed25519_sk id_rsa id_xmss kaggle.json kubeconfig kubeconfig.yaml"
    " kubeconfig.yml master.key pgpass.conf rclone.conf secring.gpg shadow terraform.rc"
    " wallet.dat"
)
_STORE_ENDINGS = _words(
    ".age .agilekeychain .asc .bks .cred .creds .der .enc .env .gpg .jceks .jks .kdb .kdbx .key"
    " .keychain .keychain-db .keystore .keytab .kubeconfig .mobileprovision .opvault .ovpn .p12"
    " .p8 .pass .passwd .password .pem .pfx .pgp .pk8 .pkcs12 .ppk .publishsettings .secret"
    " .secrets .tfstate .tfstate.backup .tfvars .tfvars.json .token .truststore"
)
_QUIET = _words(
    "app.config auth.json cable.yml config.inc.php configuration.php connectionstrings.config"
    " database.json database.yaml database.yml google-services.json"
    " googleservice-info.plist gradle.properties launchsettings.json"
    " local.properties local.settings.json local_settings.py localsettings.php mongoid.yml"
    " nuget.config parameters.yaml parameters.yml pip.conf pip.ini"
    " secret_token.rb server.xml settings.inc.php settings.local.json settings.local.php"
    " settings.toml settings.xml settings_local.py sftp.json sftp-config.json tomcat-users.xml"
    " vault.json vault.yaml vault.yml web.config wp-config.php"
)
_SOURCES = _words(
    "bat c cc cjs clj cpp cs css cxx dart ex exs fs fsx go h hh hpp hs htm html ipynb java jl js"
    " jsx kt kts less lua m md mjs mm php pl pm ps1 psm1 py pyi pyw r rb rs rst sass scala scss"
    " sh sol sql svelte swift tf ts tsx vb vue zig zsh"
)
_WORDS = _words(
    "apikey apikeys authtoken cred credential credentials creds htpasswd keystore kubeconfig"
    " passphrase passphrases passwd passwds password passwords passwort privatekey privkey pwd"
    " secret secrets serviceaccount"
)
_DATA_WORDS = _words("auth env jwt key keys logins oauth token tokens vault")
"""Words that say so in names of data, but not of code: `token.json`, but not `token.py`."""
_PAIRS = _words(
    "access api app auth aws azure bearer bot client consumer crypto deploy encryption gcp"
    " github gitlab hmac host jwt license master npm private refresh secret server service"
    " session sign signing slack ssh ssl stripe tls user webhook"
)
_PAIRED = _words("key keys token tokens")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def kind(path: str) -> Kind:
    """What a file's path says of it; slashes or backslashes, upper or lower case."""
    parts = path.replace("\\", "/").split("/")
    folders, name = [part.lower() for part in parts[:-1]], parts[-1]
    lower = name.lower()
    pairs = {f"{one}/{two}" for one, two in pairwise(folders)}
    if _is_store(lower) or _FOLDERS & pairs or _FOLDERS.intersection(folders):
        return "store"
    source = lower.rpartition(".")[2] in _SOURCES
    words = [word.lower() for word in _WORD.findall(name.partition(".")[0] or name)]
    of_data = not source and not _DATA_WORDS.isdisjoint(words)
    if _says_so(words, lower) or _SECRET_FOLDERS.intersection(folders[-2:]):
        return "quiet" if source or _TRANSLATIONS.intersection(folders) else "store"
    if of_data and len(words) == 1 and not _TRANSLATIONS.intersection(folders):
        return "store"
    quiet = lower in _QUIET or words == ["env"] or lower.startswith("appsettings.")
    return "quiet" if quiet or of_data else ""


def _says_so(words: list[str], name: str) -> bool:
    """Whether the words of a name speak of secrets, one of them or two together."""
    return (
        "secret" in name
        or "credential" in name
        or not _WORDS.isdisjoint(words)
        or any(first in _PAIRS and second in _PAIRED for first, second in pairwise(words))
        or any(pair in "".join(words) for pair in ("serviceaccount", "adminsdk"))
    )


def _is_store(name: str) -> bool:
    parts = name.split(".")
    if name in _STORES or name.startswith(("id_rsa", "id_ed255")):
        return True
    if any(f".{'.'.join(parts[at:])}" in _STORE_ENDINGS for at in range(1, len(parts))):
        return True
    # `.env`, `.env.local`, `prod.env`, `app.env.local`, `env.production`
    return "env" in parts[:-1] and parts[-1] not in _SOURCES - {"sh", "zsh", "ps1", "bat"}
