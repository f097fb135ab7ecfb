"""Every extension point of Pulsar: what a plugin may provide, and which services it may use.

Each interface names the directive (see :mod:`pulsar.directives`) that registers an implementation.
The ``interfaces`` modules of the packages, like :mod:`pulsar.users.interfaces`, declare the kinds
of content and events. Importing this module imports nothing else of Pulsar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    import re

    import colander
    from prometheus_client.core import Metric
    from pyramid.response import Response
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from .errors import ApiError
    from .jobs.schedule import Every
    from .ratelimit.limits import Verdict
    from .registry import Registry
    from .request import Request
    from .secrets.models import UserSecret
    from .security.identity import Identity
    from .serialization.fields import JsonSchema, Refs
    from .settings.limit import Limit
    from .sitelog.models import LogEntry
    from .text.references import References
    from .traversal import Resource
    from .users.models import User

# --- content: the models that the API shows ---


class IContent(Interface):
    """A model that the API shows. Serializers and fields are registered for its sub-interfaces."""


# --- the URL space: config.add_resource(name, factory, parent=...) ---


class IResource(Interface):
    """A place in the URL space: a thin wrapper that traversal finds and views are bound to."""

    __parent__: Resource | None = Attribute("The resource above, None for the root.")
    __name__: str = Attribute("The URL segment.")
    request: Request = Attribute("The current request.")


class IRoot(IResource):
    """The root of the tree."""


class IResourcePattern(Interface):
    """A child of the root, found by the form of its name: config.add_resource(pattern=...)."""

    factory: type[Resource] = Attribute("The resource class.")


class ICollection(IResource):
    """A resource that finds its children, which are items, by their id."""

    item: Any = Attribute("The class of the items, an IItem.")
    model: Any = Attribute("The mapped class of the items.")


class IItem(IResource):
    """A resource around one loaded model."""

    model: Any = Attribute("The model, an IContent.")


class IMe(IItem):
    """``/users/me``: the parent of resources that only the caller may use."""


# --- output: config.add_serializer(serializer, content), config.add_field(content, name, field) ---


class ISerializer(Interface):
    """Declares the fields of one kind of content, and who may see each of them."""

    def owner_id(model: Any) -> int | None:
        """The id of the member to whom the model belongs, or None."""

    fields: dict[str, Any] = Attribute("Mapping of name to IField, in the order of output.")


class IField(Interface):
    """One member of a serialized object. Another plugin may have added it."""

    permission: str | None = Attribute("The permission that shows the field, None for everyone.")
    own: bool = Attribute("Whether the owner sees it without that permission.")
    nested: bool = Attribute("Whether it is shown when the object is inside another one.")
    personal: bool = Attribute("Whether its values depend on the caller.")

    def values(request: Request, models: Sequence[Any]) -> Sequence[Any]:
        """The field's values in the order of the models, with a constant number of statements."""

    def least(model: Any) -> int:
        """The minimum size of the model's value in bytes; 0 if it is not known yet."""

    def work(model: Any) -> int:
        """The maximum work to compute the model's value, in units of about a microsecond."""

    def json_schema(refs: Refs) -> JsonSchema:
        """The value's JSON Schema; ``refs(content)`` returns the reference to another object."""


# --- services: request.find_service(interface), config.add_service(interface, service) ---


class IDatabase(Interface):
    """The relational database."""

    engine: Any = Attribute("The SQLAlchemy engine (or, in tests, the connection).")

    def session(writes: bool = False) -> Session:
        """Return a new session outside of the request's transaction, as a context manager."""

    def joined(writes: bool = False) -> Session:
        """Return a new session that commits and aborts with the thread's transaction manager."""


