#!/usr/bin/python
# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wait_for_cloud_task
short_description: Wait for asynchronous tasks of any clouds
version_added: 1.0.0
description:
  - Waits until asynchronous cloud tasks have really finished, such as image exports, backups and restores. One step waits for any number
    of tasks, in any mix of clouds and services.
  - It succeeds only if O(required) tasks were seen to succeed. An error, an empty answer, a missing id or an unknown state never counts as
    success.
  - It fails as soon as a task fails, and returns the same facts for every task. "The task failed" and "the wait lost sight of the task" are
    different outcomes, see RV(tasks[].outcome).
  - 'What to wait for: O(provider), O(service) and O(task_ids); or O(started_by), the result of the step that started the task; or O(tasks), a list for
    several services or clouds; or filters such as O(name) and O(created_after).'
  - 'How long: O(timeout), O(not_found_timeout), O(unreachable_timeout), O(stall_timeout) and O(on_timeout).'
  - 'How often to look: O(interval), O(min_interval), O(max_interval), O(delay), O(rate_limit) and O(history). The defaults suit most tasks.'
  - 'What counts as success: O(required), O(fail_fast), O(success_states), O(success_when) and O(failure_when).'
  - 'Output: O(progress), O(heartbeat), O(return_tasks), O(raw) and O(journal).'
  - 'Connection: O(region), O(profile), O(access_key), O(endpoint) and the other options of each cloud. Usually the environment has all of it.'
  - An option that says which tasks are meant must not be V(null) or empty. Otherwise a variable that is empty by mistake would open the gate.
    Use C(omit) to leave an option out.
  - A wait needs ids or a filter. Without them it would be about everybody's tasks of the service, so it is refused.
author:
  - multicloud.tasks contributors (@multicloud-tasks)
extends_documentation_fragment:
  - multicloud.tasks._services
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.actiongroups
  - ansible.builtin.action_common_attributes.flow
  - multicloud.tasks._started
  - multicloud.tasks._filters
  - multicloud.tasks._connection
  - multicloud.tasks._looks
attributes:
  check_mode:
    support: full
    details:
      - In check mode, the step looks at every task once, without O(delay), and writes no journal and cancels nothing. It fails only if an
        option is wrong or a task has ended badly. A task that still runs has the outcome V(timed_out), as with O(timeout=0).
      - If a step in O(started_by) or O(tasks) started nothing only because of check mode, its result is left out with a warning. If no task
        remains, the step is skipped.
  diff_mode:
    support: N/A
  platform:
    support: full
    platforms: all
  action:
    support: full
    details:
      - The wait is an action plugin. It runs on the controller, in the process of the step, with the C(environment) of the step.
  async:
    support: full
    details:
      - With C(async), the wait runs as a module on the host of the step, without live lines. That host needs C(requests), C(jmespath)
        and the credentials.
  bypass_host_loop:
    support: none
    details:
      - Every host of the play waits for itself. Use C(run_once) if the tasks do not depend on the host.
