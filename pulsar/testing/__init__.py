"""What the tests of the core and of plugins share."""
