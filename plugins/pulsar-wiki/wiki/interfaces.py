"""What this plugin shows, the places that others may build on, and what they may react to."""

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem, IResource


class IWikiEntry(IContent):
    """An article as lists show it: without its text."""


class IWikiArticle(IWikiEntry):
    """An article in one of its languages."""


class IWikiChange(IContent):
    """An edit as lists show it: without the text that came of it."""


class IWikiRevision(IWikiChange):
    """What an article's text was after an edit."""


class IWikiLanguage(IContent):
    """A language that articles may be in."""


class IWikiLink(IContent):
    """A link between two articles, seen from one of them."""


class IWiki(IResource):
    """``/wiki``; what is registered below it cannot be an alias."""


class IWikiArticles(ICollection):
    """``/wiki/articles``."""


class IWikiArticleResource(IItem):
    """``/wiki/articles/{id}``."""


class IWikiArticleCreated(IContentEvent):
    """An article was written, or translated; the model is the text."""


class IWikiArticleEdited(IContentEvent):
    """A text has a new revision; the model is the text."""


class IWikiArticleDeleted(IContentEvent):
    """An article was deleted; the model is its original text."""
