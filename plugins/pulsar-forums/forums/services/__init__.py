"""What happens when forums, threads and posts are written, changed and removed.

Locks are always taken in this order: a thread's row, forums' rows by id, members' counters.
"""
