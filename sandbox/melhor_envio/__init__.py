"""A stand-in of Melhor Envio (API v2), as strict as its documents. "Sheet n" in the comments is a chapter of the facts
sheet that the project was built from (docs.melhorenvio.com.br and recorded answers, state of October 2026); what is
not confirmed there is said so.
"""

from sandbox.melhor_envio.account import MelhorEnvioSandbox

__all__ = ["MelhorEnvioSandbox"]
