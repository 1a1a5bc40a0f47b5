"""Route 53: a batch does all or nothing, and nothing where a record is another one than it says."""

from moto.route53 import models
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import Route53Backend

from .tools import replace


@replace(models, "create_route53_zone_id")
def create_route53_zone_id(original, *args, **kwargs):
    return "Z" + original(*args, **kwargs)[1:]


def invalid(message):
    """Moto looks for the service of an error in the module of its class."""
    return Route53ClientError("InvalidChangeBatch", message)


def key(record):
    name = record["Name"].rstrip(".").lower() + "."
    return name, record["Type"], record.get("SetIdentifier") or ""


def values(record):
    """What a DELETE has to match."""
    alias = record.get("AliasTarget")
    if alias:
        target = alias["DNSName"].rstrip(".").lower()
        return alias["HostedZoneId"], target, str(alias["EvaluateTargetHealth"]).lower()
    records = record.get("ResourceRecords") or []
    listed = records if isinstance(records, list) else [records["ResourceRecord"]]
    return str(record.get("TTL")), sorted(one["Value"] if isinstance(one, dict) else one for one in listed)


def live(one):
    """A record of moto's own as a request writes it."""
    alias = getattr(one, "alias_target", None)
    record = {"Name": one.name, "Type": one.type, "SetIdentifier": one.set_identifier, "TTL": one.ttl}
    return {**record, "AliasTarget": alias, "ResourceRecords": one.records}


def refuse(zone, changes):
    known = {key(record): record for record in map(live, zone.rrsets)}
    for change in changes:
        record = change["ResourceRecordSet"]
        name, kind, _ = of = key(record)
        if change["Action"] == "CREATE":
            if of in known:
                text = f"Tried to create resource record set [name='{name}', type='{kind}'] but it already exists"
                raise invalid(text)
            others = {other for other_name, other, _ in known if other_name == name}
            if "CNAME" in others or (kind == "CNAME" and others):
                text = f"RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records"
                raise invalid(text)
            known[of] = record
        elif change["Action"] == "DELETE":
            start = f"Tried to delete resource record set [name='{name}', type='{kind}'] but "
            if of not in known:
                raise invalid(start + "it was not found")
            if values(known.pop(of)) != values(record):
                raise invalid(start + "the values provided do not match the current values")


@replace(Route53Backend, "change_resource_record_sets")
def change_resource_record_sets(original, self, zoneid, change_list):
    zone = self.get_hosted_zone(zoneid)
    refuse(zone, change_list)
    # What has been looked at is done: moto itself compares texts, with those of records that are gone as well.
    zone.rr_changes.clear()
    zone.rr_changes.has_insert_or_update = lambda _record: True
    return original(self, zoneid, change_list)
