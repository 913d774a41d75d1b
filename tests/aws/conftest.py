# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""moto with strict authentication, and users of it."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import boto3
import botocore.config
import pytest

from integration.playing import Player
from support.moto import moto_server

Json = t.Any
REGION = "eu-west-1"
# So many calls are let through before signatures count: those that make the first user.
UNSIGNED_CALLS = 3


@dataclasses.dataclass(frozen=True)
class User:
    """A user of the emulator, and the keys."""

    url: str
    access_key: str
    secret_key: str

    def client(self, service: str) -> t.Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    @property
    def environ(self) -> dict[str, str]:
        """What a user's shell holds."""
        return {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}

    def make_user(self, name: str, policy: Json) -> User:
        """Another user, who may do what the policy says."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        document = json.dumps({"Version": "2012-10-17", "Statement": policy})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
        return User(self.url, key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture(scope="session")
def operator() -> t.Iterator[User]:
    """A user who may do everything."""
    with moto_server(INITIAL_NO_AUTH_ACTION_COUNT=str(UNSIGNED_CALLS)) as url:
        nobody = User(url, "AKIANOBODY", "nobody")
        yield nobody.make_user("operator", [{"Effect": "Allow", "Action": "*", "Resource": "*"}])


@pytest.fixture(scope="session")
def player(tmp_path_factory: pytest.TempPathFactory) -> Player:
    """Ansible in a home of its own."""
    return Player(tmp_path_factory.mktemp("player"), "")
