#!/usr/bin/python
# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: huawei_cloud_task_info
short_description: Read asynchronous tasks of Huawei Cloud
version_added: 1.0.0
description:
  - Reads asynchronous tasks of Huawei Cloud by id, or lists them. All services and clouds use the same names of facts.
  - It reads only. A task that failed does not fail the module, and an id that the cloud does not know is returned in RV(missing).
  - To wait for tasks use M(multicloud.tasks.wait_for_cloud_task) instead of a loop with C(until).
author:
  - multicloud.tasks contributors (@multicloud-tasks)
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.actiongroups
  - multicloud.tasks._services.huawei
  - multicloud.tasks._started
  - multicloud.tasks._filters
  - multicloud.tasks._connection
  - multicloud.tasks._huawei
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
  platform:
    support: full
    platforms: all
  action_group:
    support: full
    membership:
      - multicloud.tasks.huawei
options:
  task_ids:
    description:
      - The ids of the tasks, as returned by the call that started them. All of them must be of the same service.
      - Without this, O(instance_id) or the filters, such as O(name), say which tasks to return.
      - V(null) and an empty list are refused. To list tasks, leave the option out (C(omit)). A text with commas is a list of ids, and a text
        that holds a list as JSON or Python is read.
    type: list
    elements: str
    aliases:
      - task_id
notes:
  - A call that is throttled or gets no usable answer is tried five times before the module fails with RV(failure).
  - On the controller itself (C(connection) is V(local), without C(become), C(async) or another C(ansible_python_interpreter)), the
    module runs in the process of Ansible, with its Python and packages. This saves the start of a process.
seealso:
  - module: multicloud.tasks.wait_for_cloud_task
"""

EXAMPLES = r"""
- name: Read the restore of a database, with its steps
  multicloud.tasks.huawei_cloud_task_info:
    service: taurusdb
    region: cn-north-4
    task_id: 866b2273-f5ce-44bd-bc10-949baeb22163
  register: restore

- name: Show the steps
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.state }}, {{ item.progress }} %"
  loop: "{{ restore.tasks[0].subtasks }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read the latest task of an instance, whatever its id
  multicloud.tasks.huawei_cloud_task_info:
    service: taurusdb
    region: cn-north-4
    instance_id: a23fb62bd61e4e9e9636fd2225f395bein07
  register: latest

- name: List the tasks that have failed
  multicloud.tasks.huawei_cloud_task_info:
    service: taurusdb
    region: cn-north-4
    states:
      - failed
  register: failed

- name: Give the region once for all steps of the block
  module_defaults:
    group/multicloud.tasks.huawei:
      region: cn-north-4
      request_timeout: 10
  block:
    - name: Read two jobs
      multicloud.tasks.huawei_cloud_task_info:
        service: taurusdb
        task_ids:
          - 866b2273-f5ce-44bd-bc10-949baeb22163
          - a9767ede-fe0f-4888-9003-e843a4c90514
      register: both

    - name: Stop when one of them is not known
      ansible.builtin.assert:
        that: not both.missing
        fail_msg: "The cloud does not know {{ both.missing | join(', ') }}"