options:
  tasks:
    description:
      - A list of tasks to wait for. Each entry is a dictionary with O(provider), O(service), O(task_ids) (or C(task_id) or C(id)) and any
        connection option. Options of the step are the defaults of all entries. Filters of the step apply only to entries without an id.
      - An entry can also be the facts of a task, or the registered result of an info module, of a loop over one, or of another wait. The
        ids in C(missing) of such a result are waited for too.
      - An entry can also be the registered result of the step that started a task, if the step gives O(provider) and O(service). If the
        entries are of several services, give each C(provider), C(service) and O(started_by).
      - An entry without an id is a query. It is repeated until it finds tasks; from then on the wait is about these tasks.
      - In an entry with an C(id), or with facts such as C(state), other facts are ignored and may be V(null). In any other entry,
        C(name) and C(resource_id) are filters and must not be empty.
      - If a fact of another wait with O(raw=true) says that the task has ended, the task is not asked for again.
      - An entry without a task is an error, for example the result of a step that was skipped, failed or found nothing. The message names
        the place, such as C(tasks[1].results[0]). A skipped item of a loop only causes a warning, unless all items were skipped.
      - An empty list and V(null) are errors. An option that no entry can use is an error, unless it comes from C(module_defaults).
      - A text that holds a list as JSON or Python is read, because INI inventories, C(key=value) variables and surveys give such texts.
      - A task that is listed twice is looked at once and returned twice.
      - Mutually exclusive with O(task_ids) and O(started_by).
    type: list
    elements: dict
  task_ids:
    description:
      - The ids of the tasks, as returned by the call that started them.
      - Without ids, O(started_by) and O(tasks), the filters say which tasks to wait for, if O(service) can list tasks.
      - A text with commas is a list of ids. A text that holds a list as JSON or Python is read. A dictionary is refused.
      - If you give more than one of the aliases, they must have the same value.
    type: list
    elements: str
    aliases:
      - task_id
      - id
  timeout:
    description:
      - How long to wait in all, in seconds of real time, including O(delay) and the calls. The last look is at the deadline. A call that
        is then in progress may take up to O(request_timeout) longer.
      - This and every other option in seconds accepts units, such as V(30m), V(2h) and V(1h30m).
      - With V(0), every task is looked at once. A task that still runs then has the outcome V(timed_out), with the reason "still running, looked
        once".
      - With C(async), it is shortened if necessary so that the wait can return its result before Ansible ends the job. It keeps
        at least half of its value.
    type: str
    aliases:
      - wait_timeout
    default: "3600"
  delay:
    description:
      - How long to wait before the first look, in seconds. It is never longer than O(timeout).
    type: str
    default: "0"
  interval:
    description:
      - The time between two looks at a task, in seconds. A value makes the interval fixed. It must be more than 0.
      - By default the interval adapts to the progress of the task, within O(min_interval) and O(max_interval). For a task without
        progress it starts at 7 seconds and grows slowly. With O(history) it follows the duration of earlier runs.
    type: str
    aliases:
      - wait_sleep
  required:
    description:
      - How many tasks must succeed. V(all), or a number from V(1) to the number of tasks. V(1) means any of them.
      - As soon as that many have succeeded, the wait ends, and tasks that still run are V(abandoned), unless O(fail_fast) is V(false).
      - A task that is listed twice counts twice.
    type: str
    default: all
  fail_fast:
    description:
      - Whether to stop as soon as O(required) can no longer be met. Tasks that still run are then V(abandoned).
      - With V(false), the wait follows every task to its end.
    type: bool
    default: true
  success_states:
    description:
      - The states that count as success. Add V(partial) or V(skipped) if they are good enough for you. The list must not be empty.
    type: list
    elements: str
    choices:
      - succeeded
      - partial
      - failed
      - cancelled
      - expired
      - skipped
    default:
      - succeeded
  success_when:
    description:
      - A JMESPath expression on the facts of a task. The task succeeds as soon as the result is true, that is, not V(false), V(null) or empty, even
        if the task still runs. O(success_states) is then ignored. A task that ends while the expression is false has not succeeded.
      - The facts come from reading the task by its id. If a list or batch returns fewer facts, the task is read again by its id.
      - An invalid expression, an unknown fact, an empty expression and a result such as the text V("false") are errors.
    type: str
  failure_when:
    description:
      - A JMESPath expression on the facts of a task. If the result is true, the outcome is V(failed), even if the task still runs.
      - It takes precedence over O(success_when) and over the state. The rules of O(success_when) apply to it.
    type: str
  unreachable_timeout:
    description:
      - How long a task may be without a usable answer, in seconds. Network errors, server errors and answers that are not JSON count;
        throttling does not. After that, the outcome is V(unreachable).
      - If an API is busy and says when to come back, the wait asks again at that time, or at the end of O(timeout).
      - Before the first answer, errors that waiting cannot fix fail early. A certificate that cannot be verified fails at once, an unknown host name after
        three tries.
    type: str
    default: "600"
  stall_timeout:
    description:
      - How long a task may show no change of state or progress, in seconds. After that, the outcome is V(stalled). It must be more than 0.
      - By default there is no limit but O(timeout).
    type: str
  on_timeout:
    description:
      - What to do with tasks that have not ended when O(timeout) is over. In both cases the step fails, unless O(required) tasks have
        succeeded.
      - With V(fail), nothing is done. The tasks continue in the cloud.
      - With V(cancel), the cloud is asked once to cancel each of them, if its API can. RV(tasks[].cancel) shows what was asked and answered.
        This needs permission to cancel. It applies only to tasks that were seen and have the outcome V(timed_out), and not in check mode.
      - The request is written to O(journal) first. A wait that resumes from there does not ask again.
      - If the cloud accepted a request or did not answer, RV(ignore:changed) is V(true). Otherwise a wait never changes anything.
      - The description of each service says whether its tasks can be cancelled.
    type: str
    choices:
      - fail
      - cancel
    default: fail
  heartbeat:
    description:
      - The longest time between two lines of output, in seconds, even if nothing changes. Some job runners kill a job that is silent for
        five minutes. It must be more than 0.
      - The line shows how many tasks have ended, the state of the others, their estimated time left, and why a task
        cannot be read at the moment. If there are many tasks, it names the three that seem to need the longest.
    type: str
    default: "60"
  progress:
    description:
      - Whether to show lines while the wait runs. A step with C(no_log) or C(async), or on another host, shows none.
      - The lines go to stdout if the stdout callback is one for people, such as C(ansible.builtin.default), C(minimal), C(oneline),
        C(ansible.posix.debug), the callbacks of C(community.general) and that of AWX. With any other callback they go to stderr.
      - For up to 20 tasks, every change is a line. For more tasks, the lines show the counts and the first three failures of each kind.
    type: bool
    default: true
  return_tasks:
    description:
      - Which tasks to return. ansible-core prints the whole result of a step that fails.
      - V(all) returns all of them. V(unsuccessful) leaves out those that have succeeded. RV(summary), RV(msg) and
        P(multicloud.tasks.summary_table#filter) count all tasks in both cases.
    type: str
    choices:
      - all
      - unsuccessful
    default: all
  raw:
    description:
      - Whether to return the answer of the API about each task, as C(raw). By default it is V(null), and texts of more than 8000
        characters in C(result), C(outputs) and C(subtasks) are cut.
      - O(success_when), O(failure_when) and O(journal) see the full answer in both cases. If you pass facts to another wait, it needs C(raw) to
        accept an end without asking again.
    type: bool
    default: false
  journal:
    description:
      - The path of a JSON file on the machine that waits. It always holds the latest facts of all tasks, so that a wait that was cut off can be
        resumed. It is readable only by its owner and holds no secrets. With very many tasks it may lag by some seconds.
      - Without O(tasks) and O(service), the wait stored in the file is resumed. Tasks that had ended are not asked for again. V(null)
        for O(tasks) is not the same as leaving it out.
      - With tasks, an existing journal is used for those tasks, so you can simply run the playbook again. A file that is not a journal is
        refused and not overwritten.
      - Only one wait can use a path at a time; a second one fails at its start. For a wait on several hosts, put C({{ inventory_hostname }}) into
        the path. A wait that was killed does not block the path.
      - If another program replaces the file, it is not overwritten. The wait warns and continues without a journal.
      - A file that somebody else may have written is refused, for example one of another owner, one that its group may write to, or one with
        options that a wait never writes, such as keys.
      - If the id of a service is that of a resource, such as a volume or a stack, a stored end may be that of an earlier operation.
        Such tasks are asked for again, unless the wait is resumed without O(tasks).
    type: path
  history:
    description:
      - The path of a file, on the machine that waits, with the durations of earlier tasks. Several waits may share it. It is readable only
        by its owner and holds no secrets.
      - After five runs of the same operation, the wait knows how long it usually takes. For a task without progress or time left, it
        then looks most often when the end is likely. The lines and the fact C(expected) show the usual duration.
      - It changes only when the wait looks. It never decides that a task has ended, succeeded or failed, and a fixed O(interval) still applies.
      - Only durations of successful tasks that are known well enough are stored. The file keeps the latest 50 runs of each
        operation on each resource, and 1000 of these. The account is stored as a hash.
      - A file that is damaged, is not a history, or may have been written by somebody else is left alone. The wait then
        warns and continues without a history. In check mode nothing is written.
    type: path
notes:
  - Throttling slows down the calls to the service; it is neither an error nor a success. Refused credentials end the wait at once for all
    tasks that need them, because more calls might lock the account.
  - Secrets are masked in everything that the wait returns and shows. ansible-core 2.19 to 2.21 itself prints the message of a failed
    step, even with C(no_log), and the arguments of a failed ad hoc command. For ad hoc commands, use O(profile) or the environment.
  - If the wait is interrupted, its last line names the tasks that may still run. An interrupt does not cancel any task.
  - You do not need a loop. One step waits for a list of tasks, in the time of the slowest.
"""

EXAMPLES = r"""
- name: Start the export of an image
  ansible.builtin.command: aliyun ecs ExportImage --RegionId cn-hangzhou --ImageId m-bp67q2y0nmfh9c1k4d7z --OSSBucket images
  register: started

- name: Wait for it
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    started_by: "{{ started }}"

- name: Wait for the export of an image, for 30 minutes at most
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    region: cn-hangzhou
    task_id: t-bp67acfmxazb4p1m5yt3
    timeout: 1800
  register: export

- name: Use the exported image
  ansible.builtin.debug:
    msg: "The image is in {{ export.tasks[0].outputs.OSSObject | default('not there yet') }}"

- name: Wait for tasks of two clouds in one step, and continue when all have succeeded
  multicloud.tasks.wait_for_cloud_task:
    tasks:
      - provider: alibaba
        service: ecs
        region: cn-hangzhou
        task_id: t-bp67acfmxazb4p1m5yt3
      - provider: alibaba
        service: hbr
        region: cn-hangzhou
        task_id: t-000i7d2l7dqs4avqrjbn
      - provider: alibaba
        service: bdrc
        region: cn-shanghai
        task_id: t-0005xmu9fd1g2k7pvr3h
      - provider: huawei
        service: taurusdb
        region: cn-north-4
        task_id: 866b2273-f5ce-44bd-bc10-949baeb22163
    timeout: 7200
    stall_timeout: 1800
  register: gate

- name: Give the options that all entries share once
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    region: cn-hangzhou
    tasks:
      - service: ecs
        task_ids:
          - t-bp67acfmxazb4p1m5yt3
          - t-bp67acfmxazb4p2k8wq0
      - service: hbr
        task_id: t-000i7d2l7dqs4avqrjbn

- name: Read the tasks that a loop started
  multicloud.tasks.alibaba_cloud_task_info:
    service: ecs
    region: cn-hangzhou
    task_id: "{{ item }}"
  loop:
    - t-bp67acfmxazb4p1m5yt3
    - t-bp67acfmxazb4p2k8wq0
  register: exports

- name: Wait for the tasks that the loop found, until one has succeeded
  multicloud.tasks.wait_for_cloud_task:
    tasks: "{{ exports.results }}"
    required: 1

- name: Wait for a restore without an id, and not for the one of yesterday
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    resource_id: a23fb62bd61e4e9e9636fd2225f395bein07
    # Noted before the restore was asked for, by set_fact: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(utc=true) }}".
    created_after: "{{ restore_began_at | default('2026-01-31T12:00:00Z') }}"

- name: Wait for the latest task of a database
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    instance_id: a23fb62bd61e4e9e9636fd2225f395bein07

- name: Wait for the end of every installation of a backup client, and accept skipped machines
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: hbr
    region: cn-hangzhou
    task_ids:
      - t-000i7d2l7dqs4avqrjbn
      - t-000i7d2l7dqs4avqrjbp
    fail_fast: false
    success_states:
      - succeeded
      - partial

- name: Accept that the client of one machine is not installed, but not more than that
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: hbr
    region: cn-hangzhou
    task_id: t-000i7d2l7dqs4avqrjbp
    success_when: contains(['succeeded', 'partial'], state) && counts.failed <= `1`

- name: Fail as soon as a step of a restore has failed
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    task_id: 866b2273-f5ce-44bd-bc10-949baeb22163
    failure_when: subtasks[?state == 'failed']

- name: Give the region once for all steps of the block
  module_defaults:
    group/multicloud.tasks.alibaba:
      region: cn-hangzhou
      request_timeout: 10
  block:
    - name: Wait with these defaults
      multicloud.tasks.wait_for_cloud_task:
        provider: alibaba
        service: ecs
        task_id: t-bp67acfmxazb4p1m5yt3

- name: Wait with a journal
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    region: cn-hangzhou
    task_ids:
      - t-bp67acfmxazb4p1m5yt3
      - t-bp67acfmxazb4p2k8wq0
    journal: ~/exports.json

- name: Resume the wait in another run, or after a crash of the controller
  multicloud.tasks.wait_for_cloud_task:
    journal: ~/exports.json

- name: Handle a task that fails
  block:
    - name: Wait for an export that will not succeed
      multicloud.tasks.wait_for_cloud_task:
        provider: alibaba
        service: ecs
        region: cn-hangzhou
        task_id: t-bp67acfmxazb4p3f1re5
        timeout: 600
      register: export
  rescue:
    - name: Check whether the task failed or may still run
      ansible.builtin.debug:
        msg: "{{ 'Export it again' if export.tasks[0].terminal else 'It may still run' }}: {{ export.msg }}"

- name: Wait on another host, because only that host can reach the cloud
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    task_id: 866b2273-f5ce-44bd-bc10-949baeb22163
  delegate_to: bastion

- name: Start a wait in the background
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    region: cn-hangzhou
    task_id: t-bp67acfmxazb4p1m5yt3
    timeout: 3000
  async: 3600
  poll: 0
  register: background

- name: Do something else, and then read the result of the wait
  ansible.builtin.async_status:
    jid: "{{ background.ansible_job_id }}"
  register: waited
  until: waited is finished
  retries: 720
  delay: 5
"""

RETURN = r"""
tasks:
  description:
    - The tasks, in the order of the request. The tasks that a query found take the place of the query.
    - Every key is always present. It is V(null) if the API does not return a value. A task that was never seen has its id, the state
      V(unknown) and the outcome.
    - C(raw) is V(null) without O(raw=true).
    - There is one exception. If a wait for more than 50 tasks fails, empty facts of tasks that succeeded or were abandoned are left out,
      because ansible-core prints the whole result.
  type: list
  elements: dict
  returned: always, except when the arguments are wrong
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
    outcome:
      description:
        - How the wait for this task ended.
        - If the task ended, the outcome is V(succeeded), V(partial), V(failed), V(cancelled), V(expired) or V(skipped).
        - With any other outcome, the wait did not see an end, and the task may still run.
        - V(timed_out) means that O(timeout) was over. V(stalled) means that nothing changed for O(stall_timeout).
        - V(not_found) means that the cloud did not know the id. V(vanished) means that the cloud knew the task first, and later did not.
        - V(unreachable) means that no usable answer came. V(unauthorized) means that the credentials were refused. V(refused) means that
          the API rejected the request, for example its region, its project or another parameter.
        - V(abandoned) means that the wait ended before the task did, because the result was already certain.
      type: str
      returned: always
      sample: failed
    reason:
      description: The reason of the outcome in one line, with the state and the error of the task or of the last call.
      type: str
      returned: always
      sample: "InvalidOSSBucket.NotFound: The specified OSS bucket does not exist (native state Failed)"
    looks:
      description: How often the wait read this task. V(0) if its end was already known.
      type: int
      returned: always
      sample: 9
    detection_delay_max:
      description:
        - The longest time, in seconds, that the end of the task may have gone unnoticed. It is the time between the last two looks.
        - V(null) if there was only one look, or if no end was seen.
      type: float
      returned: always
      sample: 4.113
    expected:
      description:
        - How long such tasks usually take, from O(history). V(null) without O(history) and with fewer than five runs.
      type: dict
      returned: always
      sample:
        median: 2580.0
        low: 2460.0
        high: 2760.0
        runs: 12
      contains:
        median:
          description: The median duration of the runs, in seconds.
          type: float
          returned: when enough runs are known
          sample: 2580.0
        low:
          description: The 10th percentile of the durations, in seconds. The latest runs count most.
          type: float
          returned: when enough runs are known
          sample: 2460.0
        high:
          description: The 90th percentile of the durations, in seconds. The latest runs count most.
          type: float
          returned: when enough runs are known
          sample: 2760.0
        runs:
          description: The number of earlier runs, at most 50.
          type: int
          returned: when enough runs are known
          sample: 12
    cancel:
      description:
        - The result of the request to cancel the task. V(null) unless the outcome is V(timed_out) and O(on_timeout=cancel).
        - The outcome remains V(timed_out). The cloud may need some time to cancel the task, so wait again to see the end.
      type: dict
      returned: always
      contains:
        asked:
          description: Whether the cloud was asked to cancel it.
          type: bool
          returned: when O(on_timeout=cancel)
          sample: true
        accepted:
          description:
            - Whether the cloud accepted the request. V(null) if the cloud was not asked or gave no usable answer.
          type: bool
          returned: when O(on_timeout=cancel)
          sample: false
        message:
          description: The same as text, or why the cloud was not asked.
          type: str
          returned: when O(on_timeout=cancel)
          sample: >-
            the cloud refused the request to cancel it (InvalidTaskId.IncorrectTaskStatus: The current status of the task does not support
            this operation)
        error:
          description: The error of the cloud. V(null) if there is none.
          type: dict
          returned: when O(on_timeout=cancel)
          contains:
            code:
              description: The error code of the API.
              type: str
              returned: when there is an error
              sample: InvalidTaskId.IncorrectTaskStatus
            message:
              description: The message of the API, or why it could not be reached.
              type: str
              returned: when there is an error
              sample: The current status of the task does not support this operation.
        request_id:
          description: The request id of the call. Give it to the support of the vendor.
          type: str
          returned: when O(on_timeout=cancel)
          sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
summary:
  description: The number of tasks of each outcome, and C(total). Outcomes without tasks are left out.
  type: dict
  returned: always, except when the arguments are wrong
  sample:
    total: 4
    succeeded: 3
    failed: 1
succeeded:
  description: Whether at least O(required) tasks succeeded.
  type: bool
  returned: always, except when the arguments are wrong
  sample: false
elapsed:
  description: How long the wait took, in seconds.
  type: float
  returned: always, except when the arguments are wrong
  sample: 352.418
requests:
  description:
    - How many calls the wait made to read tasks, including batches, pages and details.
    - Logins do not count. A call that is repeated after a login or with a corrected date counts once.
  type: int
  returned: always, except when the arguments are wrong
  sample: 37
throttled:
  description: How many calls the API throttled. Throttling slows the wait down and is not an error.
  type: int
  returned: always, except when the arguments are wrong
  sample: 0
msg:
  description:
    - One line. After a success, it says how many tasks succeeded and how long the wait took.
    - After a failure, it says how many tasks did not succeed and with which outcome. It then names the first of them, with its
      operation, its state and the error of the provider.
  type: str
  returned: always
  sample: >-
    1 of 4 tasks did not succeed: alibaba ecs t-bp67acfmxazb4p1m5yt3 (ExportImage) failed: InvalidOSSBucket.NotFound: The specified
    OSS bucket does not exist (native state Failed)
calls:
  description:
    - All calls, in the order they were made, including logins and calls to a metadata service. Only the last 1000 are kept.
    - Secrets are masked. So are parameters that look like secrets.
  type: list
  elements: dict
  returned: with C(-vvv), when it runs as a module, that is with C(async) or on another host; else the same is shown as lines
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

from ..module_utils._module.wait import run_wait
from ..module_utils._providers import PROVIDERS


def main() -> None:
    run_wait(PROVIDERS)


if __name__ == "__main__":
    main()
