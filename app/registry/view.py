"""The device card: one row of JSON per device, for phones and for the office, without the holder's identity."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from app.registry.protection import HOLDER_LABEL
from field.protocols import load_templates

# A label in its grace time stops being valid without any row changing; counting those that have run out into the
# version makes the phone fetch the card anew when that happens.
DEVICE_VERSION_SQL: Final = (
    "d.rv * 16 + (select count(*) from device_label l where l.device_id = d.id and l.revoked_at <= now()) % 16"
)

# Open orders are the work orders' rows; they are read here because the card is one row, and the database renews the
# card when they change. Safety notices, blocks and announced maintenance renew it themselves.
DEVICE_CARDS_SQL: Final = f"""
select d.id, jsonb_build_object(
  'id', d.id, 'number', d.number, 'serial', d.serial, 'article_number', a.number, 'article_name', a.name,
  'iso_class', a.iso_class, 'article_expired', a.stock_status = 'expired', 'site_restriction', a.site_restriction,
  'status', d.status, 'scrapped_on', d.scrapped_on, 'last_pm', d.last_pm, 'next_pm', d.next_pm,
  'warranty_to', d.warranty_to, 'purchased_on', d.purchased_on, 'home_location', coalesce(l.name, ''),
  'batch', d.batch, 'supplier', a.supplier,
  'holder_label', coalesce(
    (select coalesce(p.name || ' ' || p.number, '{HOLDER_LABEL}') from holding h left join party p on p.id = h.party_id
     where h.device_id = d.id and h.starts_at is not null and h.ends_at is null), ''),
  'adaptations', coalesce(
    (select jsonb_agg(jsonb_build_object('number', s.number, 'made_on', s.made_on, 'text', s.text,
                                         'safety_note', s.safety_note) order by s.made_on, s.number)
     from special_adaptation s where s.device_id = d.id), '[]'),
  'components', coalesce(
    (select jsonb_agg(jsonb_build_object('article_number', ca.number, 'name', ca.name, 'quantity', c.quantity,
                                         'serial', c.serial, 'main_number', c.main_number) order by ca.number, c.id)
     from device_component c join article ca on ca.id = c.article_id where c.device_id = d.id), '[]'),
  'open_orders', coalesce(
    (select jsonb_agg(jsonb_build_object('number', w.number, 'type', w.type, 'state', w.state,
                                         'priority', coalesce(w.assessed_priority, w.proposed_priority),
                                         'team', t.name) order by w.number)
     from work_order w left join team t on t.id = w.team_id
     where w.device_id = d.id and w.state not in ('closed', 'cancelled')), '[]'),
  'label_versions', jsonb_build_object(
    'live', coalesce((select jsonb_agg(v.version order by v.version) from device_label v
                      where v.device_id = d.id and (v.revoked_at is null or v.revoked_at > now())), '[]'),
    'revoked', coalesce((select jsonb_agg(v.version order by v.version) from device_label v
                         where v.device_id = d.id and v.revoked_at <= now()), '[]')),
  'safety_notices', coalesce(
    (select jsonb_agg(jsonb_build_object('id', n.id, 'title', n.title, 'text', n.text, 'reference', n.reference,
                                         'action', n.action) order by n.set_at, n.id)
     from safety_notice_stops s join safety_notice n on n.id = s.notice_id where s.device_id = d.id), '[]'),
  'block', (select jsonb_build_object('reason', b.reason, 'blocked_at', b.blocked_at)
            from device_block b where b.device_id = d.id and b.lifted_at is null),
  'pm_notice', (select jsonb_build_object('given_on', p.given_on, 'how', p.how) from pm_notice p
                where p.device_id = d.id and (d.last_pm is null or p.given_on > d.last_pm)
                order by p.given_on, p.recorded_at limit 1),
  '_measured', coalesce((select jsonb_object_agg(t.template_id, jsonb_build_object('last', t.last, 'first', t.first))
    from (select s.template_id, (array_agg(s.answers order by s.signed_at desc, s.id desc))[1] as last,
            (array_agg(s.answers order by s.signed_at, s.id))[1] as first
          from service_protocol s where s.device_id = d.id group by s.template_id) t), '{{}}'),
  '_plan_template', (select k.template_id from device_maintenance k where k.device_id = d.id)
) as row
from device d
join article a on a.id = d.article_id
left join location l on l.id = d.home_location_id
where d.id = any($1::uuid[])
"""  # noqa: S608 - only a constant is put in


def with_templates(card: dict[str, Any]) -> dict[str, Any]:
    """Return the card with ``template_ids``: the service protocols that fit the device, its plan's own first."""
    seen = {key: value for key, value in card.items() if not key.startswith("_")}
    fitting = templates_for(card["article_number"], card["iso_class"])
    planned = card.get("_plan_template")
    ordered = dict.fromkeys((planned, *fitting) if planned else fitting)
    return {**seen, "template_ids": list(ordered)}


def templates_for(article_number: str, iso_class: str) -> tuple[str, ...]:
    """Return the ids of the protocols for an article; those that name the article itself win over its ISO class."""
    by_article, by_class = _templates()
    return by_article.get(article_number) or by_class.get(_digits(iso_class), ())


@cache
def _templates() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    by_article: dict[str, tuple[str, ...]] = {}
    by_class: dict[str, tuple[str, ...]] = {}
    for template in sorted(load_templates().values(), key=lambda template: template.id):
        for number in template.applies_to.article_numbers:
            by_article[number] = (*by_article.get(number, ()), template.id)
        for iso_class in map(_digits, template.applies_to.iso_classes):
            by_class[iso_class] = (*by_class.get(iso_class, ()), template.id)
    return by_article, by_class


def _digits(iso_class: str) -> str:
    return "".join(filter(str.isdigit, iso_class))
