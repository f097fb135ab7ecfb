"""Test support that the core and the plugins share."""

#: An id that does not exist: higher than any id that the tests create.
ABSENT = 999_999