class ICache(Interface):
    """A store of short-lived copies, which processes share if it is Redis.

    Values are anything that msgpack can encode. An entry has tags; invalidating a tag drops every
    entry that has it. Every method works while the store is unavailable: reads find nothing, and
    writes store nothing.
    """

    hits: int = Attribute("The number of lookups of this process that found a value.")
    misses: int = Attribute("The number of lookups of this process that found none.")

    def get(key: str) -> Any:
        """Return the value under the key, or None."""

    def get_many(keys: Iterable[str]) -> list[Any]:
        """Return the values under the keys, in one round trip."""

    def token() -> int:
        """Return a token of the current moment, to pass to :meth:`put`."""

    def put(key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Store the value unless one of the tags was invalidated after the token was taken."""

    def keep(values: Mapping[str, Any], ttl: int) -> None:
        """Store values that never become outdated, by their keys, in one round trip."""

    def invalidate(tags: Iterable[str]) -> None:
        """Drop every entry that has one of the tags."""

    def clear() -> None:
        """Drop all entries."""

    def ping() -> None:
        """Raise an exception if the store does not respond."""


class IRateLimiter(Interface):
    """Counts hits in fixed windows that start at the first hit."""

    def hit(hits: Iterable[tuple[Limit, str]]) -> list[Verdict]:
        """Count ``[(limit, key), ...]`` in order until one is exceeded; return their verdicts."""

    def peek(limit: Limit, key: str) -> Verdict:
        """Return the verdict on the next hit without counting it."""

    def clear() -> None:
        """Forget all hits."""


class IGuesses(Interface):
    """Limits wrong credentials (API keys, feed keys, passkeys) by the network that sends them.

    Credentials are identified by a digest. A credential that was valid before is never limited
    here, so that strangers in the same network cannot lock members out.
    """

    def holder(credential: str) -> int | None:
        """Return the id of the member whose credential this was at the last look-up, or None."""

    def was_wrong(credential: str) -> bool:
        """Return whether the credential was recently wrong, so that no look-up is necessary."""

    def require_open(credential: str, network: str) -> None:
        """Before a look-up: raise RateLimited if the network sent too many wrong credentials."""

    def right(credential: str, user_id: int) -> None:
        """After a look-up: record that the credential belongs to this member."""

    def wrong(credential: str, network: str) -> None:
        """After a look-up: record that the credential belongs to no member."""


class IIdentitySource(Interface):
    """Finds the identity for a request's credentials."""

    def credential(request: Request) -> str | None:
        """Return the digest of the credential sent, None without one. Nothing is looked up."""

    def identify(request: Request) -> Identity | None:
        """Return the Identity, None without credentials. Raises Unauthorized for wrong ones."""


class IUserClasses(Interface):
    """Determines the permissions of members from their classes."""

    def default_id(session: Session) -> int:
        """Return the id of the class that new members join."""

    def permissions(registry: Registry, session: Session, user: User) -> frozenset[str]:
        """Return the permissions by classes and grants minus denials, in one statement."""


class ILogIn(Interface):
    """Authenticates callers who have no credential yet."""

    errors: tuple[type[ApiError], ...] = Attribute("The errors that :meth:`log_in` may raise.")

    def log_in(request: Request, username: str, password: str, code: str | None) -> int:
        """Return the id of the member with this username, password and second factor's code."""


class IPasswords(Interface):
    """Normalises and hashes passwords (NFKC, argon2id)."""

    def hash(password: str) -> str:
        """Return the encoded hash."""

    def verify(encoded: str | None, password: str) -> bool:
        """Return whether they match; False if ``encoded`` is None, after the same time."""

    def rehash(encoded: str, password: str) -> str | None:
        """Return a new hash of a verified password, None if the stored one is up to date."""


class ISecrets(Interface):
    """Members' secrets other than API keys: feed key, passkey, and those that plugins add."""

    def current(session: Session, user_id: int, kind: str) -> str:
        """Return the member's live secret of this kind; create it if necessary."""

    def reset(session: Session, user_id: int, kind: str) -> str:
        """Revoke the live secret and create a new one."""

    def revoke(session: Session, user_id: int | None = None, kind: str | None = None) -> None:
        """Revoke live secrets of one member or all, and of one kind or all; create none.

        The caller invalidates the cache tags ``user:<id>`` or ``credentials``.
        """

    def history(session: Session, user_id: int, kind: str) -> Sequence[UserSecret]:
        """Return the member's secrets, live and revoked, newest first; values are not stored."""

    def owner(session: Session, kind: str, value: str) -> int | None:
        """Return the id of the member whose live secret this is, or None."""

    def count_derived(session: Session, site_keys: Sequence[bytes]) -> Counter[str]:
        """Return the number of live secrets derived from one of these site secrets, by kind."""


class ISearch(Interface):
    """Full-text search; a text that is added can be found after the commit."""

    def put(session: Session, kind: str, ref_id: int, body: str) -> None:
        """Index a text under the kind and id, replacing an earlier text."""

    def drop(session: Session, kind: str, ref_id: int) -> None:
        """Remove the text from the index."""

    def matching(session: Session, kind: str, query: str) -> Select[tuple[int]]:
        """Return a SQLAlchemy select of the ids that match the query."""


class ISiteLog(Interface):
    """The record of the actions of staff; plugins use it too."""

    def record(
        request: Request,
        action: str,
        summary: str,
        *,
        target: Any = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> LogEntry:
        """Record the caller's action on a model, within the request's transaction.

        ``action`` is a constant such as ``user_warned``; ``before`` and ``after`` are dicts of the
        changed fields.
        """


class IIPBans(Interface):
    """Knows which addresses are banned."""

    def banned(address: str) -> bool:
        """Return whether the address, as text, is in a banned network."""

    def changed(request: Request) -> None:
        """Read the bans again after the request's commit."""

    def read() -> None:
        """Read the bans immediately."""


class IDeferred(Interface):
    """Runs short functions after the commit, when the caller already has the response."""

    def after_commit(request: Request, work: Callable[[], None]) -> None:
        """Call ``work()`` after the request's transaction has committed; not if it is aborted."""


class IMailer(Interface):
    """Sends mail. A mail that no server accepts is retried for a day."""

    counts: Mapping[str, int] = Attribute(
        "The numbers of mails that this process ``sent``, ``failed`` to send and has ``given_up``."
    )

    def send(request: Request | None, to: str, subject: str, body: str) -> None:
        """Send a text after the request's transaction has committed; not if it is aborted.

        Raises ValueError for an address or a subject that would break the header. Problems with the
        mail server are only logged. If ``request`` is None, there is one attempt, immediately.
        """

    def post(session: Session, to: str, subject: str, body: str) -> Callable[[], None]:
        """Add a mail in the caller's session; call the returned function after its commit."""

    def waiting() -> int:
        """Return how many mails wait to be retried."""

    def try_waiting() -> None:
        """Retry the mails that are due. Raises RuntimeError if some were given up."""


class IMailLimits(Interface):
    """Limits mails to unconfirmed addresses."""

    def count(purpose: str, email: str, caller: str | None, *, longest: int | None = None) -> None:
        """Count a mail requested by the address ``caller``; raises TooManyMails.

        The window of the target ends after at most ``longest`` seconds.
        """


class ITwoFactor(Interface):
    """Members' second factors: TOTP (RFC 6238) and recovery codes."""

    def state(session: Session, user_id: int) -> bool | None:
        """Return True if the member must send a code, False during the set-up, otherwise None."""

    def begin(session: Session, user_id: int) -> str:
        """Create a secret, and return it in base32."""

    def confirm(session: Session, user_id: int, code: str) -> list[str]:
        """Turn the second factor on with its first code, and return the recovery codes."""

    def accept(session: Session, user_id: int, code: str) -> bool:
        """Return whether the code is valid; a valid code cannot be used again."""

    def turn_off(session: Session, user_id: int) -> None:
        """Delete the secret and the recovery codes."""


# --- texts: config.add_text_formatter(name, title, html) ---


class ITextFormatter(Interface):
    """A format that members write texts in, such as BBCode."""

    name: str = Attribute("At most 32 characters; stored with each text.")
    title: str = Attribute("The name shown to members.")
    version: int = Attribute("Increase it whenever the HTML of any text changes.")

    def html(source: str) -> str:
        """Return the text as HTML that is not trusted yet."""

    def references(source: str) -> References:
        """Return which members it quotes and mentions, see :meth:`IText.references`."""

    def searchable(source: str) -> str:
        """Return the text without markup."""


class IText(Interface):
    """Converts members' texts to HTML.

    A text that cannot be formatted, e.g. because the plugin of its format was removed, is shown
    unchanged.
    """

    def html(format: str, source: str) -> str:
        """Return sanitised HTML of the text."""

    def html_many(request: Request, texts: Iterable[tuple[str, str]]) -> list[str]:
        """Return sanitised HTML of ``[(format, source), ...]``, cached, in one round trip."""

    def html_parts(request: Request, texts: Iterable[tuple[str, str]]) -> list[str]:
        """Return sanitised HTML of ``[(format, source), ...]`` that are shown together as one text.

        Like ``html_many``, but all texts share the size limit of one text and the work limit of one
        response. Texts beyond the limits are shown unchanged.
        """

    def references(format: str, source: str) -> References:
        """Return the ``quoted`` and ``mentioned`` usernames, each in the order of the text.

        Nested quotations, and mentions inside of quotations and code, do not count. Each name is
        listed once, regardless of case, and each list has at most a hundred names.
        """

    def searchable(format: str, source: str) -> str:
        """Return the text without markup, for ISearch."""


# --- jobs: config.add_job(name, schedule, job) ---


class IJob(Interface):
    """Work that runs on a schedule, in one process at a time."""

    name: str = Attribute("At most 64 characters.")
    seconds: int = Attribute("The maximum duration of a run.")
    schedule: Every = Attribute("The schedule.")
    title: str = Attribute("One sentence for operators.")

    def __call__(registry: Registry) -> None:
        """Do the work. It may run again after a crash, so running it twice must do no harm."""


# --- notifications: config.add_notification_type(...), config.add_notification_channel(...) ---


class INotificationType(Interface):
    """A kind of notification."""

    name: str = Attribute("At most 48 characters.")
    title: str = Attribute("One sentence for members.")
    visible: Callable[..., Any] | None = Attribute(
        "(request, user_ids, subject_ids) -> pairs; None: all members may know of all subjects."
    )


class INotificationChannel(Interface):
    """A way to notify members: in the site, by mail digest, or a way that a plugin adds."""

    name: str = Attribute("At most 32 characters.")
    default: bool = Attribute("Whether members use it by default.")

    def deliver(request: Request, notifications: Sequence[Any]) -> None:
        """Deliver new notifications, within the transaction."""


class INotifications(Interface):
    """Creates notifications."""

    def notify(
        request: Request,
        type: str,
        user_ids: Iterable[int],
        contents: dict[str, Any],
        *,
        subject_type: str = "",
        subject_id: int | None = None,
    ) -> Sequence[Any]:
        """Notify each member who wants this type once, except the caller."""


# --- comments: config.add_comments(comments, content, parent=..., title=...) ---


class IComments(ICollection):
    """The comments on an object: a subclass of pulsar.comments.Comments.

    A plugin's subclass sets ``model``, ``noun``, ``subject``, the permissions,
    ``notification_type`` and ``log_action``, and overrides those of the other members that differ.
    """

    subject: Any = Attribute("The model's column with the id of the commented object.")
    read_permission: str = Attribute("The permission for reading comments.")
    write_permission: str = Attribute(
        "The permission for writing comments, and for editing one's own."
    )
    moderate_permission: str = Attribute(
        "The permission for editing, deleting and restoring anybody's."
    )
    notification_type: str = Attribute("The type of notification for those mentioned or quoted.")
    log_action: str = Attribute("The prefix of the site log's actions, e.g. ``news_comment``.")
    errors: tuple[type[Exception], ...] = Attribute(
        "What writing and editing may raise, e.g. CommentsClosed."
    )
    is_open: bool = Attribute("Whether members may write comments and edit theirs.")

    def admit() -> bool:
        """Count a comment before it is written; return False if no comment is allowed."""

    def count(number: int) -> None:
        """Add the number, which may be negative, to the count of live comments."""

    def about() -> Any:
        """Return the object of the comments, for the site log."""

    def summary(comment: Any) -> dict[str, Any]:
        """Return the description of a comment for notifications, as JSON."""

    def concerned(comment: Any) -> Mapping[str, Iterable[int]]:
        """Return ids of members to notify of a new comment, by notification type.

        These are in addition to the members whom it quotes or mentions. Types are declared with
        ``visible=Comments.visible``. Each member is notified of a comment at most once.
        """

    def within_sight(query: Any) -> Any:
        """Return the query without comments on objects that some readers of comments cannot see.

        Nobody is notified of those comments. This is a class method. By default it excludes
        comments on objects whose column ``deleted`` is set; override it if objects can be hidden in
        another way.
        """


# --- promotion: config.add_promotion_criterion(name, load) ---


class IPromotionCriterion(Interface):
    """A figure of members on which promotions and demotions depend."""

    def __call__(session: Session, user_ids: Sequence[int]) -> Mapping[int, float]:
        """Return a mapping of user id to figure."""


# --- registration: config.add_registration_gate(mode, gate) ---


class IRegistrationGate(Interface):
    """Decides who may register if ``pulsar.registration`` is its mode, e.g. ``invite``.

    Views that list this interface in their ``errors`` document the errors of all gates.
    """

    errors: tuple[type[ApiError], ...] = Attribute("The errors that the methods may raise.")

    def check(request: Request) -> None:
        """Raise an error for input that allows no registration, before a password is hashed."""

    def admit(request: Request) -> int | None:
        """Use up the invite or the like; return the id of the member who invited them, or None.

        To get the new account, subscribe to IUserCreated.
        """


# --- authority: config.add_permission(name, title, ...) ---


class IPermission(Interface):
    """A named right, which views require and classes and members have."""

    name: str = Attribute("At most 36 characters of [a-z0-9_].")
    title: str = Attribute("One sentence for operators.")
    plugin: str = Attribute("The plugin that registered it.")
    member: bool = Attribute("Whether class 1 gets it when the plugin is first migrated.")
    basic: bool = Attribute("Whether moderators without further permissions may grant it.")
    feed: bool = Attribute("Whether feed keys include it, for reading only.")


class IPermissionPattern(Interface):
    """Permissions that differ by the id at their end, one for each object of a kind.

    config.add_permission_pattern(prefix, title, ...)
    """

    prefix: str = Attribute("The beginning of the names; an id follows.")
    title: str = Attribute("One sentence for operators.")
    plugin: str = Attribute("The plugin that registered it.")
    basic: bool = Attribute("Whether moderators without further permissions may grant them.")

    def permission(name: str) -> IPermission | None:
        """Return the IPermission of this name, or None if it does not match the pattern."""


class ISecretKind(Interface):
    """A kind of member secret: config.add_secret_kind(name, title)."""

    name: str = Attribute("The name in URLs, e.g. ``feed``.")
    title: str = Attribute("One sentence for members.")


class IEncryptedColumn(Interface):
    """A column of values that ``site_cipher`` encrypted.

    Declared by config.add_encrypted_column(purpose, column, title).

    ``pulsar secret replace`` encrypts the values again, so that old site secrets can be removed.
    """

    purpose: str = Attribute("The purpose of the cipher.")
    column: Any = Attribute("A column of bytes, in a model with a primary key of one column.")
    title: str = Attribute("The kind of data, for operators.")


# --- plugins: config.add_plugin(name, ...), config.add_migrations(package) ---


class IPlugin(Interface):
    """An enabled plugin."""

    name: str = Attribute("The entry point's name.")
    title: str = Attribute("The name shown to people.")
    requires: tuple[str, ...] = Attribute("The names of the plugins that it requires.")
    version: str = Attribute("The distribution's version.")
    package: str = Attribute("The import package.")


class IMigrations(Interface):
    """An enabled alembic branch; its label is the plugin's name."""

    label: str = Attribute("The branch label.")
    package_root: str = Attribute("The plugin's import package.")
    package: str = Attribute("The dotted name of the package that holds the revisions.")


# --- schema nodes: config.add_schema_node(schema, node) ---


class ISchemaNodes(Interface):
    """The nodes that plugins add to another plugin's input schema, in the order of inclusion."""

    def __iter__() -> Iterator[colander.SchemaNode]:
        """Return an iterator of the nodes."""


class IMetrics(Interface):
    """Measures the work of the process."""

    def observe(request: Request, response: Response, seconds: float) -> None:
        """Count a request."""

    def observe_engine(engine: Any) -> None:
        """Count the statements of a SQLAlchemy engine."""

    def render() -> bytes:
        """Return all figures in Prometheus's text format."""


class IMetric(Interface):
    """A figure of the process or the site: config.add_metric(name, title, read)."""

    title: str = Attribute("One sentence.")
    type: str = Attribute("``gauge`` or ``counter``.")
    label: str | None = Attribute("The name of its label, or None.")

    def read(registry: Registry) -> float | Mapping[str, float]:
        """Return the number, or a mapping of a label's values to numbers."""

    def family(registry: Registry) -> Metric:
        """Return the current metric family of prometheus_client."""


class ICounter(Interface):
    """Counts events in the process: config.add_counter(name, title)."""

    title: str = Attribute("One sentence.")

    def count(value: str = "", amount: float = 1) -> None:
        """Add the amount to the counter for a value of the label."""


class IStatistic(Interface):
    """A number of the whole site: config.add_statistic(name, title, count)."""

    title: str = Attribute("One sentence.")

    def count(session: Session) -> int:
        """Return the current number."""


# --- data for trying out a site: config.add_populator(populator) ---


class IPopulator(Interface):
    """Creates linked sample data in a package's tables.

    Populators run in the order of inclusion: the core's first, and a plugin's after those of the
    plugins that it requires. Each has its own transaction.
    """

    def __call__(request: Request, scale: float, progress: Callable[[str, int, int], None]) -> None:
        """Create ``scale`` times the usual amount of data, the same in each run except for times.

        Call ``progress(title, done, total)`` to report progress.
        """


# --- operation ---


class IHealthCheck(Interface):
    """One line of GET /health: config.add_health_check(name, check)."""

    def __call__(registry: Registry) -> None:
        """Raise an exception if the checked service does not work."""


class ILifecycle(Interface):
    """Knows whether this process serves the application, and manages its background tasks."""

    serving: bool = Attribute("Whether all background tasks of this process have been started.")

    def add(name: str, factory: Callable[[Registry], IBackgroundTask]) -> None:
        """Add a background task, see ``config.add_background_task``."""

    def begin() -> None:
        """Start the background tasks that are not running, once in each process that serves."""


class IBackgroundTask(Interface):
    """A task of a serving process: config.add_background_task(name, factory)."""

    def start() -> None:
        """Start, usually a thread, before the process answers its first request.

        Exceptions are logged, and the task is created and started again a few seconds later.
        """

    def stop() -> None:
        """Stop, and wait for work in progress."""

    def check() -> None:
        """Raise RuntimeError if the task is not running any more; GET /health then answers 503."""


class ILink(Interface):
    """One link of GET /: config.add_link(name, path)."""


class IDomain(Interface):
    """The group of a core package's operations in the API document: config.add_domain(title)."""


class IRateLimitRule(Interface):
    """A stricter limit for some paths, or no limit: config.add_rate_limit(name, path, limit)."""

    name: str = Attribute("The name under which its hits are counted.")
    path: re.Pattern[str] = Attribute("The pattern of the paths to which it applies.")
    methods: frozenset[str] = Attribute("The methods to which it applies.")
    limit: Limit | None = Attribute("The limit, or None for no limit.")

    def covers(method: str, path: str) -> bool:
        """Return whether the rule applies to the method of the path."""


# --- events: @subscriber(IUserCreated) ---


class IContentEvent(Interface):
    """An event of content, within the transaction."""

    request: Request = Attribute("The request.")
    model: Any = Attribute("The content.")


class ISchemaUpgraded(Interface):
    """Migrations ran."""

    registry: Registry = Attribute("The application's registry.")


class IAppClosing(Interface):
    """The process is about to stop. Background tasks finish their work."""