"""

RETURN = r"""
tasks:
  description:
    - The tasks in the order of the ids, or as the API lists them. Every key is always present. It is V(null) if the API does not return a value.
    - A task that failed does not fail the module, look at C(state).
  type: list
  elements: dict
  returned: success
  contains:
    provider:
      description: The cloud that runs the task.
      type: str
      returned: always
      sample: alibaba
    service:
      description: The service that runs the task.
      type: str
      returned: always
      sample: ecs
    region:
      description: The region of the call. V(null) if none was given and none is needed.
      type: str
      returned: always
      sample: cn-hangzhou
    id:
      description:
        - The id of the task.
        - Together, C(provider), C(service), C(region) and C(id) identify the task. You can pass these facts to
          M(multicloud.tasks.wait_for_cloud_task) unchanged.
      type: str
      returned: always
      sample: t-bp67acfmxazb4p1m5yt3
    name:
      description: The operation, as the API names it.
      type: str
      returned: always
      sample: ExportImage
    resource_id:
      description: The image, disk, instance or vault that the task works on. Some APIs return it only in lists.
      type: str
      returned: always
      sample: m-bp67acfmxazb4ph2aefv
    state:
      description:
        - The state. Its values are the same for all clouds.
        - V(pending) means not started, paused, or waiting for approval. V(running) means in progress.
        - The final states are V(succeeded), V(partial) (some items failed), V(failed), V(cancelled), V(expired) and V(skipped) (nothing
          was done).
        - V(unknown) means that the collection does not know the native state, or that the answer is contradictory or unreadable. In the
          latter case C(error) gives the reason. V(unknown) is neither final nor a success.
      type: str
      returned: always
      sample: succeeded
    native_state:
      description: The state, as the API names it.
      type: str
      returned: always
      sample: Finished
    terminal:
      description: Whether the task has ended, well or not.
      type: bool
      returned: always
      sample: true
    succeeded:
      description: Whether the task has ended and completed everything.
      type: bool
      returned: always
      sample: true
    progress:
      description: Progress in percent, from 0 to 100, whatever the scale of the API.
      type: float
      returned: always
      sample: 100.0
    created_at:
      description: When the task was created, in UTC. If the API gives only minutes, the seconds are V(00).
      type: str
      returned: always
      sample: "2026-01-31T12:13:00Z"
    started_at:
      description: When the task started, in UTC.
      type: str
      returned: always
      sample: "2026-01-31T12:13:05Z"
    updated_at:
      description: When the cloud last changed the task, in UTC.
      type: str
      returned: always
      sample: "2026-01-31T12:19:00Z"
    finished_at:
      description: When the task ended, in UTC. V(null) while it runs.
      type: str
      returned: always
      sample: "2026-01-31T12:19:00Z"
    expires_at:
      description: When the cloud gives up on the task or deletes its record, in UTC.
      type: str
      returned: always
      sample: "2026-02-01T12:13:00Z"
    duration:
      description: Seconds from the start to the end, or until now if the task still runs. Without a start time, the creation time is used.
      type: float
      returned: always
      sample: 360.0
    remaining:
      description: Seconds that are left, if the API estimates them.
      type: float
      returned: always
      sample: 66.0
    error:
      description:
        - Why the task did not succeed, as reported by the API. V(null) if the API gives no reason, and after a success.
        - It is an error of the task, never of the call.
      type: dict
      returned: always
      sample:
        code: InvalidOSSBucket.NotFound
        message: The specified OSS bucket does not exist.
      contains:
        code:
          description: The error code. V(null) if there is none.
          type: str
          returned: when the task has an error
          sample: InvalidOSSBucket.NotFound
        message:
          description: The error message. V(null) if there is none.
          type: str
          returned: when the task has an error
          sample: The specified OSS bucket does not exist.
    result:
      description:
        - What the task reports, for example the resources that a scan counted.
        - JSON that the API returns as a string is parsed.
      type: raw
      returned: always
      sample:
        resourceCounts:
          - resourceType: ACS::OSS::Bucket
            count: 2
    outputs:
      description:
        - What the task created, by name, for example C(OSSObject) of an export. If a name occurs more than once, its value is a list.
        - Empty if the API returns nothing.
      type: dict
      returned: always
      sample:
        OSSBucket: images
        OSSObject: gate_m-bp67acfmxazb4ph2aefv_t-bp67acfmxazb4p1m5yt3.vhd
    details:
      description:
        - Other documented fields of the task. Names are those of the API in snake case, for example C(task_priority). Values are those
          of the API. JSON objects and lists that the API returns as a string are parsed.
        - A field without a value is left out. So is a field that the API omits in lists. Empty if there are no other fields.
        - Fields that may hold secrets, such as the parameters of the task, are only in RV(tasks[].raw).
      type: dict
      returned: always
      sample:
        task_name: nightly scan
        task_priority: HIGH
        task_detail:
          resourceTypes: [ACS::OSS::Bucket]
    counts:
      description: How many items the task has. V(null) if the API does not count them.
      type: dict
      returned: always
      sample:
        total: 1
        succeeded: 1
        failed: 0
      contains:
        total:
          description: How many items there are.
          type: int
          returned: when the API counts
          sample: 1
        succeeded:
          description: How many of them succeeded.
          type: int
          returned: when the API counts
          sample: 1
        failed:
          description: How many of them failed.
          type: int
          returned: when the API counts
          sample: 0
    subtasks:
      description: The steps or items of the task. Empty if the API returns none.
      type: list
      elements: dict
      returned: always
      sample:
        - name: RESTORE_DATA
          state: running
          native_state: running
          progress: 30.0
          remaining: 66.0
          error: null
          outputs: {}
      contains:
        name:
          description: The step, or the resource that the item is about.
          type: str
          returned: when there are any
          sample: RESTORE_DATA
        state:
          description: Its state. The values are those of the state of a task.
          type: str
          returned: when there are any
          sample: running
        native_state:
          description: Its state, as the API names it.
          type: str
          returned: when there are any
          sample: running
        progress:
          description: Its progress in percent, from 0 to 100.
          type: float
          returned: when there are any
          sample: 30.0
        remaining:
          description: Seconds that are left, if the API estimates them.
          type: float
          returned: when there are any
          sample: 66.0
        error:
          description: Why it failed, with C(code) and C(message), or V(null).
          type: dict
          returned: when there are any
          sample:
            code: CloudAssistNotRunningOnInstance
            message: null
        outputs:
          description: What it created, by name.
          type: dict
          returned: when there are any
          sample:
            client_id: c-000ipwumlsjfxebhnf37
    cancellable:
      description: Whether the task can be cancelled. V(null) if the API does not say.
      type: bool
      returned: always
      sample: false
    request_id:
      description: The request id of the call that returned these facts. Give it to the support of the vendor.
      type: str
      returned: always
      sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
    observed_at:
      description: When these facts were read, in UTC, by the clock of the machine that made the call.
      type: str
      returned: always
      sample: "2026-01-31T12:19:04Z"
    raw:
      description:
        - The answer of the API about this task. Only secrets are masked, and C(api) is put before keys that begin with C(_ansible_) or
          C(__ansible_), because Ansible reserves these names.
        - It is only the item of the task, without the rest of the answer, whether the task was read alone, in a batch or from a list.
          Some APIs return fewer fields in a list, or use other names there.
      type: dict
      returned: always
      sample:
        TaskId: t-bp67acfmxazb4p1m5yt3
        TaskStatus: Finished
        TaskProcess: 100%
