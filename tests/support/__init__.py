"""What tests share: a user with a browser, clients of each face."""
