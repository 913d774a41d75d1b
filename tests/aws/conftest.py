# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""moto with strict authentication, and users of it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import socket
import subprocess
import sys
import typing as t

import boto3
import botocore.config
import pytest

from integration.playing import Player, until

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


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def moto(folder: pathlib.Path) -> t.Iterator[str]:
    """The URL of an emulator, which listens to this machine alone, for as long as it runs."""
    port = free_port()
    environ = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(UNSIGNED_CALLS)}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "moto.log").open("wb") as log:
        server = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            until(lambda: answers(port), 120)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[User]:
    """A user who may do everything."""
    with moto(tmp_path_factory.mktemp("moto")) as url:
        nobody = User(url, "AKIANOBODY", "nobody")
        yield nobody.make_user("operator", [{"Effect": "Allow", "Action": "*", "Resource": "*"}])


@pytest.fixture(scope="session")
def player(tmp_path_factory: pytest.TempPathFactory) -> Player:
    """Ansible in a home of its own."""
    return Player(tmp_path_factory.mktemp("player"), "")
