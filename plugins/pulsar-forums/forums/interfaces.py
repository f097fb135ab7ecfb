"""What this plugin shows, and what others may react to."""

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem, IResource


class IForumCategory(IContent):
    """Forums under one heading."""


class IForum(IContent):
    """A place for threads."""


class IForumThread(IContent):
    """A conversation: the first post and the answers to it."""


class IForumThreadNote(IContent):
    """What moderators noted about a thread."""


class IForumPost(IContent):
    """One contribution to a thread."""


class IForumPostEdit(IContent):
    """What a post said before an edit."""


class IForumPoll(IContent):
    """A question to the readers of a thread."""


class IForumPollChoice(IContent):
    """One of the answers that a poll offers."""


class IForums(ICollection):
    """``/forums``."""


class IThreads(ICollection):
    """``/forums/threads``."""


class IThreadResource(IItem):
    """``/forums/threads/{id}``."""


class IPolls(ICollection):
    """``/polls``."""


class ISubscriptions(IResource):
    """``/subscriptions``."""


class IThreadCreated(IContentEvent):
    """A thread was begun; its first post is stored."""


class IPostCreated(IContentEvent):
    """A post was written, also as a thread's first."""


class IPostEdited(IContentEvent):
    """A post says something else than before."""


class IPostDeleted(IContentEvent):
    """A post was deleted."""


class IPostRestored(IContentEvent):
    """A post's deletion was undone."""
