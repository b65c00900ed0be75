"""All stand-ins in one world, and the two-phone page's view of them."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

from sandbox import counter, depot
from sandbox.asaas import AsaasSandbox
from sandbox.board import WHATSAPP, Board
from sandbox.chats import ChatMessage
from sandbox.cloudflare import CloudflareSandbox
from sandbox.config import SandboxConfig, sandbox_root
from sandbox.core import Fault, World
from sandbox.evolution import EvolutionSandbox
from sandbox.melhor_envio import MelhorEnvioSandbox
from sandbox.people import People
from sandbox.resend import Mail, ResendSandbox
from sandbox.viacep import ViaCepSandbox
from sandbox.zapi import ZapiSandbox

Json = dict[str, Any]

MOUNT = "/sandbox"
MOST_BUBBLES = 200
MOST_MAILS = 100


class Problem(Exception):
    """An action that cannot be carried out: a sentence for people, and the HTTP status."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text, self.status = text, status


class Sandbox:
    """The world with all its stand-ins, and the page's view of them.

    ``base``: the URL of the application, e.g. ``http://127.0.0.1:8080`` (``/sandbox`` is added if missing); ``bot``:
    where webhooks go, the same by default.
    """

    def __init__(
        self, config: SandboxConfig | None = None, *, base: str, bot: str = "", world: World | None = None
    ) -> None:
        self.config = config = config or SandboxConfig()
        self.world = world = world or World()
        self.root = root = sandbox_root(base)
        hooks = f"{(bot or root.removesuffix(MOUNT)).rstrip('/')}/webhooks"
        self.zapi = ZapiSandbox(
            world,
            instance_id=config.zapi_instance_id,
            instance_token=config.zapi_instance_token,
            client_token=config.zapi_client_token,
            webhook_url=f"{hooks}/zapi/{config.zapi_webhook_secret}",
            public_base=f"{root}/zapi",
        )
        self.zapi.notify_sent_by_me = True
        self.evolution = EvolutionSandbox(
            world,
            instance=config.evolution_instance,
            api_key=config.evolution_api_key,
            webhook_url=f"{hooks}/evolution/{config.evolution_webhook_secret}",
        )
        gateways: dict[str, People] = {"zapi": self.zapi, "evolution": self.evolution}
        self.whatsapp = gateways[config.whatsapp]
        self.whatsapp.connected_phone = config.shop_phone
        self.asaas = AsaasSandbox(
            world,
            api_key=config.asaas_api_key,
            wallets=set(config.seller_wallets),
            own_wallet=config.platform_wallet,
            webhook_url=f"{hooks}/asaas",
            webhook_token=config.asaas_webhook_token,
            public_base=f"{root}/asaas",
        )
        self.melhor_envio = MelhorEnvioSandbox(
            world,
            token=config.melhor_envio_access_token,
            client_id=config.melhor_envio_client_id,
            client_secret=config.melhor_envio_client_secret,
            refresh_token=config.melhor_envio_refresh_token,
            webhook_url=f"{hooks}/melhor-envio",
            public_base=f"{root}/melhor_envio",
        )
        self.resend = ResendSandbox(
            world,
            api_key=config.resend_api_key,
            sender_domain=config.resend_from.rpartition("@")[2].rstrip(">"),
            webhook_url=f"{hooks}/resend",
            webhook_secret=config.resend_webhook_secret,
        )
        self.cloudflare = CloudflareSandbox(
            world,
            account_id=config.cloudflare_account_id,
            api_token=config.cloudflare_api_token,
            account_hash=config.cloudflare_images_hash,
            public_base=f"{root}/cloudflare",
            webhook_url=f"{hooks}/cloudflare-stream",
            webhook_secret=config.cloudflare_stream_webhook_secret,
        )
        self.viacep = ViaCepSandbox(world)
        self.board = Board(world, self.show, self.queued)
        self._people = {person.phone: person for person in (*config.buyers, *config.sellers)}
        self._unreachable: set[str] = set()

    # --- the page's view ---------------------------------------------------------------------------------

    def knows(self, phone: str) -> bool:
        return phone in self._people

    def show(self, part: str) -> Json:
        """The JSON of one part of the page; see :class:`sandbox.board.Board`."""
        name, _, phone = part.partition(":")
        if name == "chat":
            return self._chat(phone)
        if name == "charges":
            return {"charges": counter.charges(self.asaas)}
        if name == "labels":
            return {"labels": depot.labels(self.melhor_envio)}
        if name == "mails":
            return {"mails": [_mail(mail) for mail in reversed(self.resend.mailbox[-MOST_MAILS:])]}
        if name == "dials":
            return self._dials()
        return self.clock()

    def state(self) -> Json:
        """The complete state, for a page that was just opened."""
        config = self.config
        return {
            **self.clock(),
            "shop": config.shop_name,
            "people": {
                "buyers": [vars(person) for person in config.buyers],
                "sellers": [vars(person) for person in config.sellers],
            },
            "chats": [self._chat(phone) for phone in self._people],
            **self.show("charges"),
            **self.show("labels"),
            **self.show("mails"),
            "dials": self._dials(),
            "log": list(self.board.rows),
        }

    def clock(self) -> Json:
        return {"now": self.world.clock().isoformat()}

    def _dials(self) -> Json:
        return {
            "connected": self.whatsapp.connected,
            "twice": self.world.send_twice,
            "can_jump": self.world.jump is not None,
            "faults": {
                **{provider: vars(fault) for provider, fault in self.world.faults.items()},
                WHATSAPP: vars(self.world.faults[self.config.whatsapp]),
            },
        }

    def _chat(self, phone: str) -> Json:
        bubbles = self.whatsapp.chat(phone)
        answered = max((place for place, bubble in enumerate(bubbles) if bubble.from_bot), default=-1)
        first = max(0, len(bubbles) - MOST_BUBBLES)
        return {
            "phone": phone,
            "messages": [
                self._bubble(bubble, answered=place < answered)
                for place, bubble in enumerate(bubbles)
                if place >= first
            ],
            "typing": phone in self.board.typing or (self.whatsapp.connected and phone in self.queued()),
            "reachable": phone not in self._unreachable,
        }

    def _bubble(self, bubble: ChatMessage, *, answered: bool) -> Json:
        quoted = self._quoted(bubble)
        return {
            "id": bubble.id,
            "mine": not bubble.from_bot,
            "kind": bubble.kind,
            "text": bubble.words,
            "url": self._address(bubble),
            "file": bubble.file_name,
            "options": bubble.options,
            "at": bubble.at.isoformat(),
            "status": _tick(bubble, answered=answered),
            "quoted": quoted,
            "reaction": bubble.reaction,
            "gone": bubble.deleted,
            "edited": bubble.edited,
        }

    def _quoted(self, bubble: ChatMessage) -> str:
        if not bubble.reply_to or bubble.kind == "choice":
            return ""
        return next((m.words for m in self.whatsapp.chat(bubble.phone) if m.id == bubble.reply_to), "")

    def _address(self, bubble: ChatMessage) -> str:
        """Where the page finds the file: always on its own host, under whatever name it was opened."""
        if bubble.media.startswith("data:"):
            return f"{MOUNT}/api/media/{bubble.id}"
        return bubble.media.removeprefix(self.root.removesuffix(MOUNT))

    def queued(self) -> set[str]:
        """Phones with a message on its way to them."""
        known = {phone: phone for phone in self._people} | {
            self.whatsapp.lid_of(phone): phone for phone in self._people
        }
        return {known[address] for address in self.whatsapp.on_the_way() if address in known}

    def media(self, message_id: str) -> tuple[bytes, str, str] | None:
        """Bytes, MIME type and file name of a file that the bot sent inside its call."""
        for phone in self._people:
            for bubble in self.whatsapp.chat(phone):
                if bubble.id == message_id and bubble.media.startswith("data:"):
                    return bubble.data, bubble.mime_type, bubble.file_name
        return None

    def mail_html(self, mail_id: str) -> str | None:
        mail = next((mail for mail in self.resend.mailbox if mail.id == mail_id), None)
        if mail is None:
            return None
        return mail.html or f"<!doctype html><meta charset=utf-8><pre>{escape(mail.text or '')}</pre>"

    # --- actions -----------------------------------------------------------------------------------------

    async def say(self, phone: str, text: str) -> str:
        return self._sent(await self.whatsapp.user_sends(phone, text=text, name=self._name(phone)))

    async def photo(self, phone: str, data: bytes, mime: str, caption: str) -> str:
        return self._sent(
            await self.whatsapp.user_sends(phone, image=data, mime_type=mime, text=caption, name=self._name(phone))
        )

    async def choose(self, phone: str, message_id: str, option: str, label: str) -> str:
        choice = (option, label)
        return self._sent(
            await self.whatsapp.user_sends(phone, choice=choice, reply_to=message_id, name=self._name(phone))
        )

    def _name(self, phone: str) -> str:
        return self._people[phone].name

    def _sent(self, bubble: ChatMessage) -> str:
        self.board.changed(f"chat:{bubble.phone}")  # its second tick: the bot has it
        return bubble.id

    async def read(self, phone: str) -> None:
        await self.whatsapp.mark_read(phone)

    def set_reachable(self, phone: str, reachable: bool) -> None:
        (self._unreachable.discard if reachable else self._unreachable.add)(phone)
        self.whatsapp.set_on_whatsapp(phone, reachable)
        self.board.changed(f"chat:{phone}")

    def turn(self, provider: str, fault: Fault) -> None:
        """Set a provider's dial; ``whatsapp`` means the gateway in use."""
        self.world.faults[self.config.whatsapp if provider == WHATSAPP else provider] = fault
        self.board.changed("dials")

    async def set_connected(self, connected: bool) -> None:
        await self.whatsapp.set_connected(connected)
        # messages that waited have got their second tick
        for part in ("dials", *(f"chat:{phone}" for phone in self._people)):
            self.board.changed(part)

    async def charge_action(self, charge_id: str, do: str) -> None:
        try:
            await counter.act(self.asaas, charge_id, do)
        except KeyError:
            raise Problem("Essa cobrança não existe.", 404) from None
        except ValueError:
            raise Problem("Essa cobrança não aceita isso agora.", 409) from None

    async def label_action(self, label_id: str, do: str) -> None:
        try:
            await depot.act(self.melhor_envio, label_id, do)
        except KeyError:
            raise Problem("Essa etiqueta não existe.", 404) from None
        except ValueError:
            raise Problem("Essa etiqueta não aceita isso agora.", 409) from None

    async def jump(self, by: timedelta) -> None:
        if self.world.jump is None:
            raise Problem("Aqui ninguém move o relógio: abra a bancada por `make demo`.", 409)
        await self.world.jump(by)
        await self.asaas.sweep()
        self.board.changed("clock")


def _tick(bubble: ChatMessage, *, answered: bool) -> str:
    """``sent`` (one tick), ``delivered`` (two), ``read`` (two blue), ``failed``.

    A person's own message is delivered when the bot has answered the webhook, and read when the bot has replied since.
    """
    if bubble.from_bot:
        return {"received": "delivered"}.get(bubble.status, bubble.status)
    if not 200 <= bubble.webhook_status < 300:
        return "sent"
    return "read" if answered else "delivered"


def _mail(mail: Mail) -> Json:
    return {
        "id": mail.id,
        "from": mail.sender,
        "to": ", ".join(mail.to),
        "subject": mail.subject,
        "at": mail.created_at.isoformat(),
        "status": mail.last_event,
    }
