"""Reference bundles by their hash."""

from __future__ import annotations

from litestar import MediaType, Response, get
from litestar.params import FromPath

from app.web.problems import not_found
from field.protocols.service import template_bundle

_FOREVER = "private, max-age=31536000, immutable"


@get("/api/reference/{sha256:str}", operation_id="get_reference", opt={"permission": "signed_in"})
async def get_reference(sha256: FromPath[str]) -> Response[bytes]:
    """Return a bundle; what a hash names never changes, so it may be kept for ever."""
    bundle = template_bundle()
    if sha256 != bundle.sha256:
        raise not_found()
    return Response(bundle.content, media_type=MediaType.JSON, headers={"Cache-Control": _FOREVER})


ROUTES = (get_reference,)
