"""The one video of a part. It is stored at once and becomes playable later, when the listing may be published already.

Its state comes by the provider's webhook, or is polled if that does not come. Wherever the video is by then, in the
open listing or on the published part, it is found by its name.
"""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.steps import Outcome
from bot.conversations.talk import Open, Talk
from bot.conversations.texts import listing as texts
from bot.domain.catalogue import Product, Video
from bot.domain.commands import DeleteVideo, KeptVideo, ReadVideo, StoreVideo
from bot.domain.events import Done, Message, Parked, Tick, VideoFact
from bot.domain.video import LONGEST, name_of

A_VIDEO_MAY_TAKE = timedelta(hours=12)
LOOKS = (timedelta(minutes=3), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
"""Waits before each poll without a webhook; after the last one it is given up."""


def taken(talk: Talk) -> Video | None:
    """The video of the open listing."""
    kept = talk.data.get("video")
    return Video.model_validate(kept) if kept else None


def take(talk: Talk, message: Message) -> str:
    """Store a video for the part; returns why it cannot be, or ""."""
    if message.media is None or talk.seller is None:
        return texts.video_refused("gone")
    if message.media.seconds > LONGEST:
        return texts.video_too_long(message.media.seconds)
    if taken(talk) is not None:
        return texts.video_full()
    video = Video(name=name_of(talk.seller.id, talk.stored.id))
    command = StoreVideo(name=video.name, source_url=message.media.url, owner=talk.seller.id)
    talk.want(command, lasts=A_VIDEO_MAY_TAKE, loose=True)
    talk.data["video"] = video.model_dump()
    product = talk.shop.product(talk.data["listing"]) if "listing" in talk.data else None
    if product is not None:
        talk.decision.write(product.but(video=video))
    return ""


def drop(talk: Talk) -> None:
    """The seller does not want the video after all. One still being processed is deleted when it is ready."""
    video = taken(talk)
    talk.data.pop("video", None)
    if video is not None and video.video_id:
        talk.want(DeleteVideo(video_id=video.video_id), loose=True)


def outcome(talk: Talk, outcome: Outcome) -> None:
    """The outcome of storing or polling a video."""
    command = outcome.command
    if not isinstance(command, StoreVideo | ReadVideo):
        return
    if isinstance(outcome, Parked):
        if isinstance(command, StoreVideo) and _place(talk, command.name) is not None:
            talk.say(texts.video_late())
    elif isinstance(outcome, Done):
        came(talk, outcome.result_as(KeptVideo).but(name=command.name), ours=True)
    else:
        _failed(talk, command.name, getattr(outcome, "reason", "gone"))


def came(talk: Talk, news: KeptVideo | VideoFact, *, ours: bool = False) -> None:
    """A video's state. ``ours``: it answers a command, so a video that no part wants any more may be deleted."""
    place = _place(talk, news.name)
    if place is None:
        if ours:
            talk.want(DeleteVideo(video_id=news.video_id), loose=True)
        return
    before = _video(place)
    if before.page:
        return  # reported already
    if news.state == "failed" or news.seconds > LONGEST:
        talk.want(DeleteVideo(video_id=news.video_id), loose=True)
        _failed(talk, news.name, "too_long" if news.seconds > LONGEST else news.failure)
    elif news.state == "ready":
        _put(talk, place, before.but(video_id=news.video_id, page=news.page, poster=news.poster))
        _forget_looks(talk, news.name)
        talk.say(_ready(talk, place))
    elif not before.video_id:
        _put(talk, place, before.but(video_id=news.video_id))
        _look_later(talk, news.name, 0)


def look(talk: Talk, tick: Tick) -> None:
    """No webhook so far: poll the video, schedule another poll, or give up."""
    name, number = tick.data["video"], int(tick.data["look"])
    place = _place(talk, name)
    if place is None or _video(place).page:
        return
    if number >= len(LOOKS):
        _failed(talk, name, "other")
        return
    talk.want(ReadVideo(video_id=_video(place).video_id, name=name), loose=True)
    _look_later(talk, name, number + 1)


def _look_later(talk: Talk, name: str, number: int) -> None:
    """Schedule the poll after ``number`` others; after the last of them give up."""
    due = talk.now + LOOKS[min(number, len(LOOKS) - 1)]
    talk.decision.timer(f"video/{name}", "video", due, person=talk.person.id, video=name, look=str(number))


def _forget_looks(talk: Talk, name: str) -> None:
    talk.decision.cancel_timer(f"video/{name}")


def _failed(talk: Talk, name: str, reason: str) -> None:
    place = _place(talk, name)
    if place is None:
        return
    _put(talk, place, None)
    _forget_looks(talk, name)
    listing = place.listing if isinstance(place, Product) else 0
    talk.say(texts.video_lost(listing, reason) if listing else texts.video_refused(reason))


Place = Product | Open
"""A published part, or the frame of a listing."""


def _place(talk: Talk, name: str) -> Place | None:
    for product in talk.parts:
        if product.video is not None and product.video.name == name:
            return product
    return next((f for f in talk.frames if f.flow == "listing" and f.data.get("video", {}).get("name") == name), None)


def _video(place: Place) -> Video:
    kept = place.video if isinstance(place, Product) else place.data["video"]
    return Video.model_validate(kept)


def _put(talk: Talk, place: Place, video: Video | None) -> None:
    if isinstance(place, Product):
        talk.decision.write(place.but(video=video))
    elif video is None:
        place.data.pop("video")
    else:
        place.data["video"] = video.model_dump()


def _ready(talk: Talk, place: Place) -> str:
    if isinstance(place, Product):
        return texts.video_shown(place.listing, f"{talk.rules.public_url}/p/{place.listing}")
    return texts.video_ready()
