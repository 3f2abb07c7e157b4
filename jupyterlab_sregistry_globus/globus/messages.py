"""Messages that several modules show."""

from __future__ import annotations

NOT_CONNECTED = "Not connected to Globus. Connect your account."
CONNECTION_ENDED = "Globus says that this connection has ended. Connect again."
APP_REFUSED = (
    "Globus does not accept the client id and secret of this server. Tell its administrator."
)
SWITCHED_OFF = "The administrator of this server has switched Globus off."
CONSENT_NEEDED = "Globus asks for your consent before this app may use the endpoint."
SETUP_HELP = (
    "Globus needs a client id. Whoever runs this JupyterLab registers an app at "
    "https://app.globus.org/settings/developers (native app, redirect URL "
    "http://localhost/) and sets it as SRegistryGlobus.client_id in "
    "jupyter_sregistry_globus_config.py, or as the environment variable SREGISTRY_GLOBUS_CLIENT_ID. "
    "To try everything without an account, run: jupyter sregistry-globus demo"
)
