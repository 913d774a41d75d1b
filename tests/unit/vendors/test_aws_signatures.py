# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our signatures before a judge: moto in strict mode checks each against the secret that it has issued itself."""

from __future__ import annotations

import contextlib
import datetime
import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._aws import signature
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.protocols import (
    EC2,
    JSON_1_0,
    JSON_1_1,
    QUERY,
    REST_JSON,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.provider import AWS
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    BadSignature,
    CloudError,
    Unauthorized,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from support.clients import NO_HOST

pytest.importorskip("moto")

import boto3

from support.moto import moto_server

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/reader"
# moto answers this many calls of anybody: those that make the user and the role.
FREE_CALLS = 6
ALLOWED = (
    *("ec2:Describe*", "rds:Describe*", "cloudformation:*", "dynamodb:List*", "datasync:List*", "s3:List*"),
    *("ssm:List*", "sts:AssumeRole", "sts:GetCallerIdentity", "batch:*"),
)
OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ALLOWED, "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}

Keys = t.Mapping[str, str]


class User(t.NamedTuple):
    """A user of moto, with keys that it has issued."""

    url: str
    keys: Keys


@pytest.fixture(scope="module")
def user() -> t.Iterator[User]:
    with moto_server(INITIAL_NO_AUTH_ACTION_COUNT=str(FREE_CALLS)) as url:
        anybody = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": REGION, "endpoint_url": url}
        iam = boto3.client("iam", **anybody)
        iam.create_user(UserName="waiter")
        iam.put_user_policy(UserName="waiter", PolicyName="p", PolicyDocument=json.dumps(OPEN))
        iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=json.dumps(OPEN))
        made = iam.create_access_key(UserName="waiter")["AccessKey"]
        iam.list_users()
        yield User(url, {"access_key": made["AccessKeyId"], "secret_key": made["SecretAccessKey"]})


def service(product: str, protocol: str, call: Call, **other: t.Any) -> Service:
    """A service that has one call."""
    return Service("probe", "", "", product, call, {}, {}, protocol=protocol, **other)


SERVICES: dict[str, Service] = {
    "EC2": service("ec2", EC2, Call("DescribeSnapshots", form={"Owner.1": "a b+c/é"}), version="2016-11-15"),
    "query, RDS": service("rds", QUERY, Call("DescribeDBSnapshots"), version="2014-10-31"),
    "query, CloudFormation": service("cloudformation", QUERY, Call("ListStacks"), version="2010-05-15"),
    "query, STS": service("sts", QUERY, Call("GetCallerIdentity"), version="2011-06-15"),
    "JSON 1.0, DynamoDB": service("dynamodb", JSON_1_0, Call("ListTables"), target="DynamoDB_20120810"),
    "JSON 1.1, DataSync": service("datasync", JSON_1_1, Call("ListTasks"), target="FmrsService"),
    "JSON 1.1, SSM": service("ssm", JSON_1_1, Call("ListCommands"), target="AmazonSSM"),
    "REST, Batch": service(
        "batch", REST_JSON, Call("DescribeJobQueues", "/v1/describejobqueues", method="POST", json={})
    ),
}


@contextlib.contextmanager
def client(user: User, **options: t.Any) -> t.Iterator[Client]:
    """A client with the keys of the user."""
    given = {"region": REGION, "endpoint": user.url, **user.keys, **options}
    with contextlib.closing(Client(AWS, given, NO_HOST, list, print)) as made:
        yield made


def ask(user: User, which: Service, **options: t.Any) -> Response:
    """One call."""
    with client(user, **options) as made:
        return made.call(which, which.read, {})


@pytest.mark.parametrize("name", SERVICES)
def test_a_good_signature_is_accepted(user: User, name: str) -> None:
    assert ask(user, SERVICES[name]).status == 200


@pytest.mark.parametrize("name", SERVICES)
def test_the_signature_of_a_role_is_accepted(user: User, name: str) -> None:
    assert ask(user, SERVICES[name], role_arn=ROLE).status == 200


@pytest.mark.parametrize("name", SERVICES)
def test_a_wrong_secret_is_a_bad_signature(user: User, name: str) -> None:
    with pytest.raises(BadSignature):
        ask(user, SERVICES[name], secret_key="wrong")


@pytest.mark.parametrize("name", SERVICES)
def test_an_unknown_key_is_a_bad_signature(user: User, name: str) -> None:
    with pytest.raises(BadSignature):
        ask(user, SERVICES[name], access_key="AKIAUNKNOWN")


def test_a_call_that_is_not_allowed_is_denied(user: User) -> None:
    which = service("iam", QUERY, Call("ListUsers"), version="2010-05-08")
    with pytest.raises(Unauthorized) as caught:
        ask(user, which)
    assert not isinstance(caught.value, BadSignature)


def test_a_role_that_is_not_there_is_told(user: User) -> None:
    with pytest.raises(CloudError, match="role/nobody"):
        ask(user, SERVICES["EC2"], role_arn="arn:aws:iam::123456789012:role/nobody", secret_key="wrong")


# moto checks no signature of another GET rightly: it refuses those of boto3, too.
BUCKETS = [
    Request("GET", "", "/"),
    Request("GET", "", "/nowhere", (("list-type", "2"), ("prefix", "x y/é"))),
]


@pytest.mark.parametrize("secret", ["", "wrong"], ids=["good", "wrong"])
@pytest.mark.parametrize("request_", BUCKETS, ids=["all buckets", "a bucket that is not there"])
def test_a_signature_for_s3_is_judged(user: User, request_: Request, secret: str) -> None:
    keys = Credentials("test", **{**user.keys, **({"secret_key": secret} if secret else {})})
    asked = request_._replace(endpoint=user.url, formats=("xml",))
    date = datetime.datetime.now(datetime.timezone.utc).strftime(signature.DATE)
    transport = Transport({})
    with contextlib.closing(transport):
        answer = transport.send(signature.sign(asked, keys, scope=signature.Scope(REGION, "s3"), date=date))
    assert (answer.status == 403) == bool(secret)
