"""IAM."""

from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend

from .tools import replace


@replace(IAMBackend, "delete_policy")
def delete_policy(original, self, policy_arn):
    policy = self.get_policy(policy_arn)
    if policy.attachment_count > 0:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException("This policy has more than one version.")
    return original(self, policy_arn)
