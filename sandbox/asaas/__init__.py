"""A stand-in of Asaas, as strict as its documents. "Sheet n" in the comments is a chapter of the facts sheet that the
project was built from (docs.asaas.com, state of November 2026); what the documents leave open is said so.
"""

from sandbox.asaas.account import AsaasSandbox

__all__ = ["AsaasSandbox"]
