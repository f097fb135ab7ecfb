"""The content and the events of this plugin."""

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem, IResource


class IForumCategory(IContent):
    """Forums under one heading."""


class IForum(IContent):
    """A place for threads."""


class IForumThread(IContent):
    """A conversation: the first post and its replies."""


class IForumThreadNote(IContent):
    """A note of moderators about a thread."""


class IForumPost(IContent):
    """A message in a thread."""


class IForumPostEdit(IContent):
    """An earlier version of a post."""


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
    """A thread was created; its first post is stored."""


class IPostCreated(IContentEvent):
    """A post was written, including the first post of a thread."""


class IPostEdited(IContentEvent):
    """The contents of a post changed."""


class IPostDeleted(IContentEvent):
    """A post was deleted."""


class IPostRestored(IContentEvent):
    """A post's deletion was undone."""
