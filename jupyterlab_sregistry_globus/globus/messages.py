"""Messages that several modules show."""

from __future__ import annotations

NOT_CONNECTED = "Not connected to Globus. Connect your account."
CONNECTION_ENDED = "Your Globus connection has ended. Connect again."
APP_REFUSED = "Globus rejected this server's client id and secret. Tell the administrator."
SWITCHED_OFF = "The administrator turned Globus off on this server."
CONSENT_NEEDED = (
    "Globus requires your consent before this app can use the endpoint. Log in to give it."
)
SETUP_HELP = (
    "Globus requires a client id. The administrator of this JupyterLab must register an app at "
    "https://app.globus.org/settings/developers (native app, redirect URL http://localhost/) and "
    "set its id as SRegistryGlobus.client_id in jupyter_sregistry_globus_config.py, or as the "
    "environment variable SREGISTRY_GLOBUS_CLIENT_ID. To try everything without an account, run: "
    "jupyter sregistry-globus demo"
)
