"""Makes ministack 1.5.33 with `AUTH=true` ask IAM about requests as AWS does.

| service | ministack alone                                    | AWS, and here                                      |
| ------- | -------------------------------------------------- | -------------------------------------------------- |
| all     | asks about one action a request, mostly on no      | about all that it takes, each on its ARN           |
|         | resource                                           | (questions.py)                                     |
| all     | a denial names the action                          | and resource and sort of policy                    |
| all     | takes `${*}` in a resource for text with a         | for the asterisk itself                            |
|         | wildcard in it                                     |                                                    |
| alarms  | asks nothing about requests in CBOR                | as about any other                                 |
| route53 | a denial is S3's XML, whose code SDKs do not find   | an ErrorResponse                                   |
| lambda  | GetFunction needs no lambda:ListTags               | leaves the tags out, and says so, without it       |
| sts     | any web identity that a trust policy names         | one whose provider the account knows               |
"""

from . import apis, authorization, events, functions  # noqa: F401  (authorization patches when it is loaded, the others add questions)
