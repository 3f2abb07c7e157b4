"""HTTP to registry servers, bounded in time and size."""
