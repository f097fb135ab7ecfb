"""Every extension point of Pulsar on one page: what a plugin may provide, and what it may ask for.

Each interface names the directive (see :mod:`pulsar.directives`) that registers an implementation.
What kinds of content and events there are say the ``interfaces`` modules of the packages, like
:mod:`pulsar.users.interfaces`.
Importing this module imports nothing else of Pulsar.
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

# --- content: what models are ---


class IContent(Interface):
    """A model that the API shows; serializers and fields are registered for its sub-interfaces."""


# --- the URL space: config.add_resource(name, factory, parent=...) ---


class IResource(Interface):
    """A place in the URL space: a thin wrapper that traversal reaches and views are bound to."""

    __parent__: Resource | None = Attribute("The resource above, None for the root.")
    __name__: str = Attribute("The URL segment.")
    request: Request = Attribute("The request that is travelling.")


class IRoot(IResource):
    """The top of the tree."""


class IResourcePattern(Interface):
    """A child of the root found by the form of its name: config.add_resource(pattern=...)."""

    factory: type[Resource] = Attribute("The resource class.")


class ICollection(IResource):
    """A resource whose children are items found by their id."""

    item: Any = Attribute("The class of the items, an IItem.")
    model: Any = Attribute("The mapped class of the items.")


class IItem(IResource):
    """A resource around one loaded model."""

    model: Any = Attribute("The model, an IContent.")


class IMe(IItem):
    """``/users/me``: what only the caller may reach is put below it."""


# --- output: config.add_serializer(serializer, content), config.add_field(content, name, field) ---


class ISerializer(Interface):
    """Knows the fields of one kind of content, and who may see each."""

    def owner_id(model: Any) -> int | None:
        """The id of the member to whom the model belongs, or None."""

    fields: dict[str, Any] = Attribute("Mapping of name to IField, in the order of output.")


class IField(Interface):
    """One member of a serialized object, maybe added by another plugin."""

    permission: str | None = Attribute("The permission that shows the field, None for everyone.")
    own: bool = Attribute("Whether the owner sees it without that permission.")
    nested: bool = Attribute("Whether it is shown when the object is inside another one.")
    personal: bool = Attribute("Whether its values depend on who asks.")

    def values(request: Request, models: Sequence[Any]) -> Sequence[Any]:
        """The field's values for the models, in their order; SQL does not grow with them."""

    def least(model: Any) -> int:
        """How many bytes the model's value has at least, 0 where that is not known yet."""

    def work(model: Any) -> int:
        """How much work the model's value is at most, in units of about a microsecond."""

    def json_schema(refs: Refs) -> JsonSchema:
        """The JSON Schema of the value; ``refs(content)`` gives the reference to another object."""


# --- services: request.find_service(interface), config.add_service(interface, service) ---


class IDatabase(Interface):
    """The relational database."""

    engine: Any = Attribute("The SQLAlchemy engine (or, in tests, the connection).")

    def session(writes: bool = False) -> Session:
        """A new session outside of the request's transaction, used as a context manager."""

    def joined(writes: bool = False) -> Session:
        """A new session that commits and aborts with the thread's transaction manager."""


class ICache(Interface):
    """A store of short-lived copies, shared by processes where it is Redis.

    Values are what msgpack holds. An entry carries tags; invalidating a tag drops every entry that
    carries it. Every method works when the store is away: nothing is found and nothing is kept.
    """

    hits: int = Attribute("How many lookups of this process found something.")
    misses: int = Attribute("How many found nothing.")

    def get(key: str) -> Any:
        """The value under the key, or None."""

    def get_many(keys: Iterable[str]) -> list[Any]:
        """The values under the keys, in one round trip."""

    def token() -> int:
        """A token of this moment, to be given to :meth:`put`."""

    def put(key: str, value: Any, ttl: int, tags: Iterable[str], token: int) -> None:
        """Keep the value unless one of the tags was invalidated after the token was taken."""

    def keep(values: Mapping[str, Any], ttl: int) -> None:
        """Keep values by their keys that never become untrue, in one round trip."""

    def invalidate(tags: Iterable[str]) -> None:
        """Drop every entry that carries one of the tags."""

    def clear() -> None:
        """Drop everything."""

    def ping() -> None:
        """Raise where the store does not answer."""


