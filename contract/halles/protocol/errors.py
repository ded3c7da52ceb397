"""Codes of refusals: the same words in ``Rejected``, in the pages' JSON and in the catalogues of texts.

The words themselves stand beside ``Rejection``, which ``halles.world`` raises as well.
"""

from halles.errors import RejectionCode

__all__ = ["RejectionCode"]
