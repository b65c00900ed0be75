"""Pictures and a video for a published part: additional ones, or replacements.

The listing changes only at *pronto*, except for the video, which is attached at once.
"""

from __future__ import annotations

from bot.conversations.flows import parts
from bot.conversations.flows.listing import photos, videos
from bot.conversations.steps import END, STAY, Flow, Step
from bot.conversations.talk import Heard, Talk
from bot.conversations.texts import listing as texts
from bot.domain.catalogue import Photo
from bot.domain.commands import DeleteVideo
from bot.domain.events import Message

_REPLACE = frozenset(["trocar", "troca", "trocar todas", "troca todas", "substituir", "tirar as antigas"])


def _room(talk: Talk) -> int:
    """How many more pictures the listing can take."""
    there = 0 if talk.data.get("replace") else len(parts.the(talk).photos)
    return photos.MOST_PHOTOS - there


def _ask(talk: Talk) -> None:
    part, count, video = parts.the(talk), len(photos.taken(talk)), videos.taken(talk) is not None
    if count or video:
        talk.ask(texts.photos_so_far(count, video=video) if count else texts.video_only())
        return
    if _room(talk) < 1:
        talk.ask(texts.pictures_full(part.listing, len(part.photos)))
        return
    replace = bool(talk.data.get("replace") and part.photos)
    talk.ask(texts.pictures_of(part.title, part.listing, len(part.photos), _room(talk), replace=replace))


def take(talk: Talk, message: Message) -> str:
    """Store a picture or video for the listing; returns why it cannot be, or ""."""
    if message.content == "video":
        before = parts.the(talk).video
        refusal = videos.take(talk, message)
        if not refusal and before is not None and before.video_id:
            talk.want(DeleteVideo(video_id=before.video_id), loose=True)
        return refusal
    if photos.take_photo(talk, message, _room(talk)):
        return ""
    part = parts.the(talk)
    return texts.pictures_full(part.listing, len(part.photos) + len(photos.taken(talk)))


def _take_what_came_along(talk: Talk) -> None:
    """The picture whose caption started this."""
    message = talk.stored.event
    if isinstance(message, Message) and message.content in ("image", "video") and message.media is not None:
        talk.note(take(talk, message))


def _read(talk: Talk, heard: Heard) -> str | None:
    if heard.message.content in ("image", "video"):
        return photos.kept_or_refused(talk, take(talk, heard.message))
    said = heard.folded.strip(" .!")
    if said in _REPLACE and parts.the(talk).photos:
        talk.data["replace"] = True
        _ask(talk)
        return STAY
    return "done" if said in photos.DONE else None


def _keep(talk: Talk) -> str:
    part = parts.the(talk)
    new = tuple(Photo(id=p["id"], url=p["url"]) for p in photos.taken(talk))
    video = videos.taken(talk) is not None
    if not new and not video:
        talk.say(texts.pictures_kept(part.listing))
        return "told"
    if new:
        before = () if talk.data.get("replace") else part.photos
        part = part.but(photos=(*before, *new)[: photos.MOST_PHOTOS])
        talk.decision.write(part)
    url = f"{talk.rules.public_url}/p/{part.listing}"
    talk.say(texts.pictures_done(part.listing, len(part.photos), url, video=video))
    return "told"


FLOW = Flow(
    name="pictures",
    title="as fotos do anúncio",
    role="seller",
    result=photos.photo_stored,
    steps=(
        Step(
            "find",
            {"one": "photos", "which": "which", "none": "none", "unknown": "unknown"},
            act=parts.find,
        ),
        Step("which", {"one": "photos"}, ask=parts.ask_which, read=parts.read_part),
        Step(
            "photos",
            {"done": "keep"},
            ask=_ask,
            read=_read,
            enter=_take_what_came_along,
            media=("image", "video"),
            quiet=_ask,
        ),
        Step("keep", {"told": END}, act=_keep),
        Step("none", {"told": END}, act=parts.say_none),
        Step("unknown", {"which": "which"}, act=parts.say_unknown),
    ),
)
