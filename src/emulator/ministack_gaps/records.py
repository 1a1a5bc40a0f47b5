"""Route 53: there is nothing beside a CNAME. A rehearsal gives a hosted zone the id that a manifest names."""

from ministack.services import route53

from .tools import replace


@replace(route53, "_change_resource_record_sets")
def change_resource_record_sets(original, zone_id, body):
    """What the batch deletes is no longer in the way of what it makes."""
    known = {route53._rs_key(one)[:2] for one in route53._records.get(zone_id, [])}
    for change in route53._parse_body(body).iter():
        record = route53._find(change, "ResourceRecordSet") if change.tag.endswith("Change") else None
        if record is None:
            continue
        name, kind = of = route53._rs_key(route53._parse_record_set(record))[:2]
        if route53._text(change, "Action") == "DELETE":
            known.discard(of)
        elif of not in known:
            others = {other for at, other in known if at == name and other not in ("NS", "SOA")}
            if "CNAME" in others or (kind == "CNAME" and others):
                text = f"RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records"
                return route53._error_response("InvalidChangeBatch", text)
            known.add(of)
    return original(zone_id, body)


@replace(route53, "_create_hosted_zone")
def create_hosted_zone(original, body, query):
    """A reference `zone:<id>` asks for an id."""
    reference, made_up = route53._text(route53._parse_body(body), "CallerReference"), route53._zone_id
    asked = reference.removeprefix("zone:")
    if asked != reference and "." not in asked:
        route53._zone_id = lambda: asked
    try:
        return original(body, query)
    finally:
        route53._zone_id = made_up