missing:
  description: The ids that the cloud does not know, or does not know yet. They do not fail the module.
  type: list
  elements: str
  returned: success
  sample: []
provider:
  description: The provider that was asked. With O(service) and RV(region) it says what the ids in RV(missing) are of.
  type: str
  returned: success
  sample: alibaba
service:
  description: The service that was asked.
  type: str
  returned: success
  sample: ecs
region:
  description: The region of the call.
  type: str
  returned: success
  sample: cn-hangzhou
failure:
  description: Why the call failed. A failed task does not fail the module.
  type: dict
  returned: when the API refused or did not answer
  sample:
    kind: unauthorized
    code: Forbidden.RAM
    message: User not authorized to operate on the specified resource.
    http_status: 403
    request_id: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
  contains:
    kind:
      description:
        - The kind of failure. V(throttled) and V(unavailable) may pass. V(unauthorized), V(bad_signature), V(credentials_expired) and
          V(refused) will not. V(not_found) is returned if the cloud does not know something else than a task, such as a project.
      type: str
      returned: always
      sample: unauthorized
    code:
      description: The error code of the API. V(null) if there is none.
      type: str
      returned: always
      sample: Forbidden.RAM
    message:
      description: The message of the API or the network error.
      type: str
      returned: always
      sample: User not authorized to operate on the specified resource.
    http_status:
      description: The HTTP status. V(null) if there was no answer.
      type: int
      returned: always
      sample: 403
    request_id:
      description: The request id of the call. V(null) if there is none.
      type: str
      returned: always
      sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
calls:
  description:
    - All calls, in the order they were made, including logins and calls to a metadata service. Only the last 1000 are kept.
    - Secrets are masked. So are parameters that look like secrets.
  type: list
  elements: dict
  returned: with C(-vvv)
  sample:
    - time: "2026-03-01T12:00:00.123Z"
      why: look
      action: DescribeTaskAttribute
      method: POST
      url: https://ecs.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou&TaskId=t-bp67acfmxazb4p1m5yt3
      status: 200
      code: null
      request_id: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
      ms: 45
  contains:
    time:
      description: When the call was made, in UTC, by the clock of this machine.
      type: str
      returned: always
      sample: "2026-03-01T12:00:00.123Z"
    why:
      description:
        - The purpose of the call. It is V(login), V(look), V(batch), V(detail), V(list page) or V(cancel). C(retry of) comes before it if
          the call was repeated within the same look, for example with a new token.
      type: str
      returned: always
      sample: look
    action:
      description: The name of the call in the API. V(null) for a login.
      type: str
      returned: always
      sample: DescribeTaskAttribute
    method:
      description: The HTTP method. V(RUN) is a command that prints keys.
      type: str
      returned: always
      sample: POST
    url:
      description: The URL without secrets. For a command, the name of its program.
      type: str
      returned: always
      sample: https://ecs.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou&TaskId=t-bp67acfmxazb4p1m5yt3
    status:
      description: The HTTP status. V(null) if there was no answer.
      type: int
      returned: always
      sample: 200
    code:
      description: The error code of the API, or the kind of failure if there was no answer. V(null) after a success.
      type: str
      returned: always
      sample: InvalidTaskId.NotFound
    request_id:
      description: The request id of the call. Give it to the support of the vendor.
      type: str
      returned: always
      sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
    ms:
      description: How long it took, in milliseconds.
      type: int
      returned: always
      sample: 45
"""

from ..module_utils._huawei.provider import HUAWEI
from ..module_utils._module.info import run_info


def main() -> None:
    run_info(HUAWEI)


if __name__ == "__main__":
    main()
