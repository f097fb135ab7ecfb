"""Fixtures for the tests of forums: a forum that members see, and people who moderate."""
