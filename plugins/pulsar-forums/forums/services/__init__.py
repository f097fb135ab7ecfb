"""Services that write, change and delete forums, threads and posts.

Locks are always taken in this order: the thread's row, the forums' rows by id, members' counters.
"""
