# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids and options in the results of steps that started tasks: every service, modules, uri and command lines."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._options.spec import task_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service, Start
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.started import (
    ids_in,
    options_in_start,
    places_of,
    start_result_of,
)
from support.rows import each_row

Json = t.Any
NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
UUID = "0f8e7d6c-5b4a-4392-8170-a1b2c3d4e5f6"
OTHER = "11111111-2222-4333-8444-555555555555"
PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def module(arguments: t.Optional[Json] = None, **result: Json) -> Json:
    """The registered result of a module."""
    return {"changed": True, "failed": False, **result, "invocation": {"module_args": arguments or {}}}


def uri(url: str, answer: Json, status: int = 200, arguments: t.Optional[Json] = None, **headers: str) -> Json:
    """The registered result of ansible.builtin.uri."""
    body = {} if answer is None else {"json": answer, "content_type": "application/json"}
    given = {"url": url, "method": "POST", "headers": {"X-Auth-Token": "hush"}, **(arguments or {})}
    told = {"redirected": False, "url": url, "status": status, "msg": "OK (2 bytes)", "elapsed": 0, "cookies": {}}
    return {"changed": False, "failed": False, **told, **body, **headers, "invocation": {"module_args": given}}


def command(words: str, answer: Json, **result: Json) -> Json:
    """The registered result of ansible.builtin.command."""
    text = answer if isinstance(answer, str) else json.dumps(answer, indent=2)
    told = {"cmd": words.split(), "rc": 0, "stdout": text, "stdout_lines": text.splitlines(), "stderr": ""}
    return {"changed": True, "failed": False, **told, **result}


def aliyun(words: str, **answer: Json) -> Json:
    return command(f"aliyun {words}", {"RequestId": "0E0E0E0E-1111-4222-8333-000000000001", **answer})


def aws(words: str, answer: Json) -> Json:
    return command(f"aws {words}", answer)


def gcloud(words: str, answer: Json) -> Json:
    return command(f"gcloud {words} --format=json", answer)


SQL = "https://sqladmin.googleapis.com/v1/projects/p"
GCE = "https://www.googleapis.com/compute/v1/projects/p"


def longrunning(url: str, words: str) -> list[tuple[Json, str, dict[str, str]]]:
    """Results that tell an operation of google.longrunning."""
    name = "projects/p/locations/l/operations/o"
    told = {"name": name, "metadata": {"verb": "create", "target": "projects/p/locations/l/backups/b"}, "done": False}
    return [
        (uri(url, told), name, {"project": "p"}),
        (gcloud(words, told), name, {"location": "l"}),
    ]


def resource(product: str, path: str, options: dict[str, str]) -> list[tuple[Json, str, dict[str, str]]]:
    """Results that tell a resource that is being made: of the operation that makes it, and of a command line."""
    parent = f"projects/p/locations/l/{path}"
    flags = " ".join(f"--{name}={value}" for name, value in {"location": "l", **options}.items())
    values = {name.replace("-", "_"): value for name, value in options.items()}
    told = {"name": "projects/p/locations/l/operations/o", "metadata": {"verb": "create", "target": f"{parent}/r"}}
    return [
        (uri(f"https://{product}.googleapis.com/v1/{parent}", told), f"{parent}/r", {"project": "p"}),
        (
            gcloud(f"x create r {flags}", {"name": f"{parent}/r", "state": "CREATING"}),
            f"{parent}/r",
            {"location": "l", **values},
        ),
    ]


def huawei(host: str, path: str, answer: Json) -> Json:
    return uri(f"https://{host}.cn-north-4.myhuaweicloud.com{path.replace('PROJECT', PROJECT)}", answer, 202)


LOCATION = {
    "cloud": "acme",
    "region_name": "RegionOne",
    "zone": None,
    "project": {"id": PROJECT, "name": "gates", "domain_id": None, "domain_name": None},
}
HERE = {"region": "cn-north-4"}
MINE = {**HERE, "project_id": PROJECT}

AZURE = "/subscriptions/7e57ab1e-5555-4000-8000-000000000001/resourceGroups/backups/providers"
SUBSCRIPTION = {"subscription_id": "7e57ab1e-5555-4000-8000-000000000001"}


def az(words: str, **answer: Json) -> Json:
    return command(f"az {words}", answer)


def arm(path: str, answer: Json = None, status: int = 202, **headers: str) -> Json:
    """The result of a call of Azure Resource Manager."""
    return uri(f"https://management.azure.com{path}?api-version=2023-04-02", answer, status, **headers)


def azure_results(path: str) -> list[tuple[Json, str, dict[str, str]]]:
    """The results of a step of each kind that has started what has this path: each of them has the id in full."""
    return [
        (az("x create --no-wait", id=AZURE + path, name="n", properties={}), AZURE + path, {}),
        (arm(AZURE + path, {"id": AZURE + path}, 201), AZURE + path, SUBSCRIPTION),
        (arm(AZURE + path), AZURE + path, SUBSCRIPTION),
        (module({"resource_group": "backups"}, response={"id": AZURE + path}), AZURE + path, {}),
        (module({"resource_group": "backups"}, state={"id": AZURE + path}), AZURE + path, {}),
    ]


OPERATION_URL = f"https://management.azure.com{AZURE}/operations/59fd*A9E6?api-version=2023-04-02&c={'M' * 6000}&s=x"
RESULT_URL = "https://management.azure.com/subscriptions/s/operationresults/x?api-version=2023-04-02"
PIPELINE = f"{AZURE}/Microsoft.DataFactory/factories/etl/pipelines/nightly/createRun"
PROTECTION_JOB = f"{AZURE}/Microsoft.DataProtection/backupVaults/nightly/backupJobs/{UUID}"


