"""The endpoints of a peer that has both address families (BEP 7)."""

from __future__ import annotations

from ..protocol.announce import Announce

_HEARD = {4: 1 << 8, 6: 1 << 9}
_MISSED = {4: 1 << 10, 6: 1 << 11}
_ALL = sum(_HEARD.values()) + sum(_MISSED.values())


def renewed_endpoints(
    endpoint4: bytes | None, endpoint6: bytes | None, sources: int, announce: Announce
) -> tuple[bytes | None, bytes | None, int]:
    """The endpoints after an announce, and the new value of ``sources``.

    An announce over one family says nothing about the other one, whose endpoint is kept. It is
    dropped if the client announced by this family twice more without a word from the other one.
    """
    new4, new6 = announce.endpoint4, announce.endpoint6
    if new4 is not None and new6 is not None:
        return new4, new6, sources & ~_ALL
    silent = 6 if new6 is None else 4
    if (endpoint6 if silent == 6 else endpoint4) is None:
        return new4, new6, sources & ~_ALL
    spoken = 10 - silent
    if not sources & _HEARD[spoken]:
        sources |= _HEARD[spoken]
    elif sources & _HEARD[silent]:
        sources = sources & ~_ALL | _HEARD[spoken]
    elif not sources & _MISSED[silent]:
        sources |= _MISSED[silent]
    else:
        return new4, new6, sources & ~_ALL
    return (endpoint4, new6, sources) if silent == 4 else (new4, endpoint6, sources)
