"""What tests share: a person with a browser, clients of each face."""
