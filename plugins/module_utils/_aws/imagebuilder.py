# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the task APIs of EC2 Image Builder."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, EXPIRED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.model import Call, Rule, Service, Start
from .words import states, whole_arn

IMAGEBUILDER_IMAGE = Service(
    name="imagebuilder_image",
    title="EC2 Image Builder: builds, tests and distributions of images",
    doc="https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_GetImage.html",
    product="imagebuilder",
    protocol="rest-json",
    read=Call("GetImage", path="/GetImage", query={"imageBuildVersionArn": "{task_id}"}),
    root="image",
    started_by=Start(("imageBuildVersionArn",)),
    facts={
        "id": "arn",
        "name": "name",
        "resource_id": "sourcePipelineArn",
        "native_state": "state.status",
        "created_at": "dateCreated",
        # What is distributed has states of its own, with the account and the region.
        "error": "state.reason && {message: state.reason} || (outputResources.amis[?state.status == 'FAILED']"
        " | [0].{message: state.reason})",
        "outputs": "{image_ids: outputResources.amis[].image, version: version}",
    },
    states={
        "pending": PENDING,
        **states("creating building testing distributing integrating", RUNNING),
        "available": SUCCEEDED,
        "failed": FAILED,
        **states("cancelled deleted", CANCELLED),
        **states("deprecated disabled", EXPIRED),
    },
    rules=(
        Rule(
            "state == 'succeeded' && item.outputResources.amis[?contains(['FAILED', 'CANCELLED'], state.status || '')]",
            FAILED,
            "an image of it could not be distributed",
        ),
    ),
    codes=((r"^ResourceNotFoundException$", "", NotFound),),
    qualified=(whole_arn("imagebuilder", "image/.+", "image/my-recipe/1.0.0/1"),),
    advice="The id is the ARN of a build, which ends with its number. The API lists the builds of one version only.",
)
