"""The pictures of a part.

They come one per message, and nothing marks the end of an album: they are counted until *pronto*, and answered once, a
moment after the last.
"""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.flows.listing import videos
from bot.conversations.steps import LATER, STAY, Outcome, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.domain.commands import StorePhoto
from bot.domain.events import Done, Message, Parked

MOST_PHOTOS = 8
DONE = frozenset(
    ["pronto", "prontos", "so isso", "acabou", "terminei", "chega", "nao", "ok pronto", "so essas", "so essa"]
)
A_PHOTO_MAY_TAKE = timedelta(hours=12)


def take_photo(talk: Talk, message: Message, most: int = MOST_PHOTOS) -> bool:
    """Store a picture for the part; False if there are enough."""
    if message.media is None or len(taken(talk)) >= most:
        return False
    seller = talk.seller.id if talk.seller else "nobody"
    store(talk, f"part/{seller}/{talk.stored.id}", message.media.url, message.message_id)
    return True


def take(talk: Talk, message: Message) -> str:
    """Store a picture or video for the part; returns why it cannot be, or ""."""
    if message.content == "video":
        return videos.take(talk, message)
    return "" if take_photo(talk, message) else texts.photos_full(MOST_PHOTOS)


def kept_or_refused(talk: Talk, refusal: str) -> str:
    """A step's answer to a picture: none yet, since more may come, or why it was not kept."""
    if refusal:
        talk.say(refusal)
        return STAY
    return LATER


def store(talk: Talk, photo_id: str, url: str, message_id: str = "") -> None:
    owner = talk.seller.id if talk.seller else ""
    key = talk.want(StorePhoto(photo_id=photo_id, source_url=url, owner=owner), lasts=A_PHOTO_MAY_TAKE)
    talk.data["photos"] = [*taken(talk), {"id": photo_id, "key": key, "url": "", "message": message_id}]


def taken(talk: Talk) -> list[dict[str, str]]:
    return list(talk.data.get("photos", []))


def _ask_photos(talk: Talk) -> None:
    count, video = len(taken(talk)), videos.taken(talk) is not None
    talk.ask(texts.photos_so_far(count, video=video) if count or video else texts.photos(MOST_PHOTOS))


def _read_photos(talk: Talk, heard: Heard) -> str | None:
    if heard.message.content in ("image", "video"):
        return kept_or_refused(talk, take(talk, heard.message))
    if heard.folded.strip(" .!") not in DONE:
        return None
    if not taken(talk):
        talk.say(texts.photos_needed())
        return STAY
    talk.data["album_done"] = True
    return "done"


def _came(talk: Talk) -> None:
    if taken(talk) or videos.taken(talk):
        _ask_photos(talk)


def photo_stored(talk: Talk, outcome: Outcome) -> None:
    command = outcome.command
    if not isinstance(command, StorePhoto):
        return
    if isinstance(outcome, Parked):
        talk.say(texts.photo_late())
    elif isinstance(outcome, Done):
        stored = outcome.result_as(StorePhoto.Stored)
        talk.data["photos"] = [{**p, "url": stored.url} if p["id"] == command.photo_id else p for p in taken(talk)]
        if stored.shrunk_from:
            talk.say(texts.photo_shrunk(stored.shrunk_from))
    else:
        talk.data["photos"] = [p for p in taken(talk) if p["id"] != command.photo_id]
        talk.say(texts.photo_refused(getattr(outcome, "reason", "gone")))


def late_photo(talk: Talk, outcome: Outcome) -> None:
    """A picture was stored after its part was published: complete the listing, or remove the picture from it."""
    command = outcome.command
    if not isinstance(command, StorePhoto) or isinstance(outcome, Parked) or talk.seller is None:
        return
    for product in talk.parts:
        if not any(p.id == command.photo_id for p in product.photos):
            continue
        if isinstance(outcome, Done):
            url = outcome.result_as(StorePhoto.Stored).url
            photos = tuple(p.but(url=url) if p.id == command.photo_id else p for p in product.photos)
        else:
            photos = tuple(p for p in product.photos if p.id != command.photo_id)
            talk.say(texts.photo_refused(getattr(outcome, "reason", "gone")))
        talk.decision.write(product.but(photos=photos))
        return


STEPS = (
    Step(
        "photos",
        {"done": "box"},
        ask=_ask_photos,
        read=_read_photos,
        known=lambda talk: "done" if talk.data.get("album_done") and taken(talk) else None,
        fills=("album_done",),
        media=("image", "video"),
        quiet=_came,
    ),
)
