"""A stand-in of Evolution API v2, the self-hosted WhatsApp gateway, as strict and as odd as its source code.

"Sheet n" in the comments is a chapter of the facts sheet that the project was built from (the source of 2.3.7);
"source" means that of 2.3.6, read for what the sheet leaves open.
"""

from sandbox.chats import ChatMessage
from sandbox.evolution.gateway import EvolutionSandbox

__all__ = ["ChatMessage", "EvolutionSandbox"]
