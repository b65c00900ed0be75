"""What can go wrong with a call out. One tree for all providers::

    ProviderError
    ├── Refused           the provider said no, and would say no again
    │   ├── NotFound      no such thing there
    │   ├── Failed        accepted, and has come to nothing since
    │   └── Unauthorised  our credentials are wrong, missing or revoked; a command waits until they are corrected
    └── Unavailable       nothing was done; a later call may succeed
        ├── RateLimited   too many calls; ``retry_after`` says how long to wait
        └── NotCalled     we left it alone; ``retry_after`` says until when
            ├── CircuitOpen   the provider was down a moment ago
            └── HeldBack      it allows no more calls for now
    Uncertain             it may or may not have been done: look it up before any repeat

A provider's own codes stay in ``code`` and ``detail`` (redacted text, for the record and the operator); no caller
branches on them. ``reason`` is the class in our words, e.g. ``invalid_document`` or ``insufficient_balance``.
"""

from __future__ import annotations


class ProviderError(Exception):
    """The base of all; ``str()`` never contains a secret or personal data."""

    def __init__(self, provider: str, detail: str = "", *, reason: str = "", code: str = "", status: int = 0) -> None:
        super().__init__(f"{provider}: {reason or code or type(self).__name__}")
        self.provider = provider
        self.detail = detail
        self.reason = reason or code or type(self).__name__.lower()
        self.code = code
        self.status = status


class Refused(ProviderError):
    """Final: the request was understood and refused."""


class NotFound(Refused):
    """Final: there is no such object at the provider."""


class Failed(Refused):
    """Final: it was accepted, and has failed since. From a lookup too, this is what became of the effect."""


class Unauthorised(Refused):
    """Certainly not done, and final until the operator corrects the credentials."""


class Unavailable(ProviderError):
    """Certainly not done. ``retry_after``: the provider's value in seconds, 0 if it gave none."""

    def __init__(
        self,
        provider: str,
        detail: str = "",
        *,
        reason: str = "",
        code: str = "",
        status: int = 0,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(provider, detail, reason=reason, code=code, status=status)
        self.retry_after = retry_after


class RateLimited(Unavailable):
    """Certainly not done: too many calls."""


class NotCalled(Unavailable):
    """Not called at all; ``retry_after`` is when a call makes sense."""


class CircuitOpen(NotCalled):
    """The provider has failed too often; ``retry_after`` is the time until the next probe."""


class HeldBack(NotCalled):
    """More calls than the provider allows, or it has asked for a pause."""


class Uncertain(ProviderError):
    """Ambiguous: a timeout after sending, a cut connection, or a 5xx. Look up, then decide."""
