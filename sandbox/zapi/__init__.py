"""A stand-in of Z-API, the WhatsApp gateway, as strict as its documentation and as odd as field reports say.

"Sheet n" in the comments is a chapter of the facts sheet that the project was built from (Z-API's documentation of
July 2026 and published captures); what no source tells is marked UNCONFIRMED there and here.
"""

from sandbox.chats import ChatMessage
from sandbox.zapi.gateway import ZapiSandbox

__all__ = ["ChatMessage", "ZapiSandbox"]
