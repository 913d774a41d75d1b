# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of databases: the task centers, backups of ApsaraDB RDS, and Data Transmission Service (DTS)."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PARTIAL, PENDING, RUNNING, SUCCEEDED
from .._service.details import details
from .._service.model import SUCCESS_WITH_ERROR, Batch, Call, Listing, Option, Pages, Quota, Rule, Service, Start
from .groups import IN_GROUP, RESOURCE_GROUP

# Regions that use the central host, from the vendor's SDKs.
_RDS_CENTRAL = (
    "ap-southeast-1",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-beijing-gov-1",
    "cn-hangzhou",
    "cn-heyuan",
    "cn-hongkong",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "us-east-1",
    "us-west-1",
)
_RDS_HOSTS = {
    **dict.fromkeys(_RDS_CENTRAL, "rds.aliyuncs.com"),
    "cn-hangzhou-finance": "rds-vpc.cn-hangzhou-finance.aliyuncs.com",
}
_TAIR_CENTRAL = ("cn-beijing-gov-1", "cn-hangzhou", "cn-hangzhou-finance")
_MONGODB_CENTRAL = (
    "cn-beijing",
    "cn-beijing-gov-1",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-shanghai",
    "cn-wulanchabu",
)
_POLARDB_CENTRAL = (
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-beijing-gov-1",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-qingdao",
    "cn-shanghai",
    "cn-wulanchabu",
)
_DTS_CENTRAL = (
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-beijing-gov-1",
    "cn-chengdu",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "eu-west-1",
    "me-east-1",
    "us-east-1",
    "us-west-1",
)

_TIME_RANGE = {
    "RegionId": "{region}",
    # Both times are mandatory. The API keeps 30 days and accepts a longer range. A planned task starts in the future.
    "FromStartTime": "{created_after|now-30d}",
    "ToStartTime": "{created_before|now+1d}",
}


# The vendor documents none that could be found.
_GUESS = Quota(2.0)


def task_center(
    name: str,
    title: str,
    doc: str,
    product: str,
    version: str,
    hosts: dict[str, str],
    options: tuple[Option, ...] = (RESOURCE_GROUP,),
    quota: Quota = _GUESS,
) -> Service:
    """Return a task center, the API that the databases share. DescribeHistoryTasks includes running tasks.

    ReasonCode says why a task was started. It is not an error, and the answer has no error.
    """
    shared = {**_TIME_RANGE, **(IN_GROUP if RESOURCE_GROUP in options else {})}
    return Service(
        name=name,
        title=title,
        doc=doc,
        started_by=Start(("TaskId", "TaskID")),
        product=product,
        version=version,
        hosts=hosts,
        needs=("region",),
        options=options,
        read=Call("DescribeHistoryTasks", method="POST", query={**shared, "TaskId": "{task_id}", "PageSize": "10"}),
        items="Items",
        facts={
            "id": "TaskId",
            "name": "TaskType",
            "resource_id": "InstanceId",
            "native_state": "Status",
            "progress": "Progress",
            "remaining": "RemainTime",
            "started_at": "StartTime",
            "finished_at": "EndTime",
            "result": "TaskDetail",
            "details": details(
                "ActionInfo CallerSource CallerUid CurrentStepName DbType InstanceName InstanceType Product "
                "ReasonCode Uid"
            ),
        },
        states={
            "scheduled": PENDING,
            "waiting": PENDING,
            "running": RUNNING,
            "cancelling": RUNNING,
            "succeed": SUCCEEDED,
            "failed": FAILED,
            "canceled": CANCELLED,
        },
        no_evidence="It has no error and no parts. ReasonCode says why it was started; TaskDetail is another thing per type.",
        listing=Listing(
            Call(
                "DescribeHistoryTasks",
                method="POST",
                query={
                    **shared,
                    "TaskType": "{name}",
                    "InstanceId": "{resource_id}",
                    "Status": "{native_state}",
                    "PageNumber": "{page}",
                    "PageSize": "{page_size}",
                },
            ),
            items="Items",
            pages=Pages(100, total="TotalCount"),
            states=("Scheduled", "Waiting", "Running", "Cancelling", "Succeed", "Failed", "Canceled"),
        ),
        batch=Batch(
            size=30,
            least=5,
            call=Call(
                "DescribeHistoryTasks",
                method="POST",
                query={**shared, "TaskId": "{task_ids}", "PageSize": "100"},
            ),
            items="Items",
            judge=True,
        ),
        quota=quota,
        advice="The cloud keeps tasks for 30 days; a task that waits for a maintenance window is V(pending) until then.",
    )


RDS = task_center(
    "rds",
    "ApsaraDB RDS: the task center",
    "https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-describehistorytasks",
    product="rds",
    version="2014-08-15",
    hosts=_RDS_HOSTS,
)