# By service: results as the pages of these steps document them, the id, and the options that they tell.
RESULTS: dict[str, list[tuple[Json, str, dict[str, str]]]] = {
    "alibaba.ecs": [
        (
            aliyun("ecs ExportImage --RegionId cn-hangzhou --ImageId m-1", TaskId="t-1"),
            "t-1",
            {"region": "cn-hangzhou"},
        ),
        (
            aliyun("ecs ImportImage --region=cn-qingdao", TaskId="t-1", ImageId="m-1", RegionId="cn-qingdao"),
            "t-1",
            {"region": "cn-qingdao"},
        ),
        ({"TaskId": "t-1", "RegionId": "cn-beijing", "RequestId": "R"}, "t-1", {"region": "cn-beijing"}),
    ],
    "alibaba.ecs_snapshot": [(aliyun("ecs CreateSnapshot --DiskId d-1", SnapshotId="s-1"), "s-1", {})],
    "alibaba.ecs_image": [
        (aliyun("ecs CopyImage --RegionId cn-hangzhou", ImageId="m-2"), "m-2", {"region": "cn-hangzhou"}),
        (
            aliyun("ecs ImportImage --RegionId cn-hangzhou", TaskId="t-1", ImageId="m-2"),
            "m-2",
            {"region": "cn-hangzhou"},
        ),
        (
            module(
                {"alicloud_region": "cn-beijing", "alicloud_access_key": NO_LOG},
                image_id="m-2",
                image={"id": "m-2", "image_name": "web", "region_id": "cn-beijing", "status": "Creating"},
            ),
            "m-2",
            {"region": "cn-beijing"},
        ),
    ],
    "alibaba.ecs_invocation": [
        (
            aliyun("ecs RunCommand --region cn-hangzhou", InvokeId="t-3", CommandId="c-1"),
            "t-3",
            {"region": "cn-hangzhou"},
        )
    ],
    "alibaba.hbr": [(aliyun("hbr InstallBackupClients", TaskId="t-4", Success=True, Code="200"), "t-4", {})],
    "alibaba.hbr_backup_job": [
        (
            aliyun("hbr CreateBackupJob --SourceType ECS_FILE", JobId="job-5", Success=True),
            "job-5",
            {"source_type": "ECS_FILE"},
        ),
    ],
    "alibaba.hbr_restore_job": [
        (
            aliyun("hbr CreateRestoreJob --region cn-shanghai --RestoreType ECS_FILE", RestoreId="r-6", Success=True),
            "r-6",
            {"region": "cn-shanghai", "restore_type": "ECS_FILE"},
        ),
    ],
    "alibaba.bdrc": [
        (aliyun("bdrc UpdateResources", Data={"TaskId": "t-7"}), "t-7", {}),
        (
            uri(
                "https://bdrc.cn-shanghai.aliyuncs.com/api/v1/resources", {"RequestId": "R", "Data": {"TaskId": "t-7"}}
            ),
            "t-7",
            {"region": "cn-shanghai"},
        ),
    ],
    "alibaba.rds": [
        (
            aliyun("rds CreateDBInstance --RegionId cn-hangzhou", TaskId=800001, DBInstanceId="rm-1"),
            "800001",
            {"region": "cn-hangzhou"},
        )
    ],
    "alibaba.tair": [
        (aliyun("r-kvstore RestartInstance", TaskId="t-8", InstanceId="r-1"), "t-8", {}),
        (aliyun("r-kvstore MasterNodeShutDownFailOver", TaskID="t-8"), "t-8", {}),
    ],
    "alibaba.mongodb": [(aliyun("dds DeleteNode", TaskId=800002, OrderId="2"), "800002", {})],
    "alibaba.polardb": [(aliyun("polardb OpenAITask", TaskId="t-9"), "t-9", {})],
    "alibaba.rds_backup": [
        (
            aliyun("rds CreateBackup --DBInstanceId rm-1 --region cn-hangzhou", BackupJobId="5501"),
            "5501",
            {"instance_id": "rm-1", "region": "cn-hangzhou"},
        ),
    ],
    "alibaba.dts": [(aliyun("dts ConfigureDtsJob", DtsJobId="dts-1", DtsInstanceId="dtsi-1"), "dts-1", {})],
    "alibaba.alb": [(aliyun("alb DeleteListener", JobId=UUID), UUID, {})],
    "alibaba.nlb": [(aliyun("nlb StartListener", JobId=UUID), UUID, {})],
    "alibaba.oos": [
        (aliyun("oos StartExecution", Execution={"ExecutionId": "exec-1", "Status": "Running"}), "exec-1", {}),
        (module({}, executions={"execution_id": "exec-1", "id": "exec-1", "status": "Running"}), "exec-1", {}),
    ],
    "alibaba.ros": [
        (aliyun("ros CreateStack --RegionId cn-hangzhou", StackId=UUID), UUID, {"region": "cn-hangzhou"}),
        (
            module({}, stack={"stack_id": UUID, "stack_name": "web", "region_id": "cn-beijing"}),
            UUID,
            {"region": "cn-beijing"},
        ),
    ],
    "alibaba.ack": [
        (command("aliyun cs POST /clusters", {"cluster_id": "c1", "task_id": "T-1", "request_id": "R"}), "T-1", {}),
        (command("aliyun cs RunClusterInspect", {"taskId": "T-1"}), "T-1", {}),
    ],
    "alibaba.eflo": [(aliyun("eflo-controller CreateCluster", TaskId="i1", ClusterId="i2"), "i1", {})],
    "alibaba.cloudcontrol": [
        (
            command("aliyun cloudcontrol POST /x", {"taskId": "task-1", "resourceId": "r-1", "requestId": "R"}),
            "task-1",
            {},
        ),
    ],
    "huawei.ims": [
        (huawei("ims", f"/v1/cloudimages/{UUID}/file", {"job_id": "ff8080"}), "ff8080", HERE),
        (
            command(f"hcloud IMS ExportImage --cli-region=cn-north-4 --project_id={PROJECT}", {"job_id": "ff8080"}),
            "ff8080",
            MINE,
        ),
        (
            uri(f"https://ims.eu-de.otc.t-systems.com/v1/cloudimages/{UUID}/file", {"job_id": "ff8080"}),
            "ff8080",
            {"region": "eu-de", "cloud_domain": "otc.t-systems.com"},
        ),
    ],
    "huawei.ecs": [(huawei("ecs", "/v1/PROJECT/cloudservers/delete", {"job_id": "ff8081"}), "ff8081", MINE)],
    "huawei.evs": [(huawei("evs", "/v2/PROJECT/cloudvolumes", {"job_id": "ff82", "volume_ids": [UUID]}), "ff82", MINE)],
    "huawei.cce": [
        (
            huawei(
                "cce",
                "/api/v3/projects/PROJECT/clusters",
                {"kind": "Cluster", "metadata": {"uid": OTHER}, "status": {"phase": "Creating", "jobID": UUID}},
            ),
            UUID,
            MINE,
        ),
        (huawei("cce", "/api/v3/projects/PROJECT/clusters/c/nodes/add", {"jobid": UUID}), UUID, MINE),
    ],
    "huawei.dcs": [(huawei("dcs", "/v2/PROJECT/instances/i/public-ip", {"job_id": "ff83"}), "ff83", MINE)],
    "huawei.sfs_turbo": [
        (huawei("sfs-turbo", "/v1/PROJECT/sfs-turbo/shares/s/fs/ldap", {"jobId": "ff84"}), "ff84", MINE)
    ],
    "huawei.mrs": [
        (
            huawei(
                "mrs",
                f"/v2/PROJECT/clusters/{OTHER}/job-executions",
                {"job_submit_result": {"job_id": UUID, "state": "COMPLETE"}},
            ),
            UUID,
            {**MINE, "cluster_id": OTHER},
        ),
        (
            command(f"hcloud MRS CreateExecuteJob --cluster_id={OTHER}", {"job_submit_result": {"job_id": UUID}}),
            UUID,
            {"cluster_id": OTHER},
        ),
    ],
    "huawei.cbr": [
        (huawei("cbr", "/v3/PROJECT/checkpoints/sync", {"sync": {"operation_log_id": UUID}}), UUID, MINE),
        (
            huawei("cbr", "/v3/PROJECT/backups/sync", {"sync": [{"backup_id": OTHER, "operation_log_id": UUID}]}),
            UUID,
            MINE,
        ),
    ],
    "huawei.cbr_backup": [
        (
            module(
                {"name": "web"},
                backup={
                    "id": UUID,
                    "checkpoint_id": OTHER,
                    "status": "available",
                    "location": {**LOCATION, "region_name": "eu-de"},
                },
            ),
            UUID,
            {"region": "eu-de", "project_id": PROJECT},
        ),
        (
            huawei("cbr", "/v3/PROJECT/backups/sync", {"sync": [{"backup_id": UUID, "operation_log_id": OTHER}]}),
            UUID,
            MINE,
        ),
    ],
    "huawei.cbr_checkpoint": [
        (
            huawei(
                "cbr",
                "/v3/PROJECT/checkpoints",
                {"checkpoint": {"id": UUID, "status": "protecting", "vault": {"id": OTHER, "name": "v"}}},
            ),
            UUID,
            MINE,
        ),
    ],
    "huawei.taurusdb": [
        (
            huawei(
                "gaussdb",
                "/v3/PROJECT/backups/create",
                {"backup": {"id": OTHER, "status": "BUILDING"}, "job_id": UUID},
            ),
            UUID,
            MINE,
        ),
    ],
    "huawei.taurusdb_backup": [
        (
            huawei("gaussdb", "/v3/PROJECT/backups/create", {"backup": {"id": OTHER}, "job_id": UUID}),
            OTHER,
            MINE,
        ),
    ],
    "huawei.taurusdb_scheduled": [
        (huawei("gaussdb", "/v3/PROJECT/instances/i/db-upgrade", {"job_id": UUID}), UUID, MINE),
    ],
    "huawei.rds": [
        (
            huawei("rds", "/v3/PROJECT/instances", {"instance": {"id": OTHER, "status": "BUILD"}, "job_id": UUID}),
            UUID,
            MINE,
        ),
        (huawei("rds", "/v3/PROJECT/instances/i/failover", {"instanceId": OTHER, "workflowId": UUID}), UUID, MINE),
    ],
    "huawei.dds": [(huawei("dds", "/v3/PROJECT/backups", {"job_id": UUID, "backup_id": OTHER}), UUID, MINE)],
    "huawei.gaussdb": [
        (huawei("gaussdb-opengauss", "/v3/PROJECT/instances", {"instance": {"id": OTHER}, "job_id": UUID}), UUID, MINE)
    ],
    "openstack.glance_task": [
        (
            uri(
                "https://glance.example.com/v2/tasks",
                {
                    "id": UUID,
                    "type": "import",
                    "status": "pending",
                    "input": {"image_properties": {}},
                    "owner": PROJECT,
                },
                201,
            ),
            UUID,
            {},
        ),
    ],
    "openstack.glance_import": [
        (uri(f"https://glance.example.com/v2/images/{UUID}/import", None, 202), UUID, {}),
        (module({}, image={"id": UUID, "status": "queued", "location": LOCATION}), UUID, {"region": "RegionOne"}),
    ],
    "openstack.image": [
        (module({}, image={"id": UUID, "status": "queued", "location": LOCATION}), UUID, {"region": "RegionOne"}),
        (
            command("openstack image create -f json web", {"id": UUID, "disk_format": "raw", "status": "queued"}),
            UUID,
            {},
        ),
        (
            command(
                "openstack --os-region-name=RegionTwo image create --volume v -f json web",
                {"id": OTHER, "disk_format": "raw", "image_id": UUID, "volume_type": "fast"},
            ),
            UUID,
            {"region": "RegionTwo"},
        ),
        (
            command(
                "openstack image create -f json web",
                [{"Field": "id", "Value": UUID}, {"Field": "disk_format", "Value": "raw"}],
            ),
            UUID,
            {},
        ),
        (
            uri(
                f"https://nova.example.com/v2.1/servers/{OTHER}/action",
                None,
                202,
                location=f"https://glance.example.com/images/{UUID}",
            ),
            UUID,
            {},
        ),
        (uri(f"https://nova.example.com/v2.1/servers/{OTHER}/action", {"image_id": UUID}, 202), UUID, {}),
        (
            uri(
                f"https://cinder.example.com/v3/{PROJECT}/volumes/{OTHER}/action",
                {"os-volume_upload_image": {"id": OTHER, "image_id": UUID, "status": "uploading"}},
                202,
            ),
            UUID,
            {},
        ),
    ],
    "openstack.cinder_backup": [
        (
            module({}, backup={"id": UUID, "location": LOCATION}, volume_backup={"id": UUID, "location": LOCATION}),
            UUID,
            {"region": "RegionOne"},
        ),
        (module({}, id=UUID, backup={"id": UUID, "name": "b"}), UUID, {}),
        (
            command("openstack volume backup create v -f json", {"id": UUID, "name": None, "volume_id": OTHER}),
            UUID,
            {},
        ),
        (uri(f"https://c.example.com/v3/{PROJECT}/backups", {"backup": {"id": UUID, "name": "b"}}, 202), UUID, {}),
    ],
    "openstack.cinder_snapshot": [
        (
            module({}, snapshot={"id": UUID, "volume_id": OTHER}, volume_snapshot={"id": UUID, "volume_id": OTHER}),
            UUID,
            {},
        ),
        (
            command(
                "openstack volume snapshot create -f json s",
                {"id": UUID, "name": "s", "size": 1, "status": "creating", "volume_id": OTHER},
            ),
            UUID,
            {},
        ),
        (uri(f"https://c.example.com/v3/{PROJECT}/snapshots", {"snapshot": {"id": UUID, "size": 1}}, 202), UUID, {}),
    ],
    "openstack.cinder_volume": [
        (module({}, volume={"id": UUID, "status": "creating", "location": LOCATION}), UUID, {"region": "RegionOne"}),
        (
            command(
                "openstack volume create -f json v",
                {"id": UUID, "attachments": [], "bootable": "false", "snapshot_id": OTHER, "type": "fast"},
            ),
            UUID,
            {},
        ),
        (
            command(
                "openstack volume backup restore -f json b", {"backup_id": OTHER, "volume_id": UUID, "volume_name": "v"}
            ),
            UUID,
            {},
        ),
        (
            uri(
                f"https://c.example.com/v3/{PROJECT}/backups/b/restore",
                {"restore": {"backup_id": OTHER, "volume_id": UUID}},
                202,
            ),
            UUID,
            {},
        ),
        (uri(f"https://c.example.com/v3/{PROJECT}/volumes/{UUID}/action", None, 202), UUID, {}),
    ],
    "openstack.nova_image": [
        (
            uri(
                f"https://nova.example.com/v2.1/servers/{UUID}/action",
                None,
                202,
                location=f"https://glance.example.com/images/{OTHER}",
            ),
            UUID,
            {},
        ),
        (module({}, server={"id": UUID, "image": {"id": OTHER}, "location": LOCATION}), UUID, {"region": "RegionOne"}),
    ],
    "aws.backup_job": [
        (aws("backup start-backup-job --region eu-west-1", {"BackupJobId": "t-1"}), "t-1", {"region": "eu-west-1"}),
        (
            uri("https://backup.eu-west-1.amazonaws.com/backup-jobs", {"BackupJobId": "t-1"}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.backup_restore_job": [
        (aws("backup start-restore-job --region eu-west-1", {"RestoreJobId": "t-1"}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.backup_copy_job": [
        (aws("backup start-copy-job --region eu-west-1", {"CopyJobId": "t-1"}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.ec2_snapshot": [
        (aws("ec2 create-snapshot --region eu-west-1", {"SnapshotId": "t-1"}), "t-1", {"region": "eu-west-1"}),
        (module({"region": "eu-west-1"}, snapshot_id="t-1"), "t-1", {"region": "eu-west-1"}),
        (
            aws("ec2 create-snapshots --region eu-west-1", {"Snapshots": [{"SnapshotId": "t-1"}]}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.ec2_image": [
        (aws("ec2 create-image --region eu-west-1", {"ImageId": "t-1"}), "t-1", {"region": "eu-west-1"}),
        (module({"region": "eu-west-1"}, image_id="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.ec2_export_image": [
        (aws("ec2 export-image --region eu-west-1", {"ExportImageTaskId": "t-1"}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.ec2_import_image": [
        (aws("ec2 import-image --region eu-west-1", {"ImportTaskId": "t-1"}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.ec2_import_snapshot": [
        (aws("ec2 import-snapshot --region eu-west-1", {"ImportTaskId": "t-1"}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.ec2_volume_modification": [
        (
            aws("ec2 modify-volume --region eu-west-1", {"VolumeModification": {"VolumeId": "t-1"}}),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, volume_id="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.rds_snapshot": [
        (
            aws("rds create-db-snapshot --region eu-west-1", {"DBSnapshot": {"DBSnapshotIdentifier": "t-1"}}),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, db_snapshot_identifier="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.rds_cluster_snapshot": [
        (
            aws(
                "rds create-db-cluster-snapshot --region eu-west-1",
                {"DBClusterSnapshot": {"DBClusterSnapshotIdentifier": "t-1"}},
            ),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, db_cluster_snapshot_identifier="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.rds_instance": [
        (
            aws(
                "rds restore-db-instance-from-db-snapshot --region eu-west-1",
                {"DBInstance": {"DBInstanceIdentifier": "t-1"}},
            ),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, db_instance_identifier="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.rds_cluster": [
        (
            aws(
                "rds restore-db-cluster-from-snapshot --region eu-west-1", {"DBCluster": {"DBClusterIdentifier": "t-1"}}
            ),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, db_cluster_identifier="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.rds_export": [
        (
            aws("rds start-export-task --region eu-west-1", {"ExportTaskIdentifier": "t-1"}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.dynamodb_export": [
        (
            aws(
                "dynamodb export-table-to-point-in-time --region eu-west-1", {"ExportDescription": {"ExportArn": "t-1"}}
            ),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.dynamodb_backup": [
        (
            aws("dynamodb create-backup --region eu-west-1", {"BackupDetails": {"BackupArn": "t-1"}}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.dynamodb_table": [
        (
            aws("dynamodb restore-table-from-backup --region eu-west-1", {"TableDescription": {"TableName": "t-1"}}),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, table_name="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.cloudformation_stack": [
        (aws("cloudformation create-stack --region eu-west-1", {"StackId": "t-1"}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.cloudformation_stack_set_operation": [
        (
            aws(
                "cloudformation create-stack-instances --region eu-west-1 --stack-set-name=baseline",
                {"OperationId": "t-1"},
            ),
            "t-1",
            {"region": "eu-west-1", "stack_set": "baseline"},
        ),
    ],
    "aws.ssm_command": [
        (aws("ssm send-command --region eu-west-1", {"Command": {"CommandId": "t-1"}}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.ssm_automation": [
        (
            aws("ssm start-automation-execution --region eu-west-1", {"AutomationExecutionId": "t-1"}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.stepfunctions_execution": [
        (
            aws("stepfunctions start-execution --region eu-west-1", {"executionArn": "t-1"}),
            "t-1",
            {"region": "eu-west-1"},
        ),
        (module({"region": "eu-west-1"}, execution_arn="t-1"), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.datasync_execution": [
        (
            aws("datasync start-task-execution --region eu-west-1", {"TaskExecutionArn": "t-1"}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.fsx_backup": [
        (aws("fsx create-backup --region eu-west-1", {"Backup": {"BackupId": "t-1"}}), "t-1", {"region": "eu-west-1"}),
    ],
    "aws.redshift_snapshot": [
        (
            aws("redshift create-cluster-snapshot --region eu-west-1", {"Snapshot": {"SnapshotIdentifier": "t-1"}}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.elasticache_snapshot": [
        (
            aws("elasticache create-snapshot --region eu-west-1", {"Snapshot": {"SnapshotName": "t-1"}}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "aws.imagebuilder_image": [
        (
            aws("imagebuilder create-image --region eu-west-1", {"imageBuildVersionArn": "t-1"}),
            "t-1",
            {"region": "eu-west-1"},
        ),
    ],
    "azure.recovery_services_job": azure_results(f"/Microsoft.RecoveryServices/vaults/nightly/backupJobs/{UUID}"),
    "azure.data_protection_job": [
        *azure_results(f"/Microsoft.DataProtection/backupVaults/nightly/backupJobs/{UUID}"),
        (
            az(
                "dataprotection backup-instance adhoc-backup",
                objectType="OperationJobExtendedInfo",
                jobId=PROTECTION_JOB,
            ),
            PROTECTION_JOB,
            {},
        ),
    ],
    "azure.site_recovery_job": azure_results(f"/Microsoft.RecoveryServices/vaults/nightly/replicationJobs/{UUID}"),
    "azure.operation": [
        (
            arm(f"{AZURE}/Microsoft.Compute/disks/data1", azure_asyncoperation=OPERATION_URL, location=RESULT_URL),
            OPERATION_URL,
            {**SUBSCRIPTION, "operation_header": "Azure-AsyncOperation"},
        ),
        (
            arm(f"{AZURE}/Microsoft.Compute/disks/data1", operation_location=OPERATION_URL),
            OPERATION_URL,
            {**SUBSCRIPTION, "operation_header": "Operation-Location"},
        ),
        (
            arm(f"{AZURE}/Microsoft.Compute/disks/data1", location=RESULT_URL),
            RESULT_URL,
            {**SUBSCRIPTION, "operation_header": "Location"},
        ),
    ],
    "azure.deployment": [
        *azure_results("/Microsoft.Resources/deployments/rollout-7"),
        (
            arm(f"/subscriptions/{UUID}/providers/Microsoft.Resources/deployments/rollout-7"),
            f"/subscriptions/{UUID}/providers/Microsoft.Resources/deployments/rollout-7",
            {"subscription_id": UUID},
        ),
        (
            module({}, deployment={"id": f"{AZURE}/Microsoft.Resources/deployments/rollout-7", "name": "rollout-7"}),
            f"{AZURE}/Microsoft.Resources/deployments/rollout-7",
            {},
        ),
    ],
    "azure.snapshot": azure_results("/Microsoft.Compute/snapshots/s-1"),
    "azure.disk": azure_results("/Microsoft.Compute/disks/data1"),
    "azure.image": azure_results("/Microsoft.Compute/images/web-1"),
    "azure.gallery_image_version": azure_results("/Microsoft.Compute/galleries/golden/images/web/versions/1.0.1"),
    "azure.run_command": azure_results("/Microsoft.Compute/virtualMachines/web1/runCommands/patch-1"),
    "azure.sql_operation": azure_results(f"/Microsoft.Sql/servers/sql1/databases/orders/operations/{UUID}"),
    "azure.postgres_ltr_backup": azure_results(
        "/Microsoft.DBforPostgreSQL/flexibleServers/pg1/ltrBackupOperations/w-9"
    ),
    "azure.mysql_backup": azure_results("/Microsoft.DBforMySQL/flexibleServers/my1/backupsV2/w-9"),
    "azure.pipeline_run": [
        (
            az(
                "datafactory pipeline create-run --factory-name etl --resource-group backups --name nightly", runId=UUID
            ),
            UUID,
            {"resource_group": "backups", "factory_name": "etl"},
        ),
        (
            arm(PIPELINE, {"runId": UUID}, 200),
            UUID,
            {**SUBSCRIPTION, "resource_group": "backups", "factory_name": "etl"},
        ),
    ],
    "azure.automation_job": azure_results(f"/Microsoft.Automation/automationAccounts/ops/jobs/{UUID}"),
    "google.sql_operation": [
        (
            gcloud(
                "sql export sql prod gs://b/x.gz --async --project p",
                {"kind": "sql#operation", "name": "t-1", "targetProject": "p", "targetId": "prod", "status": "PENDING"},
            ),
            "t-1",
            {"project": "p"},
        ),
        (
            uri(
                f"{SQL}/instances/prod/export",
                {"kind": "sql#operation", "name": "t-1", "selfLink": f"{SQL}/operations/t-1", "targetProject": "p"},
            ),
            f"{SQL}/operations/t-1",
            {"project": "p"},
        ),
    ],
    "google.sql_backup": [
        (
            gcloud(
                "sql backups create -i prod --async",
                {"kind": "sql#operation", "backupContext": {"backupId": "7"}, "targetId": "prod"},
            ),
            "7",
            {"instance": "prod"},
        ),
        (
            uri(
                f"{SQL}/instances/prod/backupRuns",
                {"kind": "sql#operation", "backupContext": {"name": "projects/p/backups/b"}, "targetId": "prod"},
            ),
            "projects/p/backups/b",
            {"project": "p"},
        ),
    ],
    "google.alloydb_operation": longrunning(
        "https://alloydb.googleapis.com/v1/projects/p/locations/l/backups", "alloydb backups create b --region l"
    ),
    "google.backupdr_operation": longrunning(
        "https://backupdr.googleapis.com/v1/projects/p/locations/l/x:triggerBackup", "backup-dr x --location l"
    ),
    "google.filestore_operation": longrunning(
        "https://file.googleapis.com/v1/projects/p/locations/l/backups", "filestore backups create b --region l"
    ),
    "google.spanner_operation": [
        (
            gcloud(
                "spanner backups create b --instance i --async",
                {"name": "projects/p/instances/i/backups/b/operations/o"},
            ),
            "projects/p/instances/i/backups/b/operations/o",
            {"instance": "i"},
        ),
    ],
    "google.firestore_operation": [
        (
            gcloud("firestore export gs://b --database d --async", {"name": "projects/p/databases/d/operations/o"}),
            "projects/p/databases/d/operations/o",
            {"database": "d"},
        ),
    ],
    "google.compute_operation": [
        (
            uri(
                f"{GCE}/zones/z/disks/d/createSnapshot",
                {"kind": "compute#operation", "name": "o", "selfLink": f"{GCE}/zones/z/operations/o"},
            ),
            f"{GCE}/zones/z/operations/o",
            {"project": "p"},
        ),
        (gcloud("compute x --zone z", {"kind": "compute#operation", "name": "o"}), "o", {"zone": "z"}),
    ],
    **{
        f"google.{name}": [
            (
                gcloud("compute x describe r --project p", {"kind": f"compute#{kind}", "name": "r", "id": "1"}),
                "r",
                {"project": "p"},
            ),
            (
                uri(
                    f"{GCE}/global/{kind}s",
                    {"kind": "compute#operation", "name": "o", "targetLink": f"{GCE}/global/{kind}s/r"},
                ),
                f"{GCE}/global/{kind}s/r",
                {"project": "p"},
            ),
            *rows,
        ]
        for name, kind, rows in (
            (
                "snapshot",
                "snapshot",
                [
                    (
                        module(
                            {"project": "p", "source_disk": {}}, name="r", id=1, diskSizeGb=10, labelFingerprint="x"
                        ),
                        "r",
                        {"project": "p"},
                    )
                ],
            ),
            (
                "image",
                "image",
                [(module({"project": "p"}, name="r", id=1, diskSizeGb=10, archiveSizeBytes=9), "r", {"project": "p"})],
            ),
            ("machine_image", "machineImage", []),
        )
    },
    "google.build": [
        (
            uri(
                "https://cloudbuild.googleapis.com/v1/projects/p/builds",
                {"name": "operations/build/p/x", "metadata": {"build": {"id": "t-1", "projectId": "p"}}},
            ),
            "t-1",
            {"project": "p"},
        ),
        (
            gcloud(
                "builds submit --async --region l",
                {"id": "t-1", "logUrl": "https://x", "projectId": "p", "name": "projects/p/locations/l/builds/t-1"},
            ),
            "projects/p/locations/l/builds/t-1",
            {"project": "p", "location": "l"},
        ),
    ],
    "google.backupdr_backup": resource(
        "backupdr", "backupVaults/v/dataSources/d/backups", {"backup-vault": "v", "data-source": "d"}
    ),
    "google.filestore_backup": resource("file", "backups", {}),
    "google.gke_backup": resource("gkebackup", "backupPlans/x/backups", {"backup-plan": "x"}),
    "google.gke_restore": resource("gkebackup", "restorePlans/x/restores", {"restore-plan": "x"}),
    "google.transfer_operation": [
        (
            uri(
                "https://storagetransfer.googleapis.com/v1/transferJobs/1:run",
                {"name": "transferOperations/t-1", "metadata": {}},
                arguments={"body": {"projectId": "p"}},
            ),
            "transferOperations/t-1",
            {},
        ),
    ],
    "google.bigquery_job": [
        (
            uri(
                "https://bigquery.googleapis.com/bigquery/v2/projects/p/jobs",
                {"id": "p:l.t-1", "jobReference": {"projectId": "p", "jobId": "t-1", "location": "l"}},
            ),
            "t-1",
            {"project": "p", "location": "l"},
        ),
    ],
}

SERVICES: dict[str, tuple[Provider, Service]] = {
    f"{provider.name}.{name}": (provider, service)
    for provider in PROVIDERS.values()
    for name, service in provider.services.items()
}
ROWS = [(name, *row) for name, rows in RESULTS.items() for row in rows]


def told(name: str, result: Json) -> dict[str, str]:
    """The options that a result tells, as far as the service has them."""
    provider, service = SERVICES[name]
    options = options_in_start([start_of(service), provider.start], start_result_of(result))
    return {option: value for option, value in options.items() if option in task_spec(provider)}


def start_of(service: Service) -> Start:
    assert service.started_by is not None
    return service.started_by


def test_there_is_a_result_for_every_service() -> None:
    assert sorted(RESULTS) == sorted(SERVICES)


@pytest.mark.parametrize(
    ("name", "result", "task_id", "options"), ROWS, ids=[f"{row[0]}-{n}" for n, row in enumerate(ROWS)]
)
def test_a_result_tells_one_id_and_what_the_call_said(name: str, result: Json, task_id: str, options: Json) -> None:
    found = start_result_of(result)
    assert found.problem == ""
    assert list(ids_in(start_of(SERVICES[name][1]), found)) == [task_id]
    assert told(name, result) == options


NOTHING: dict[str, Json] = {
    "a step that changed something": module(),
    "check mode": {"changed": True, "failed": False},
    "a command that lists": aliyun("ecs DescribeRegions", Regions={"Region": []}, TotalCount=0),
    "an empty object": command("aliyun ecs ExportImage", {}),
    "an id that is null": command("x", {"TaskId": None, "job_id": None, "JobId": None, "id": None}),
    "an id that is empty": command("x", {"TaskId": "", "job_id": "", "JobId": " ", "id": ""}),
    "an id that is a flag": command("x", {"TaskId": True, "job_id": True, "JobId": True, "id": True}),
    "an id that is an object": command("x", {"TaskId": {}, "job_id": {"a": 1}, "JobId": {}, "backup": {"id": {}}}),
    "a request without a body": uri("https://example.com/", None, 204),
    "a body that is a list": uri("https://example.com/", [{"TaskId": "t-1", "job_id": "j"}]),
    "an id that core masks": module({}, TaskId=NO_LOG, job_id=NO_LOG, image={"id": NO_LOG}),
    "a service of this machine": module(
        {"name": "nginx"}, name="nginx", state="started", status={"Id": "nginx.service"}
    ),
}


@pytest.mark.parametrize("result", NOTHING.values(), ids=NOTHING.keys())
@each_row("name", SERVICES)
def test_what_tells_no_id_tells_none_to_any_service(name: str, result: Json) -> None:
    assert ids_in(start_of(SERVICES[name][1]), start_result_of(result)) == {}


PROBLEMS: dict[str, tuple[Json, str]] = {
    "a command that failed": (
        command("aliyun ecs ExportImage", {"TaskId": "t-1"}, rc=2),
        "its command has ended with 2",
    ),
    "a plain text": (command("openstack image create -f value", UUID), "is no JSON object"),
    "a table": (command("openstack image create", f"| id | {UUID} |"), "is no JSON object"),
    "no output": (command("true", ""), "is no JSON object"),
    "a list": (command("openstack image list -f json", [{"ID": UUID}]), "is no JSON object"),
    "half a document": (command("aliyun ecs ExportImage", '{"TaskId": "t-1"'), "is no JSON object"),
    "a refused request": (uri("https://example.com/", {"TaskId": "t-1"}, 403), "answered with status 403"),
    "a redirect": (uri("https://example.com/", {"TaskId": "t-1"}, 307), "answered with status 307"),
    "no answer": (uri("https://example.com/", {"TaskId": "t-1"}, -1), "answered with status -1"),
    "a server error": (uri("https://example.com/", {"job_id": "j-1"}, 500), "answered with status 500"),
}


@pytest.mark.parametrize(("result", "problem"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_call_that_did_not_go_well_has_started_nothing(result: Json, problem: str) -> None:
    assert problem in start_result_of(result).problem


SEVERAL: dict[str, tuple[Start, Json, dict[str, str]]] = {
    "two fields": (
        Start(("a", "b")),
        {"a": "1", "b": "2"},
        {"1": "a", "2": "b"},
    ),
    "two fields that agree": (Start(("a", "b")), {"a": "1", "b": 1}, {"1": "a"}),
    "a uuid in two forms": (Start(("a", "b")), {"a": UUID, "b": UUID.replace("-", "").upper()}, {UUID: "a"}),
    "a list": (Start(("a",)), {"a": ["1", "2"]}, {"1": "a", "2": "a"}),
    "a list of one": (Start(("a[].id",)), {"a": [{"id": "1"}, {}]}, {"1": "a[].id"}),
}


@pytest.mark.parametrize(("start", "answer", "ids"), SEVERAL.values(), ids=SEVERAL.keys())
def test_every_id_is_told_once(start: Start, answer: Json, ids: dict[str, str]) -> None:
    assert ids_in(start, start_result_of(command("x", answer))) == ids


ASYNC = "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/operations/op-1"
HEADERS: dict[str, tuple[str, str]] = {
    "Azure-AsyncOperation": ("azure_asyncoperation", f"{ASYNC}?api-version=2024-03-01"),
    "Operation-Location": ("operation_location", f"{ASYNC}?api-version=2024-03-01"),
    "Location": ("location", f"{ASYNC}?monitor=true"),
}


@pytest.mark.parametrize(("name", "header"), HEADERS.items(), ids=HEADERS.keys())
def test_a_header_tells_the_id_and_options_as_uri_returns_it(name: str, header: tuple[str, str]) -> None:
    start = Start(headers=((name, r"/locations/(?P<region>[^/]+)/operations/(?P<task_id>[^/?#]+)"),))
    result = start_result_of(uri("https://management.azure.com/x", None, 202, **{header[0]: header[1]}))
    assert ids_in(start, result) == {"op-1": f"the header {name}"}
    assert options_in_start([start], result) == {"region": "westeurope"}
    assert places_of(start) == [f"the header {name}"]
    assert ids_in(start, start_result_of(command("x", {header[0]: header[1]}))) == {}


@pytest.mark.parametrize(("text", "ids"), [("?c=" + "x" * 9000, ["op-1"]), ("x" * 9000, [])], ids=["a query", "an id"])
def test_an_id_that_is_cut_off_in_a_long_header_is_none(text: str, ids: list[str]) -> None:
    start = Start(headers=(("Location", "/operations/(?P<task_id>[^/?#]+)"),))
    result = start_result_of(uri("https://x/", None, 202, location=f"{ASYNC}{text}"))
    assert list(ids_in(start, result)) == ids


FIRST: dict[str, tuple[Json, dict[str, str]]] = {
    "the response before the command": (
        aliyun("ecs X --RegionId cn-hangzhou", RegionId="cn-beijing"),
        {"region": "cn-beijing"},
    ),
    "the URL before the body of the request": (
        uri("https://ecs.cn-hangzhou.aliyuncs.com/", {}, arguments={"body": {"RegionId": "cn-beijing"}}),
        {"region": "cn-hangzhou"},
    ),
    "the body of the request": (
        uri("https://ecs.aliyuncs.com/", {}, arguments={"body": '{"RegionId": "cn-beijing"}'}),
        {"region": "cn-beijing"},
    ),
    "the query": (uri("https://ecs.aliyuncs.com/?Action=X&RegionId=cn-beijing", {}), {"region": "cn-beijing"}),
    "a shell": (command("", {}, cmd="aliyun ecs X --RegionId 'cn-beijing' | tee x"), {"region": "cn-beijing"}),
    "a shell with an open quote": (command("", {}, cmd="aliyun ecs X --RegionId 'cn-beijing"), {}),
    "two regions": (module({"region": "cn-beijing", "alicloud_region": "cn-hangzhou"}), {}),
    "a region that core masks": (module({"region": NO_LOG}), {}),
    "a host of somebody else": (uri("https://ecs.cn-hangzhou.aliyuncs.com.example.com/", {}), {}),
    "a host that only has it in its path": (uri("https://example.com/https://ecs.cn-hangzhou.aliyuncs.com/", {}), {}),
    "no host with a region": (uri("https://ecs.aliyuncs.com/", {}), {}),
}


@pytest.mark.parametrize(("result", "options"), FIRST.values(), ids=FIRST.keys())
def test_where_a_region_is_told_twice_the_answer_counts_first(result: Json, options: Json) -> None:
    assert told("alibaba.ecs", result) == options


@pytest.mark.parametrize(("provider", "service"), SERVICES.values(), ids=SERVICES.keys())
def test_only_options_are_told(provider: Provider, service: Service) -> None:
    own = {option.name for option in service.options}
    for start, names in ((start_of(service), own), (provider.start, {"region", *provider.options})):
        groups = {
            name
            for pattern in (*start.urls, *(each for dummy, each in start.headers))
            for name in re.compile(pattern).groupindex
        }
        assert {*start.options, *start.parameters, *groups} - {"task_id"} <= names


@pytest.mark.parametrize(("provider", "service"), SERVICES.values(), ids=SERVICES.keys())
def test_what_a_service_cannot_do_without_is_told_where_the_call_has_it(provider: Provider, service: Service) -> None:
    start = start_of(service)
    required = {option.name for option in service.options if option.required}
    in_full_ids = {name for form in service.qualified for name in re.compile(form.pattern).groupindex}
    assert required <= {*start.parameters, *start.options, *in_full_ids}
