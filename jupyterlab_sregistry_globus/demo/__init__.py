"""The demo: JupyterLab with sample images, and a Globus that runs on this machine."""