TAIR = task_center(
    "tair",
    "Tair and Redis: the task center",
    "https://www.alibabacloud.com/help/en/redis/developer-reference/api-r-kvstore-2015-01-01-describehistorytasks-redis",
    product="r-kvstore",
    version="2015-01-01",
    hosts=dict.fromkeys(_TAIR_CENTRAL, "r-kvstore.aliyuncs.com"),
    # Only the task center of Tair does not take a resource group.
    options=(),
    # What the page gives most calls that read.
    quota=Quota(200.0, 60.0, source="https://help.aliyun.com/document_detail/472150.html"),
)

MONGODB = task_center(
    "mongodb",
    "ApsaraDB for MongoDB: the task center",
    "https://www.alibabacloud.com/help/en/mongodb/developer-reference/api-dds-2015-12-01-describehistorytasks",
    product="mongodb",
    version="2015-12-01",
    hosts=dict.fromkeys(_MONGODB_CENTRAL, "mongodb.aliyuncs.com"),
)

POLARDB = task_center(
    "polardb",
    "PolarDB: the task center",
    "https://www.alibabacloud.com/help/en/polardb/developer-reference/api-polardb-2017-08-01-describehistorytasks",
    product="polardb",
    version="2017-08-01",
    hosts=dict.fromkeys(_POLARDB_CENTRAL, "polardb.aliyuncs.com"),
)

RDS_BACKUP = Service(
    name="rds_backup",
    title="ApsaraDB RDS: backups",
    doc="https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-describebackuptasks",
    started_by=Start(("BackupJobId",), parameters={"instance_id": ("DBInstanceId",)}),
    product="rds",
    version="2014-08-15",
    hosts=_RDS_HOSTS,
    options=(Option("instance_id", about=("The instance whose backup it is.",), fact="resource_id"),),
    read=Call(
        "DescribeBackupTasks",
        method="POST",
        query={"DBInstanceId": "{instance_id}", "BackupJobId": "{task_id}"},
    ),
    items="Items.BackupJob",
    facts={
        "id": "BackupJobId",
        "name": "TaskAction",
        "native_state": "BackupStatus",
        "progress": "Process",
        "outputs": "{backup_id: BackupId}",
        "details": details("BackupProgressStatus JobMode"),
    },
    states={
        "nostart": PENDING,
        "waiting": PENDING,
        "checking": RUNNING,
        "preparing": RUNNING,
        "uploading": RUNNING,
        "finished": SUCCEEDED,
        "failed": FAILED,
    },
    rules=(
        Rule(
            "state == 'succeeded' && item.BackupProgressStatus && item.BackupProgressStatus != 'Finished'",
            RUNNING,
            "its BackupProgressStatus says that it goes on",
        ),
    ),
    codes=((r"^InvalidDBInstance(Id|Name)?\.NotFound$", "", NotFound),),
    listing=Listing(
        Call("DescribeBackupTasks", method="POST", query={"DBInstanceId": "{instance_id}"}),
        items="Items.BackupJob",
        pages=Pages(0),
    ),
    quota=Quota(2.0),
    advice=(
        "The id is the BackupJobId that CreateBackup returns, not a BackupId: that one is what comes out. "
        "The list of an instance has the backups that go on; one that has ended is only known by its id."
    ),
)

_SYNCHRONIZATION = "contains(['sync', 'SYNC', 'subSync'], name)"
_CHANGE_TRACKING = "contains(['subscribe', 'SUBSCRIBE'], name)"

# The words that the list can be filtered by.
_DTS_WORDS = (
    *("NotStarted", "Prechecking", "PrecheckFailed", "PreCheckPass", "NotConfigured", "Migrating", "Suspending"),
    *("MigrationFailed", "Finished", "Retrying", "Upgrade", "Locked", "Downgrade", "Initializing", "InitializeFailed"),
    *("Synchronizing", "Failed", "Modifying", "Starting", "Normal", "Abnormal"),
)

_DTS_STATES = {
    "notconfigured": PENDING,
    "notstarted": PENDING,
    "precheckpass": PENDING,
    "suspending": PENDING,
    "locked": PENDING,
    "prechecking": RUNNING,
    "initializing": RUNNING,
    "migrating": RUNNING,
    "modifying": RUNNING,
    "retrying": RUNNING,
    "upgrade": RUNNING,
    "downgrade": RUNNING,
    "starting": RUNNING,
    "synchronizing": RUNNING,
    "normal": RUNNING,
    "finished": SUCCEEDED,
    "precheckfailed": FAILED,
    "initializefailed": FAILED,
    "migrationfailed": FAILED,
    "modifyfailed": FAILED,
    "failed": FAILED,
    "abnormal": FAILED,
}
_DTS_SYNC_STATES = {**_DTS_STATES, "synchronizing": SUCCEEDED}

