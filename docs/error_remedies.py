"""What to do about each error, for its section on the page of all errors."""

from typing import Final

REMEDIES: Final = {
    "SpotifyError": "Catch it where any failure is handled in the same way. Repeat the call only if "
    "`may_have_been_executed` is False, or if the call is a read.",
    "ApiError": "Read `message`, `reason` and `advice`. For what to do, see the derived errors.",
    "AuthenticationError": "Check the client id and secret, or request a new token. A client with an auth provider has "
    "already tried a new one.",
    "ReauthorizationRequiredError": "Log the user in again: `ensure_login`, `spotify.login`, or the login page of your "
    "application. Keep the stored token until then; the login replaces it.",
    "RefreshUnfinishedError": "Call again later: the login works again as soon as the other worker stores its token. "
    "If that worker has died, log the user in again. See [workers](../workers.md).",
    "BadRequestError": "Correct the argument that the message names. Repeating the call does not help.",
    "ForbiddenError": "The derived errors say which permission is missing. If it is none of them: the object belongs "
    "to another user, or Spotify does not show it to your application.",
    "AppOwnerPremiumRequiredError": "Renew the Premium subscription of the account that owns the application. "
    "Spotify accepts calls again some hours later.",
    "EndpointUnavailableError": "Use the operation in `replacement`, if there is one. The page on [quota "
    "modes](../quota-modes.md) lists what development mode lacks. `client.quota.forget()` makes the client try again.",
    "MissingScopeError": "Log the user in again with the missing scopes: `ensure_login(PlaylistsService.create)` takes "
    "methods. See [user login](../users.md).",
    "PremiumRequiredError": "The player needs a user with Premium. Nothing else helps.",
    "UserNotRegisteredError": "Add the user in Spotify's developer dashboard, under User Management.",
    "NotFoundError": "Check the id and, with `market`, the country. Of the player: start Spotify on a device, and pass "
    "its `device_id`; see [play music](../recipes.md#play-music).",
    "RateLimitError": "Continue at `retry_at`. To wait longer inside calls, raise `max_retry_wait`; to avoid it, set "
    "`rate_limit` and use the [bulk methods](../bulk.md). See [rate limits](../errors.md#rate-limits).",
    "QuotaExceededError": "Stop, and continue after the wait. See [living within the "
    "quota](../quota-modes.md#living-within-the-quota).",
    "WaitTooLongError": "Continue at `retry_at`, raise `max_retry_wait` or `deadline`, or give the call the priority "
    "`bulk`. See [how long a call waits](../errors.md#how-long-a-call-waits).",
    "ServerError": "Repeat a read later. Before repeating a write, check whether it was executed.",
    "ClientClosedError": "Make calls inside `async with`, or before `close`.",
    "DecodeError": "If it persists, Spotify may have changed the operation: `client.call` returns the JSON data. "
    "Please report the `path` and the `operation`.",
    "LoginError": "Begin the login again. If the redirect URI is refused, compare it with the one in the developer "
    "dashboard; `localhost` is not allowed.",
    "LoginRequiredError": "Log the user in: `ensure_login`, `spotify.login`, or the login page of your application.",
    "PagingError": 'Read the list again later, or without `on_change="raise"`.',
    "ListChangedError": "Read the list again, or continue at `offset`.",
    "PartialReadError": "Use `results`, and read the ids in `errors` again, after `retry_at` if it is set.",
    "PartialWriteError": "`await client.resume(error)` writes the rest, after `retry_at` if it is set. Check the items "
    "in `unknown` before. See [bulk operations](../bulk.md#writes-of-any-length).",
    "RateLimiterError": 'Start Redis, or do not set `when_unavailable="refuse"`. See [workers](../workers.md).',
    "AuthProviderError": "The message is that of the application's auth provider. See "
    "[your own auth provider](../components.md#your-own-auth-provider).",
    "TokenStoreError": "The message names the file or server and what to do. A token that was stored is kept.",
    "TokenSupersededError": "Nothing: another worker has stored a newer token, which the next call uses.",
    "TransportError": "Check the network, the [proxy and the certificates](../deployment.md). If `sent` is False the "
    "call can be repeated.",
    "ResponseTooLargeError": "Raise `max_response_bytes`, or ask for less with `limit` or `fields`.",
    "TransportTimeoutError": "Raise `timeout`, for one call with `client.with_options(timeout=…)`.",
    "DeadlineExceededError": "Raise `deadline`, or split the work. Before repeating a write, check `sent`.",
}
