"""Articles, revisions and their events, and the resources below ``/wiki``."""

from pulsar.interfaces import ICollection, IContent, IContentEvent, IItem, IResource


class IWikiEntry(IContent):
    """An article in a list, without its text."""


class IWikiArticle(IWikiEntry):
    """An article in one of its languages."""


class IWikiChange(IContent):
    """An edit in a list, without the resulting text."""


class IWikiRevision(IWikiChange):
    """The text of an article after an edit."""


class IWikiLanguage(IContent):
    """A language of the wiki."""


class IWikiLink(IContent):
    """A link between two articles, shown for one of them."""


class IWiki(IResource):
    """``/wiki``. The names of resources below it are reserved and cannot be aliases."""


class IWikiArticles(ICollection):
    """``/wiki/articles``."""


class IWikiArticleResource(IItem):
    """``/wiki/articles/{id}``."""


class IWikiArticleCreated(IContentEvent):
    """An article was written or translated; the model is the text."""


class IWikiArticleEdited(IContentEvent):
    """An article was edited; the model is the text."""


class IWikiArticleDeleted(IContentEvent):
    """An article was deleted; the model is its original text."""
