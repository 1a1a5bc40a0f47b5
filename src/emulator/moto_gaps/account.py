"""One account for each access key of 12 digits, so that tests can run side by side."""

import re

from moto.core.responses import BaseResponse

from .tools import replace


@replace(BaseResponse, "get_current_account")
def get_current_account(original, self):
    key = self.get_access_key()
    return key if re.fullmatch(r"\d{12}", key) else original(self)
