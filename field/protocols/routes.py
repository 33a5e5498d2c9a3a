"""Reference bundles by their hash."""

from __future__ import annotations

import msgspec
from litestar import MediaType, Response, get
from litestar.params import FromPath

from app.web.problems import not_found
from field.protocols.fhir import questionnaire
from field.protocols.library import load_templates
from field.protocols.service import template_bundle

_FOREVER = "private, max-age=31536000, immutable"


@get("/api/reference/{sha256:str}", operation_id="get_reference", opt={"permission": "signed_in"})
async def get_reference(sha256: FromPath[str]) -> Response[bytes]:
    """Return a bundle; what a hash names never changes, so it may be kept for ever."""
    bundle = template_bundle()
    if sha256 != bundle.sha256:
        raise not_found()
    return Response(bundle.content, media_type=MediaType.JSON, headers={"Cache-Control": _FOREVER})


@get(
    "/api/protocol-templates/{template_id:str}/fhir",
    operation_id="get_template_fhir",
    opt={"permission": "maintenance.read"},
    media_type="application/fhir+json",
)
async def get_template_fhir(template_id: FromPath[str]) -> Response[bytes]:
    """Return the newest version of a template as a FHIR R5 Questionnaire."""
    template = load_templates().get(template_id)
    if template is None:
        raise not_found()
    headers = {"Content-Disposition": f'attachment; filename="{template.id}-{template.version}.json"'}
    content = msgspec.json.encode(questionnaire(template))
    return Response(content, media_type="application/fhir+json", headers=headers)


ROUTES = (get_reference, get_template_fhir)
