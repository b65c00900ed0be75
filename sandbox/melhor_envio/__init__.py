"""A stand-in of Melhor Envio (API v2), as strict as its documentation. "Sheet n" in the comments is a chapter of the
facts sheet that the project was built from (docs.melhorenvio.com.br and recorded responses, October 2026); the comments
say what is not confirmed there."""

from sandbox.melhor_envio.account import MelhorEnvioSandbox

__all__ = ["MelhorEnvioSandbox"]
