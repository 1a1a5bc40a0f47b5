"""The tagging index follows after some questions; what has gone still stands in it, and what is new does not yet."""

from .wire import after

# So many questions after a change are still answered as before it.
BEHIND = 2


class Entry:
    """What the index shows of a resource, and what it will show."""

    def __init__(self):
        self.shown, self.fresh, self.left = None, None, 0

    def learn(self, tags):
        if tags != self.fresh:
            self.fresh, self.left = tags, BEHIND

    def count(self):
        """One question has been answered."""
        self.left -= self.left > 0
        if not self.left:
            self.shown = self.fresh


class Question:
    """What is asked for: tags, and ARNs where they are named."""

    def __init__(self, data):
        self.filters = [(one["Key"], set(one.get("Values") or [])) for one in data.get("TagFilters") or []]
        self.arns = set(data.get("ResourceARNList") or [])

    def fits(self, arn, tags):
        if tags is None or (self.arns and arn not in self.arns):
            return False
        return all(key in tags and (not values or tags[key] in values) for key, values in self.filters)


@after("tagging:GetResources")
def lag(request, answer):
    if not answer.is_good:
        return
    data, memory = answer.data, request.memory("index")
    if not request.data.get("PaginationToken"):
        memory["page"] = []
    memory.setdefault("page", []).extend(data.get("ResourceTagMappingList") or [])
    # The last page tells of all; AWS says by an empty token that it is the last.
    token = data.get("PaginationToken") or ""
    listed = [] if token else shown(memory.setdefault("entries", {}), Question(request.data), memory["page"])
    answer.data = {"ResourceTagMappingList": listed, "PaginationToken": token}


def shown(entries, question, mappings):
    fresh = {one["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in one.get("Tags") or []} for one in mappings}
    for arn, tags in fresh.items():
        entries.setdefault(arn, Entry()).learn(tags)
    for arn, entry in entries.items():
        if arn not in fresh and question.fits(arn, entry.fresh):
            entry.learn(None)
    listed = []
    for arn, entry in entries.items():
        if question.fits(arn, entry.shown):
            tags = [{"Key": key, "Value": value} for key, value in entry.shown.items()]
            listed.append({"ResourceARN": arn, "Tags": tags})
        if question.fits(arn, entry.shown) or question.fits(arn, entry.fresh) or entry.fresh is None:
            entry.count()
    return listed
