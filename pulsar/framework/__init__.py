"""Where Pulsar replaces a part of Pyramid, each in a module of its own; see decision 25."""