DTS = Service(
    name="dts",
    title="Data Transmission Service: migrations, synchronizations and change tracking",
    doc="https://www.alibabacloud.com/help/en/dts/developer-reference/api-dts-2020-01-01-describedtsjobdetail",
    started_by=Start(("DtsJobId",)),
    product="dts",
    version="2020-01-01",
    hosts=dict.fromkeys(_DTS_CENTRAL, "dts.aliyuncs.com"),
    needs=("region",),
    read=Call(
        "DescribeDtsJobDetail", method="POST", query={"RegionId": "{region}", "DtsJobId": "{task_id}", **IN_GROUP}
    ),
    # ErrCode and ErrMessage are about the call, not the task.
    facts={
        "id": "DtsJobId",
        "name": "JobType",
        "resource_id": "DtsInstanceID",
        "native_state": "Status",
        "created_at": "CreateTime",
        "started_at": "BootTime",
        "updated_at": "LastUpdateTime",
        "finished_at": "FinishTime",
        "error": "ErrorMessage",
        # The parts of a distributed job, and the jobs that were created when the synchronized objects changed.
        "subtasks": "[SubDistributedJob, SubSyncJob][]",
        "details": details(
            "AppName ApprovalProcessStatus ApprovalProcessUrl BeginTimestamp Binlog BinlogSite BinlogTime "
            "Checkpoint ConsumptionCheckpoint ConsumptionClient DataDeliveryChannelInfo "
            "DataSynchronizationStatus DatabaseCount DbObject DbObjectSize DedicatedClusterId Delay "
            "DemoJob DestNetType DestinationEndpoint DtsBisLabel DtsJobClass DtsJobDirection DtsJobName "
            "EndTimestamp EtlCalculator ExpireTime GroupId InitCheckpoint InsightModule MaxDu "
            "MigrationMode MinDu PayType ResourceGroupDisplayName ResourceGroupId RetryState "
            "SourceEndpoint SubscribeTopic SubscriptionDataType SubscriptionHost SynchronizationDirection "
            "TaskType"
        ),
    },
    states=_DTS_STATES,
    subtask="{name: not_null(DtsJobName, DtsJobId), native_state: Status, error: {message: ErrorMessage}}",
    item_states=(
        ("sync", _DTS_SYNC_STATES),
        ("SYNC", _DTS_SYNC_STATES),
        ("subSync", _DTS_SYNC_STATES),
        ("", _DTS_STATES),
    ),
    items_decide=True,
    # Synchronization and change tracking run until they are stopped. They are ready when the data are in sync, or when
    # changes can be tracked. For any other kind of job these words are not an end.
    states_by=(
        (_SYNCHRONIZATION, {"synchronizing": SUCCEEDED}),
        (_CHANGE_TRACKING, {"normal": SUCCEEDED}),
    ),
    rules=(
        Rule(
            "state == 'succeeded' && contains([`true`, 'true', 'True'], item.RetryState.Retrying)",
            RUNNING,
            "it is being retried after an error",
        ),
        Rule(
            "state == 'succeeded' && item.DataSynchronizationStatus.Status == 'Failed'",
            PARTIAL,
            "its incremental data has failed: DataSynchronizationStatus says why",
        ),
        SUCCESS_WITH_ERROR,
    ),
    refused="contains([`false`, 'false', 'False'], Success)",
    options=(
        Option(
            "job_type",
            about=("Which kind of job is listed, as the API calls it.", "Without it the API lists migrations."),
            required=False,
            choices=("MIGRATION", "SYNC", "SUBSCRIBE"),
        ),
        RESOURCE_GROUP,
    ),
    # The API accepts several ids in one call, but only of one kind of job, and an id does not tell the kind.
    listing=Listing(
        Call(
            "DescribeDtsJobs",
            method="POST",
            query={
                "Region": "{region}",
                "RegionId": "{region}",
                "JobType": "{job_type}",
                "DtsInstanceId": "{resource_id}",
                "Status": "{native_state}",
                "WithoutDbList": "true",
                **IN_GROUP,
                "PageNumber": "{page}",
                "PageSize": "{page_size}",
            },
        ),
        items="DtsJobList",
        pages=Pages(30, total="TotalRecordCount"),
        facts={"started_at": "", "updated_at": "", "finished_at": "", "subtasks": ""},
        states=_DTS_WORDS,
        # A list does not include the parts of a job.
        judge=False,
    ),
    codes=((r"^(Forbidden\.InstanceNotFound|InvalidJobId|InvalidDtsJobId)", "", NotFound),),
    lasting=True,
    # For the list. The details of a job may be read twice as often.
    quota=Quota(20.0, source="https://www.alibabacloud.com/help/en/dts/developer-reference/api-describedtsjobs"),
    advice=(
        "A migration ends as Finished, but one with incremental data goes on as Migrating until it is stopped: "
        "tell by C(success_when) what is enough. A synchronization is ready when it is Synchronizing."
    ),
)

SERVICES = (RDS, RDS_BACKUP, TAIR, MONGODB, POLARDB, DTS)