class IRateLimiter(Interface):
    """Counts hits in fixed windows that start at the first hit."""

    def hit(hits: Iterable[tuple[Limit, str]]) -> list[Verdict]:
        """Count ``[(limit, key), ...]`` in order until one is exceeded; a verdict per hit."""

    def peek(limit: Limit, key: str) -> Verdict:
        """The verdict on the next hit, which is not counted."""

    def clear() -> None:
        """Forget every hit."""


class IGuesses(Interface):
    """Limits wrong credentials (API keys, feed keys, passkeys) by the network that sends them.

    Credentials are named by a digest. What was right before is never limited here, so that nobody
    is kept out by strangers in the same network.
    """

    def holder(credential: str) -> int | None:
        """The id of the member whose credential this was when it was last looked up, or None."""

    def was_wrong(credential: str) -> bool:
        """Whether it was found to be wrong a moment ago; then it need not be looked up."""

    def require_open(credential: str, network: str) -> None:
        """Before a look-up: raise RateLimited where the network sent too many wrong ones."""

    def right(credential: str, user_id: int) -> None:
        """After a look-up: the credential is this member's."""

    def wrong(credential: str, network: str) -> None:
        """After a look-up: the credential is nobody's."""


class IIdentitySource(Interface):
    """Turns a request's credentials into an identity."""

    def credential(request: Request) -> str | None:
        """The digest of the credential that was sent, None without one; looks nothing up."""

    def identify(request: Request) -> Identity | None:
        """The caller's Identity, None without credentials; raises Unauthorized for wrong ones."""


class IUserClasses(Interface):
    """Tells what members have by their classes."""

    def default_id(session: Session) -> int:
        """The id of the class that new members join."""

    def permissions(registry: Registry, session: Session, user: User) -> frozenset[str]:
        """What the member holds: of classes and grants, less what was denied; one statement."""


class ILogIn(Interface):
    """Proves who somebody is that has no credential yet."""

    errors: tuple[type[ApiError], ...] = Attribute("What :meth:`log_in` may raise.")

    def log_in(request: Request, username: str, password: str, code: str | None) -> int:
        """The id of the member whose username, password and second factor's code these are."""


class IPasswords(Interface):
    """Normalises and hashes passwords (NFKC, argon2id)."""

    def hash(password: str) -> str:
        """The encoded hash."""

    def verify(encoded: str | None, password: str) -> bool:
        """Whether they match; with encoded None it takes as long and answers False."""

    def rehash(encoded: str, password: str) -> str | None:
        """A new hash of a password that was verified, None where the stored one is up to date."""


class ISecrets(Interface):
    """The members' secrets other than API keys: feed key, passkey, and what plugins add."""

    def current(session: Session, user_id: int, kind: str) -> str:
        """The member's live secret of this kind, made where there is none."""

    def reset(session: Session, user_id: int, kind: str) -> str:
        """Revoke the live secret and make a new one."""

    def revoke(session: Session, user_id: int | None = None, kind: str | None = None) -> None:
        """Revoke live secrets, of one member or all and of one kind or all, and make none.

        The caller invalidates the cache tags ``user:<id>`` or ``credentials``.
        """

    def history(session: Session, user_id: int, kind: str) -> Sequence[UserSecret]:
        """The member's secrets, live and revoked, newest first; their values are not kept."""

    def owner(session: Session, kind: str, value: str) -> int | None:
        """The id of the member whose live secret this is, or None."""

    def count_derived(session: Session, site_keys: Sequence[bytes]) -> Counter[str]:
        """How many live secrets are derived from one of these secrets of the site, by kind."""


