"""What the tests of the core and of plugins share."""

#: An id that nothing has: beyond what any run of the suite counts up to.
ABSENT = 999_999
