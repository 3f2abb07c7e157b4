"""Images in folder trees: on this host's disk, or on a Globus endpoint."""