class ISearch(Interface):
    """Finds things by the words of their text; what is put in is found after the commit."""

    def put(session: Session, kind: str, ref_id: int, body: str) -> None:
        """Make a text findable under the kind and id, replacing what was there."""

    def drop(session: Session, kind: str, ref_id: int) -> None:
        """Make it unfindable."""

    def matching(session: Session, kind: str, query: str) -> Select[tuple[int]]:
        """A SQLAlchemy select of the ids that match the query."""


class ISiteLog(Interface):
    """What staff did; plugins log through it too."""

    def record(
        request: Request,
        action: str,
        summary: str,
        *,
        target: Any = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> LogEntry:
        """Log what the caller does to a model, inside of the request's transaction.

        ``action`` is a stable word like ``user_warned``; ``before`` and ``after`` are dicts of
        the changed fields.
        """


class IIPBans(Interface):
    """Knows which addresses are banned."""

    def banned(address: str) -> bool:
        """Whether the address, as text, is in a banned network."""

    def changed(request: Request) -> None:
        """Read the bans again after the request's commit."""

    def read() -> None:
        """Read the bans now."""


class IDeferred(Interface):
    """Does small work after the commit, while the caller is answered already."""

    def after_commit(request: Request, work: Callable[[], None]) -> None:
        """Call ``work()`` once the request's transaction has committed, and not if it has not."""


class IMailer(Interface):
    """Sends mail. One that no server takes is tried again for a day."""

    counts: Mapping[str, int] = Attribute(
        "How many mails this process ``sent``, ``failed`` to and has ``given_up``."
    )

    def send(request: Request | None, to: str, subject: str, body: str) -> None:
        """Send a text after the request's transaction has committed, and not if it has not.

        Raises ValueError for an address or a subject that would break the header. Trouble with
        the mail server is logged only. With the request None it is tried at once, and once only.
        """

    def post(session: Session, to: str, subject: str, body: str) -> Callable[[], None]:
        """The same with a session of one's own; call what comes back once that has committed."""

    def waiting() -> int:
        """How many mails wait to be tried again."""

    def try_waiting() -> None:
        """Try those that are due. Raises RuntimeError where some were given up."""


class IMailLimits(Interface):
    """Limits mails to addresses that nobody has confirmed."""

    def count(purpose: str, email: str, caller: str | None, *, longest: int | None = None) -> None:
        """Count a mail that somebody at the address ``caller`` asks for; raises TooManyMails.

        The window of the target ends after ``longest`` seconds at the latest.
        """


class ITwoFactor(Interface):
    """Members' second factors: TOTP (RFC 6238) and recovery codes."""

    def state(session: Session, user_id: int) -> bool | None:
        """True where the member must give a code, False while it is being set up, else None."""

    def begin(session: Session, user_id: int) -> str:
        """A new secret, in base32."""

    def confirm(session: Session, user_id: int, code: str) -> list[str]:
        """Turn it on with the first code; the recovery codes."""

    def accept(session: Session, user_id: int, code: str) -> bool:
        """Whether the code is good; it is used up."""

    def turn_off(session: Session, user_id: int) -> None:
        """Forget the secret and the recovery codes."""


# --- texts: config.add_text_formatter(name, title, html) ---


class ITextFormatter(Interface):
    """A format that members write texts in, like BBCode."""

    name: str = Attribute("At most 32 characters; stored with each text.")
    title: str = Attribute("For people.")
    version: int = Attribute("Raised with every change of what some text becomes.")

    def html(source: str) -> str:
        """The text as HTML, not yet trusted."""

    def references(source: str) -> References:
        """Whom it quotes and mentions, see :meth:`IText.references`."""

    def searchable(source: str) -> str:
        """The text without what is markup only."""


class IText(Interface):
    """Makes HTML of members' texts.

    What cannot be formatted, e.g. since the plugin of its format is gone, is shown as it is.
    """

    def html(format: str, source: str) -> str:
        """Sanitised HTML of the text."""

    def html_many(request: Request, texts: Iterable[tuple[str, str]]) -> list[str]:
        """Sanitised HTML of ``[(format, source), ...]``, kept in the cache; one round trip."""

    def html_parts(request: Request, texts: Iterable[tuple[str, str]]) -> list[str]:
        """Sanitised HTML of ``[(format, source), ...]`` that are shown together as one text.

        Like ``html_many``, but their HTML has the budget of one text, and their work that of one
        answer; what is beyond is shown as it is.
        """

    def references(format: str, source: str) -> References:
        """Whom the text quotes and mentions: ``quoted`` and ``mentioned``, usernames in order.

        Only quotations that are in no other count, and mentions outside of quotations and code.
        Each name is there once, whatever its case, and no more than a hundred of a kind.
        """

    def searchable(format: str, source: str) -> str:
        """The text as ISearch is to know it: without what is markup only."""


# --- jobs: config.add_job(name, schedule, job) ---


class IJob(Interface):
    """Work that is due by the clock and done by one process."""

    name: str = Attribute("At most 64 characters.")
    seconds: int = Attribute("The longest that it may take.")
    schedule: Every = Attribute("When it is due: an ISchedule.")
    title: str = Attribute("One sentence for operators.")

    def __call__(registry: Registry) -> None:
        """Do the work. It may be run again after a crash, so doing it twice must do no harm."""


# --- notifications: config.add_notification_type(...), config.add_notification_channel(...) ---


class INotificationType(Interface):
    """A kind of notification."""

    name: str = Attribute("At most 48 characters.")
    title: str = Attribute("One sentence for members.")
    visible: Callable[..., Any] | None = Attribute(
        "(request, user_ids, subject_ids) -> pairs of them; None: everybody."
    )


class INotificationChannel(Interface):
    """A way to tell members: in the site, by mail digest, by what a plugin adds."""

    name: str = Attribute("At most 32 characters.")
    default: bool = Attribute("Whether it is used where the member chose nothing.")

    def deliver(request: Request, notifications: Sequence[Any]) -> None:
        """Tell of notifications just made, inside of the transaction."""


class INotifications(Interface):
    """Makes notifications."""

    def notify(
        request: Request,
        type: str,
        user_ids: Iterable[int],
        contents: dict[str, Any],
        *,
        subject_type: str = "",
        subject_id: int | None = None,
    ) -> Sequence[Any]:
        """Notify the members who want it, once each; the caller is left out."""


# --- comments: config.add_comments(comments, content, parent=..., title=...) ---


class IComments(ICollection):
    """The comments on something: a subclass of pulsar.comments.Comments, which has these already.

    XX
        ``notification_type`` and ``log_action``, and overrides of the following what differs.
    """

    subject: Any = Attribute("The model's column that holds the id of what is commented on.")
    read_permission: str = Attribute("The permission for reading comments.")
    write_permission: str = Attribute(
        "The permission for writing comments, and for editing one's own."
    )
    moderate_permission: str = Attribute(
        "The permission for editing, deleting and restoring anybody's."
    )
    notification_type: str = Attribute("The type of notification for those mentioned or quoted.")
    log_action: str = Attribute("What the site log's actions begin with, e.g. ``news_comment``.")
    errors: tuple[type[Exception], ...] = Attribute(
        "What writing and editing may raise, e.g. CommentsClosed."
    )
    is_open: bool = Attribute("Whether members may write comments and edit theirs.")

    def admit() -> bool:
        """Count a comment that is about to be written, or answer False where none may be."""

    def count(number: int) -> None:
        """Note that there are so many live comments more, e.g. -1."""

    def about() -> Any:
        """What the comments are on, for the site log."""

    def summary(comment: Any) -> dict[str, Any]:
        """What notifications say of a comment, as JSON."""

    def concerned(comment: Any) -> Mapping[str, Iterable[int]]:
        """User ids by type of notification: whom to tell of a new comment beside those it names.

        Types are declared with ``visible=Comments.visible``. Nobody is told of a comment twice.
        """

    def within_sight(query: Any) -> Any:
        """The query of comments, without those on what not all who may read comments see.

        Nobody is told of the others. A class method, which leaves out those on what has a column
        ``deleted`` that says when it was; override it where things can be hidden in another way.
        """


# --- promotion: config.add_promotion_criterion(name, load) ---


class IPromotionCriterion(Interface):
    """A figure of members by which classes promote and demote."""

    def __call__(session: Session, user_ids: Sequence[int]) -> Mapping[int, float]:
        """A mapping of user id to figure."""


# --- registration: config.add_registration_gate(mode, gate) ---


class IRegistrationGate(Interface):
    """Decides who may register where ``pulsar.registration`` is its mode, e.g. ``invite``.

    Views that name this interface among their ``errors`` document those of all gates.
    """

    errors: tuple[type[ApiError], ...] = Attribute("What the methods may raise.")

    def check(request: Request) -> None:
        """Raise for an input that lets nobody in, before a password is hashed."""

    def admit(request: Request) -> int | None:
        """Use up what lets the newcomer in; the id of the member who invited them, if any did.

        A subscriber to IUserCreated is told of the account.
        """


# --- authority: config.add_permission(name, title, ...) ---


class IPermission(Interface):
    """A named right that classes and members hold and views ask for."""

    name: str = Attribute("At most 36 characters of [a-z0-9_].")
    title: str = Attribute("One sentence for operators.")
    plugin: str = Attribute("The plugin that registered it.")
    member: bool = Attribute("Whether class 1 is given it when the plugin is first migrated.")
    basic: bool = Attribute("Whether a plain moderator may grant it.")
    feed: bool = Attribute("Whether a feed key carries it, for reading only.")


class IPermissionPattern(Interface):
    """Permissions that differ by the id at their end, one for each of something.

    config.add_permission_pattern(prefix, title, ...)
    """

    prefix: str = Attribute("What their names begin with; an id follows.")
    title: str = Attribute("One sentence for operators.")
    plugin: str = Attribute("The plugin that registered it.")
    basic: bool = Attribute("Whether a plain moderator may grant it.")

    def permission(name: str) -> IPermission | None:
        """The IPermission of this name, or None where it is not one of them."""


class ISecretKind(Interface):
    """A kind of member secret: config.add_secret_kind(name, title)."""

    name: str = Attribute("As in URLs, like ``feed``.")
    title: str = Attribute("One sentence for members.")


class IEncryptedColumn(Interface):
    """What ``site_cipher`` encrypted: config.add_encrypted_column(purpose, column, title).

    ``pulsar secret replace`` encrypts it again, so that old secrets of the site can go.
    """

    purpose: str = Attribute("The cipher's.")
    column: Any = Attribute("Of bytes, in a model with a primary key of one column.")
    title: str = Attribute("What it holds, for the operator.")


# --- plugins: config.add_plugin(name, ...), config.add_migrations(package) ---


class IPlugin(Interface):
    """An enabled plugin."""

    name: str = Attribute("The entry point's name.")
    title: str = Attribute("For people.")
    requires: tuple[str, ...] = Attribute("Names of the plugins it needs.")
    version: str = Attribute("The distribution's version.")
    package: str = Attribute("The import package.")


class IMigrations(Interface):
    """An enabled alembic branch; its label is the plugin's name."""

    label: str = Attribute("Branch label.")
    package_root: str = Attribute("The plugin's import package.")
    package: str = Attribute("Dotted name of the package that holds the revisions.")


# --- schema nodes: config.add_schema_node(schema, node) ---


class ISchemaNodes(Interface):
    """The nodes that plugins add to another plugin's input schema, in the order of inclusion."""

    def __iter__() -> Iterator[colander.SchemaNode]:
        """The nodes."""


class IMetrics(Interface):
    """Counts what the process does."""

    def observe(request: Request, response: Response, seconds: float) -> None:
        """Count a request."""

    def observe_engine(engine: Any) -> None:
        """Count the statements of a SQLAlchemy engine."""

    def render() -> bytes:
        """All figures in Prometheus's text format."""


class IMetric(Interface):
    """A figure of the process or the site: config.add_metric(name, title, read)."""

    title: str = Attribute("One sentence.")
    type: str = Attribute("``gauge`` or ``counter``.")
    label: str | None = Attribute("The name of its label, or None.")

    def read(registry: Registry) -> float | Mapping[str, float]:
        """The number, or a mapping of a label's values to numbers."""

    def family(registry: Registry) -> Metric:
        """The metric family of prometheus_client as it is now."""


class ICounter(Interface):
    """Counts what happens in the process: config.add_counter(name, title)."""

    title: str = Attribute("One sentence.")

    def count(value: str = "", amount: float = 1) -> None:
        """Add the amount to a value of the label."""


class IStatistic(Interface):
    """A number of the whole site: config.add_statistic(name, title, count)."""

    title: str = Attribute("One sentence.")

    def count(session: Session) -> int:
        """The number."""


# --- data to try a site out with: config.add_populator(populator) ---


class IPopulator(Interface):
    """Fills a package's tables with linked data.

    Populators run in the order of inclusion: the core's first, a plugin's after those of the
    plugins that it requires. Each has a transaction of its own.
    """

    def __call__(request: Request, scale: float, progress: Callable[[str, int, int], None]) -> None:
        """Make so many times the usual amount of data, the same in every run but for its times.

        ``progress(title, done, total)`` is told of the work as it goes.
        """


# --- operation ---


class IHealthCheck(Interface):
    """One line of GET /health: config.add_health_check(name, check)."""

    def __call__(registry: Registry) -> None:
        """Raise where the thing does not work."""


class ILifecycle(Interface):
    """Whether this process serves the application, and its background tasks."""

    serving: bool = Attribute("Whether all background tasks of this process have been started.")

    def add(name: str, factory: Callable[[Registry], IBackgroundTask]) -> None:
        """Take up a background task, see ``config.add_background_task``."""

    def begin() -> None:
        """Start the background tasks that do not run yet, once in each process that serves."""


class IBackgroundTask(Interface):
    """Work beside the requests of a serving process: config.add_background_task(name, factory)."""

    def start() -> None:
        """Begin, before the process's first request is answered; usually starts a thread.

        What it raises is logged, and the task is made and started again a few seconds later.
        """

    def stop() -> None:
        """End, and wait for work that is under way."""

    def check() -> None:
        """Raise RuntimeError where the task does not run any more; GET /health then answers 503."""


class ILink(Interface):
    """One link of GET /: config.add_link(name, path)."""


class IDomain(Interface):
    """What operations of a core package are listed under: config.add_domain(title)."""


class IRateLimitRule(Interface):
    """A stricter limit for some paths, or none: config.add_rate_limit(name, path, limit)."""

    name: str = Attribute("What its hits are counted under.")
    path: re.Pattern[str] = Attribute("Matches the paths that it is for.")
    methods: frozenset[str] = Attribute("The methods that it is for.")
    limit: Limit | None = Attribute("The limit, None for none.")

    def covers(method: str, path: str) -> bool:
        """Whether the rule is for the method of the path."""


# --- events: @subscriber(IUserCreated) ---


class IContentEvent(Interface):
    """Something happened to content, inside the transaction; the request and the model."""

    request: Request = Attribute("The request.")
    model: Any = Attribute("The content.")


class ISchemaUpgraded(Interface):
    """Migrations ran; the registry."""

    registry: Registry = Attribute("The application's registry.")


class IAppClosing(Interface):
    """The process is about to stop; background workers finish their work."""
