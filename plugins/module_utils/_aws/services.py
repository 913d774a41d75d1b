# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the task APIs of AWS by name."""

from __future__ import annotations

from .._service.model import Service
from .._service.permissions import with_permissions
from .backup import BACKUP_COPY_JOB, BACKUP_JOB, BACKUP_RESTORE_JOB
from .compute import (
    EC2_EXPORT_IMAGE,
    EC2_IMAGE,
    EC2_IMPORT_IMAGE,
    EC2_IMPORT_SNAPSHOT,
    EC2_SNAPSHOT,
    EC2_VOLUME_MODIFICATION,
)
from .databases import (
    DYNAMODB_BACKUP,
    DYNAMODB_EXPORT,
    DYNAMODB_TABLE,
    RDS_CLUSTER,
    RDS_CLUSTER_SNAPSHOT,
    RDS_EXPORT,
    RDS_INSTANCE,
    RDS_SNAPSHOT,
)
from .imagebuilder import IMAGEBUILDER_IMAGE
from .management import SSM_AUTOMATION, SSM_COMMAND
from .orchestration import CLOUDFORMATION_STACK, CLOUDFORMATION_STACK_SET_OPERATION, STEPFUNCTIONS_EXECUTION
from .storage import ELASTICACHE_SNAPSHOT, FSX_BACKUP, REDSHIFT_SNAPSHOT
from .transfer import DATASYNC_EXECUTION

# IAM names the action that allows a call after the call. Its prefix is the first part of the host name.
SERVICES: dict[str, Service] = {
    service.name: with_permissions(service, service.product)
    for service in (
        *(BACKUP_JOB, BACKUP_RESTORE_JOB, BACKUP_COPY_JOB),
        *(EC2_SNAPSHOT, EC2_IMAGE, EC2_EXPORT_IMAGE, EC2_IMPORT_IMAGE, EC2_IMPORT_SNAPSHOT, EC2_VOLUME_MODIFICATION),
        *(
            RDS_SNAPSHOT,
            RDS_CLUSTER_SNAPSHOT,
            RDS_INSTANCE,
            RDS_CLUSTER,
            RDS_EXPORT,
            DYNAMODB_EXPORT,
            DYNAMODB_BACKUP,
            DYNAMODB_TABLE,
        ),
        *(CLOUDFORMATION_STACK, CLOUDFORMATION_STACK_SET_OPERATION, STEPFUNCTIONS_EXECUTION),
        *(SSM_COMMAND, SSM_AUTOMATION),
        *(DATASYNC_EXECUTION, FSX_BACKUP, REDSHIFT_SNAPSHOT, ELASTICACHE_SNAPSHOT, IMAGEBUILDER_IMAGE),
    )
}
