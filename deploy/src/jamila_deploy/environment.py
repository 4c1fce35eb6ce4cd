"""Every environment variable the launcher hands to a process; the names stand only here."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from jamila_deploy.mongo import mongo_url
from jamila_deploy.nats import nats_url
from jamila_deploy.nats_names import SERVICES
from jamila_deploy.ports import LOOPBACK
from jamila_deploy.secrets import Secrets
from jamila_deploy.settings import LauncherSettings

# Identifiers of the demo only: a real office has its own from Meta and from the ministry.
_PHONE_NUMBER_ID: Final = "106311990000001"
_WABA_ID: Final = "206311990000001"
_SIAK_USER: Final = "demo-6311"
_SIAK_INSTITUTION: Final = "demo-disdukcapil-6311"

Environment = dict[str, str]


def shared_environment(settings: LauncherSettings, secrets: Secrets, *, name: str) -> Environment:
    """What every Python process gets."""
    home, port = settings.home, getattr(settings.ports, name)
    return {
        **_nats_user(name.replace("_", "-"), secrets),
        "JAMILA_HOME": str(home),
        "JAMILA_TENANT": settings.tenant,
        "JAMILA_DEMO": "1",
        "JAMILA_NATS_URL": nats_url(settings),
        "JAMILA_MONGO_URL": mongo_url(settings),
        "JAMILA_MONGO_DATABASE": "jamila",
        "JAMILA_MASTER_KEY_FILE": str(secrets.master_key_file),
        "JAMILA_OBJECTS_URL": settings.objects_url or (home / "objects").as_uri(),
        "JAMILA_STORES_DIR": str(home / "stores"),
        "JAMILA_HTTP_HOST": LOOPBACK,
        "JAMILA_HTTP_PORT": str(port),
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
    }


def _nats_user(user: str, secrets: Secrets) -> Environment:
    """Who a process is to NATS; nobody where it never speaks to it."""
    if user not in SERVICES:
        return {}
    return {"JAMILA_NATS_USER": user, "JAMILA_NATS_PASSWORD": secrets.nats_passwords[user]}


def own_environment(name: str, settings: LauncherSettings, secrets: Secrets) -> Environment:
    """What one process gets beyond the shared part; empty where it needs nothing more."""
    compose = _OWN.get(name)
    return {} if compose is None else compose(settings, secrets)


def simulators_url(settings: LauncherSettings) -> str:
    """Address of the simulators' page, where a resident's phone is played."""
    return f"http://{LOOPBACK}:{settings.ports.simulators}"


def public_url(settings: LauncherSettings) -> str:
    """Address of the public page, as residents know it."""
    return settings.public_url or f"http://{LOOPBACK}:{settings.ports.public}"


def _whatsapp_base_url(settings: LauncherSettings) -> str:
    return f"{simulators_url(settings)}/whatsapp/v24.0"


def _intake(settings: LauncherSettings, secrets: Secrets) -> Environment:
    return {
        "INTAKE_WHATSAPP_BASE_URL": _whatsapp_base_url(settings),
        "INTAKE_WHATSAPP_APP_SECRET": secrets.whatsapp_app_secret,
        "INTAKE_WHATSAPP_ACCESS_TOKEN": secrets.whatsapp_access_token,
        "INTAKE_WHATSAPP_VERIFY_TOKEN": secrets.whatsapp_verify_token,
        "INTAKE_WHATSAPP_PHONE_NUMBER_ID": _PHONE_NUMBER_ID,
    }


def _notifier(settings: LauncherSettings, secrets: Secrets) -> Environment:
    return {
        "NOTIFIER_WHATSAPP_BASE_URL": _whatsapp_base_url(settings),
        "NOTIFIER_WHATSAPP_ACCESS_TOKEN": secrets.whatsapp_access_token,
        "NOTIFIER_WHATSAPP_PHONE_NUMBER_ID": _PHONE_NUMBER_ID,
        "NOTIFIER_PUBLIC_BASE_URL": public_url(settings),
    }


def _siak_adapter(settings: LauncherSettings, secrets: Secrets) -> Environment:
    return {
        "SIAK_ADAPTER_SIAK_BASE_URL": f"{simulators_url(settings)}/siak",
        "SIAK_ADAPTER_SIAK_USER": _SIAK_USER,
        "SIAK_ADAPTER_SIAK_PASSWORD": secrets.siak_password,
        "SIAK_ADAPTER_SIAK_IP": LOOPBACK,
        "SIAK_ADAPTER_SIAK_INSTITUTION": _SIAK_INSTITUTION,
        "SIAK_ADAPTER_VERIFY_URL": f"{public_url(settings)}/cek",
    }


def _gateway(settings: LauncherSettings, _secrets: Secrets) -> Environment:
    return {"GATEWAY_TRACKING_URL": f"{public_url(settings)}/lacak"}


def _printing(settings: LauncherSettings, _secrets: Secrets) -> Environment:
    return {"PRINTING_FOLDER": str(settings.home / "printed")}


def _signing(settings: LauncherSettings, secrets: Secrets) -> Environment:
    pki = f"{simulators_url(settings)}/pki"
    return {
        "SIGNING_PKCS12_FILE": str(secrets.pkcs12_file),
        "SIGNING_PASSPHRASE_FILE": str(secrets.passphrase_file),
        "SIGNING_TRUST_ROOTS_FILE": str(secrets.trust_roots_file),
        "SIGNING_LEVEL": "B-LTA",
        "SIGNING_TSA_URL": f"{pki}/tsa",
        "SIGNING_OCSP_URL": f"{pki}/ocsp",
        "SIGNING_CRL_URLS": json.dumps([f"{pki}/crl/root.crl", f"{pki}/crl/issuing.crl"]),
    }


def _simulators(settings: LauncherSettings, secrets: Secrets) -> Environment:
    return {
        "SIMULATORS_HOST": LOOPBACK,
        "SIMULATORS_PORT": str(settings.ports.simulators),
        "SIMULATORS_PUBLIC_URL": simulators_url(settings),
        "SIMULATORS_WEBHOOK_URL": f"http://{LOOPBACK}:{settings.ports.intake}/webhooks/whatsapp",
        "SIMULATORS_APP_SECRET": secrets.whatsapp_app_secret,
        "SIMULATORS_ACCESS_TOKEN": secrets.whatsapp_access_token,
        "SIMULATORS_VERIFY_TOKEN": secrets.whatsapp_verify_token,
        "SIMULATORS_PHONE_NUMBER_ID": _PHONE_NUMBER_ID,
        "SIMULATORS_WABA_ID": _WABA_ID,
        "SIMULATORS_STATE_DIR": str(settings.home / "simulators"),
        "SIMULATORS_PKI_DIR": str(settings.home / "pki"),
        "SIMULATORS_SIAK_USER": _SIAK_USER,
        "SIMULATORS_SIAK_PASSWORD": secrets.siak_password,
        "SIMULATORS_SIAK_IP": LOOPBACK,
    }


def _public(settings: LauncherSettings, secrets: Secrets) -> Environment:
    return {
        "PUBLIC_TRUST_ROOTS_FILE": str(secrets.trust_roots_file),
        "PUBLIC_CALENDAR": settings.calendar,
    }


def _ledger(settings: LauncherSettings, _secrets: Secrets) -> Environment:
    return {"JAMILA_CALENDAR": settings.calendar}


_OWN: Final[Mapping[str, Callable[[LauncherSettings, Secrets], Environment]]] = {
    "ledger": _ledger,
    "intake": _intake,
    "gateway": _gateway,
    "siak_adapter": _siak_adapter,
    "signing": _signing,
    "printing": _printing,
    "notifier": _notifier,
    "public": _public,
    "simulators": _simulators,
}
