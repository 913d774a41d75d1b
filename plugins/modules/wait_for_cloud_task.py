#!/usr/bin/python
# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wait_for_cloud_task
short_description: Wait for asynchronous tasks of any clouds
description:
  - Waits until asynchronous tasks have ended, any number of them, of any mix of clouds and services, in one step, and returns the
    same facts for all of them.
  - It is implemented as an action plugin and looks from the controller, at all tasks side by side, with lines that show how they
    move. With C(async), or delegated to another host, the same wait runs as a module, without these lines.
  - It only succeeds when O(required) tasks were seen to succeed. No error, empty answer, missing id or unknown word is taken for
    success.
  - That a task failed and that it was lost from sight are different outcomes, see RV(tasks[].outcome).
  - An option that says which tasks are meant must hold something when it is given. These are O(provider), O(service), O(definition),
    O(tasks), O(task_ids), O(started_by), the filters, O(project_id), O(project_name), and what services take besides, such as O(instance_id).
    V(null), an empty text and an empty list are refused before any call, as what was to give them has none. Leave the option out
    (C(omit)) where it is not meant. The other options keep the habit of Ansible, for which V(null) is as good as not given.
  - A wait needs ids or a filter. With neither it would be about all tasks of the service, whoever has started them, and is refused.
    O(limit) is no filter. An option that names a resource, such as O(instance_id), is one.
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
      - In check mode every task is looked at once, without O(delay) and without a journal, and nothing is cancelled. The step
        then fails only for wrong arguments, and for tasks that have ended badly. Of a task that goes on it says that it is still
        running; its outcome is V(timed_out), as with O(timeout=0).
      - A result in O(started_by) or O(tasks) of a step that has started nothing, only because it runs in check mode, is left out, and
        a warning says so. Where no task is left, the step is skipped.
  diff_mode:
    support: N/A
  platform:
    support: full
    platforms: all
  action:
    support: full
    details:
      - The wait runs on the controller, in the process of the step, with the C(environment) of the step.
  async:
    support: full
    details:
      - The wait then runs as a module on the host of the step, without live lines. C(requests) and C(jmespath) must be
        there, and so must the credentials.
  bypass_host_loop:
    support: none
    details:
      - Every host of the play waits for itself. Use C(run_once) for a wait that is not about the hosts.
options:
  tasks:
    description:
      - What to wait for, a list of dictionaries. Each has the options by which tasks are chosen and reached, O(provider),
        O(service), O(task_ids) (also called C(task_id) and C(id)) and all others that O(provider) has. The options of the step are
        their defaults, the filters among them only where an entry has no id. An option that none of the entries takes is an error,
        unless it comes from C(module_defaults).
      - The registered result of the step that started a task is a valid entry where the step gives O(provider) and O(service), and so are
        the results of a loop. Where entries are of several services, give each as C(provider), C(service) and O(started_by).
      - The facts of a task as the info modules return them are a valid entry, and so are the registered results of these modules,
        of loops over them, and of another wait. With an id, all other facts in an entry are ignored, but
        what another wait with O(raw=true) has seen end is not asked for again.
      - Beside an C(id), or beside any fact that is no option, such as C(state), C(name) and C(resource_id) are facts, and may be
        V(null). In all other entries they are filters, and must hold something.
      - The ids that a registered result has in C(missing) are waited for like the others.
      - An entry without an id is a query. It is repeated until it finds tasks, and then it is about these tasks, whatever
        else turns up later.
      - An empty list is an error, and so is every entry that brings no task, wherever it stands, so that no gate opens with nothing
        to look at. That is the result of a step that has found no task, was skipped, has failed or still runs in the background, a
        result that tells no id or several, a text, or a dictionary that has nothing of a task. The complaint says where it stands, for
        instance C(tasks[1].results[0]).
      - An item of a loop that was skipped is left out, and a warning says so. If all of them were, that is an error.
      - A text of the list, as JSON or Python writes it, is read. An inventory in INI format, extra variables as C(key=value), surveys
        and inline templates give such texts. Any other text is refused.
      - Only a wait without this option goes on with a O(journal). V(null) is refused.
      - A task that is asked for twice is looked at once and returned twice.
      - Use either this, or O(task_ids), or O(started_by).
    type: list
    elements: dict
  task_ids:
    description:
      - The ids of the tasks of O(service), as the call that started them returned them.
      - When neither this nor O(started_by) nor O(tasks) is given, the filters, such as O(name), say which tasks are waited for, as far as O(service)
        can list tasks.
      - A text is cut at its commas, unless it is that of a list, as JSON or Python writes it, which is read. A blank may be part of
        an id. A text of a dictionary, or of a list in another form, is refused, and so is an id that is a dictionary or a list.
      - Of its names only one may be given, unless they hold the same.
    type: list
    elements: str
    aliases:
      - task_id
      - id
  timeout:
    description:
      - How long the wait may take in all, in seconds of real time, O(delay) and the time of the calls included.
      - A last look falls on the end of it. A call that is on its way then may still take O(request_timeout).
      - Like every option in seconds, it may have units instead, as in V(30m), V(2h) or V(1h30m).
      - With V(0) every task is looked at once. What goes on then has the outcome V(timed_out), too, and
        is called "still running, looked once".
      - With C(async) it is cut where it is longer than that less ten seconds and O(request_timeout), twice with
        O(on_timeout=cancel), so that the wait ends with what it knows of the tasks. At most half of that is cut off.
    type: str
    aliases:
      - wait_timeout
    default: "3600"
  delay:
    description:
      - How long to wait before the first look, in seconds. It is cut to O(timeout).
    type: str
    default: "0"
  interval:
    description:
      - The time between two looks at a task, in seconds. A number makes it fixed, and is obeyed up to O(timeout). It must be
        more than 0.
      - When it is not given, the interval adapts. It is a little less than half of the time that the task seems to need yet, but
        at most a quarter of the time already waited. Where the API tells no progress, it begins with 7 s and grows slowly with the
        time waited, to 40 % of O(max_interval). Other bounds than the defaults shift that. With O(history) it follows how long such
        tasks took before.
    type: str
    aliases:
      - wait_sleep
  required:
    description:
      - How many of the tasks must succeed, V(all) or a number from V(1) to the number of tasks. V(1) means any of them.
      - As soon as so many have succeeded the wait is over with success, and what is still open is V(abandoned), unless O(fail_fast)
        is V(false).
      - A task that is asked for twice counts twice.
    type: str
    default: all
  fail_fast:
    description:
      - Stop as soon as O(required) can no longer be met. What is still open is then V(abandoned).
      - With V(false) every task is seen to its end.
    type: bool
    default: true
  success_states:
    description:
      - The ends that count as success. Add V(partial) or V(skipped) where that will do. The list must not be empty.
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
      - A JMESPath on the facts of a task. The task succeeds when it finds something else than V(false), V(null) or an empty
        text, list or dictionary, even before the task has ended, and O(success_states) does not count.
      - A task that ends while it does not hold has not succeeded.
      - It is judged by what is told of a task when it is read by itself. What many tell at once is enough only where the API reads
        one task by the same call.
      - An expression that is wrong, that names a fact that no task has, or that does not work on the facts, is an error. So is one
        that is given but null or empty, or finds a text such as V("false"), which is true in JMESPath.
    type: str
  failure_when:
    description:
      - A JMESPath on the facts of a task. When it finds something, the task has V(failed), even before it has ended.
      - It wins over O(success_when) and over the state. It is judged as O(success_when) is.
    type: str
  unreachable_timeout:
    description:
      - How long a task may be without a usable answer, in seconds. Network errors, answers that are no JSON and server errors count,
        throttling does not. After that the outcome is V(unreachable).
      - An API that is busy and says when to come back is not asked before that to find out; it is asked when it said, or at the
        end of O(timeout).
      - Where nothing has been answered yet, what time does not heal ends the wait sooner. A certificate that is refused does so at
        once, a host whose name is not known after three tries.
    type: str
    default: "600"
  stall_timeout:
    description:
      - How long a task may be without any change of state or progress, in seconds. After that the outcome is V(stalled). It must
        be more than 0.
      - When it is not given, a task may stand still as long as O(timeout) lasts.
    type: str
  on_timeout:
    description:
      - What is done about tasks that have not ended when O(timeout) is over. Either way they have not succeeded, and the step
        fails unless as many as O(required) have.
      - With V(fail) nothing is done. The tasks go on in the cloud.
      - With V(cancel) the cloud is asked to cancel each of them, once, where its API can. RV(tasks[].cancel) tells what was asked
        and answered. V(cancel) has no meaning for tasks of another outcome than V(timed_out), for those that were never seen, in
        check mode, and after Ctrl-C. It takes the right to cancel tasks, where the wait itself only needs to read.
      - What is asked is written to O(journal) before, and a wait that goes on from there does not ask again. It sees how
        the task ended.
      - Where the cloud has taken a request, or has not answered, RV(ignore:changed) is V(true). Otherwise a wait never changes
        anything.
      - The description of each service says whether its tasks can be cancelled.
    type: str
    choices:
      - fail
      - cancel
    default: fail
  heartbeat:
    description:
      - A line is shown at least this often, in seconds, also when nothing changes. Some job runners kill a job that is silent
        for five minutes. It must be more than 0.
      - The line tells how many tasks have ended and how, how the others stand, how long they need yet where that can be told, and
        why a task cannot be read at the moment. Where there is no room for all of them, it names the three that seem to need
        longest.
    type: str
    default: "60"
  progress:
    description:
      - Whether lines are shown while the wait goes on. None are shown by a step with C(no_log), nor by one with C(async) or on
        another host.
      - They are shown on stdout if the stdout callback writes for people, as C(ansible.builtin.default), C(minimal), C(oneline),
        C(ansible.posix.debug), those of C(community.general) and that of AWX do. With any other, such as C(ansible.posix.json) or
        one of your own, stdout may be a document for a program, so they are shown on stderr.
      - Of up to 20 tasks every change is a line. Of more tasks the counts are, whenever they have changed, but the less often the
        longer the wait has lasted, and the first three that end badly in the same way.
    type: bool
    default: true
  return_tasks:
    description:
      - Which tasks the result holds. ansible-core prints the whole result of a step that fails.
      - V(all) are all of them. V(unsuccessful) leaves out those that have ended and succeeded. RV(summary), RV(msg) and
        P(multicloud.tasks.summary_table#filter) count all in either case.
    type: str
    choices:
      - all
      - unsuccessful
    default: all
  raw:
    description:
      - Whether the result holds what the API has answered about each task, as C(raw). Otherwise that is V(null), and texts of more than
        8000 characters in C(result), C(outputs) and C(subtasks) are cut.
      - O(success_when), O(failure_when) and O(journal) see it in either case. Facts that are passed on to another wait need it if that is
        to believe an end without asking again.
    type: bool
    default: false
  journal:
    description:
      - The path of a file, on the machine that waits, in which the tasks stand at any moment with all that is known of them, as
        JSON. It is replaced as a whole on every change, can be read by its owner only, and holds no secret. With very many tasks,
        or on a slow disk, it may lag some seconds behind.
      - One wait holds it at a time. Another one with the same path fails at its start, so give hosts that wait side by side a path
        each, for instance one with C({{ inventory_hostname }}) in it. A wait that was killed holds it no longer.
      - What another program, or a wait on a file system that cannot lock files, has put in its place is not written over. The wait
        then goes on without a journal, and warns of that.
      - Given with neither O(tasks) nor O(service), the wait goes on with what the file holds. What had ended is not asked
        for again. V(null) for O(tasks) is not the same as leaving it out.
      - Given with tasks, what an older journal in this place saw end of these tasks is not asked for again either, so that a playbook
        that was cut off can simply be run once more. A file that is no journal is refused, not written over.
      - It is believed only if nobody else can have written it. A file that belongs to another user, or that its group or others may
        write to, is refused, and so are a link that another user has made, a folder in which anybody may replace files (one that is
        not sticky, as C(/tmp) is), and a record with what a wait never writes into one, such as O(auth), keys and tokens.
      - Of services whose id is that of a resource, such as a volume or a stack, an end that was seen before may be that of an
        earlier operation. They are asked for anew, unless the wait goes on with what the file holds.
    type: path
  history:
    description:
      - The path of a file, on the machine that waits, with how long tasks took before. Many waits may share it, and one writes at a
        time. It is made if there is none, can be read by its owner only, and holds no secret.
      - From five runs on of the same operation on the same resource, or else of the same operation, the wait knows how long this
        usually takes. Of a task that tells neither progress nor time left, the looks then begin when an end is likely, and are
        densest then. The lines tell what is usual and estimate the time left, and the fact C(expected) holds it as well.
      - It sets the pace, and nothing else. It never ends a wait and never makes a success or a failure. A task that goes on for
        much longer than before is looked at as without a history, and O(interval) is obeyed.
      - Only tasks that have succeeded are learnt, and only if it is known well enough how long they took. Their API must tell when
        they began, and either when they ended, or the wait has seen them run and then ended. Times that are cut to the minute do
        for long tasks, and not for short ones.
      - The latest 50 runs are kept for each provider, service, account, operation and resource, and 1000 of these. The account is
        a hash of the region and of what tells who asks, without secrets.
      - A file that is damaged, is something else, belongs to another user, or that others may write to is left as it is, and so is
        one that cannot be written. The wait then warns and continues without a history. In check mode nothing is written.
    type: path
notes:
  - Throttling slows down the calls to the service in question, and is neither an error nor a success. Refused credentials end the
    wait for all tasks that need them at once, for more calls might lock the account.
  - Secrets are masked in everything that the wait returns and shows. ansible-core 2.19 to 2.21 itself prints the message of a step
    that fails, even with C(no_log), and the arguments of an ad-hoc command that fails, so give secrets of ad-hoc commands by
    O(profile) or by the environment.
  - When it is interrupted, the last line names the tasks that may still run. Nothing that the wait does cancels a task.
  - Loops are not needed, a list of tasks is waited for in one step and in the time of the slowest.
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

- name: Use what it made
  ansible.builtin.debug:
    msg: "The image is in {{ export.tasks[0].outputs.OSSObject | default('not there yet') }}"

- name: Wait for tasks of two clouds in one step, and go on when all of them have succeeded
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

- name: Give what the entries share once
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

- name: Read the tasks that a loop has started
  multicloud.tasks.alibaba_cloud_task_info:
    service: ecs
    region: cn-hangzhou
    task_id: "{{ item }}"
  loop:
    - t-bp67acfmxazb4p1m5yt3
    - t-bp67acfmxazb4p2k8wq0
  register: exports

- name: Wait for what the loop has found, one success will do
  multicloud.tasks.wait_for_cloud_task:
    tasks: "{{ exports.results }}"
    required: 1

- name: Wait for a restore whose id is not to be had, and not for the one of yesterday
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    resource_id: a23fb62bd61e4e9e9636fd2225f395bein07
    # Noted before the restore was asked for, by set_fact: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(utc=true) }}".
    created_after: "{{ restore_began_at | default('2026-01-31T12:00:00Z') }}"

- name: Wait for whatever the latest task of a database is
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    instance_id: a23fb62bd61e4e9e9636fd2225f395bein07

- name: See every installation of a backup client to its end, and accept that some machines are left out
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

- name: Do not wait for the end of a restore of which a step has failed
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

- name: Go on with it in another run, or after the controller has died
  multicloud.tasks.wait_for_cloud_task:
    journal: ~/exports.json

- name: Do something about a task that fails
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
    - name: Tell a task that failed from one that was lost from sight
      ansible.builtin.debug:
        msg: "{{ 'Export it again' if export.tasks[0].terminal else 'It may still run' }}: {{ export.msg }}"

- name: Wait on another host, because only that one reaches the cloud
  multicloud.tasks.wait_for_cloud_task:
    provider: huawei
    service: taurusdb
    region: cn-north-4
    task_id: 866b2273-f5ce-44bd-bc10-949baeb22163
  delegate_to: bastion

- name: Begin a wait in the background
  multicloud.tasks.wait_for_cloud_task:
    provider: alibaba
    service: ecs
    region: cn-hangzhou
    task_id: t-bp67acfmxazb4p1m5yt3
    timeout: 3000
  async: 3600
  poll: 0
  register: background

- name: Do something else, and then see how the wait has ended
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
    - The tasks in the order asked. What a query found stands in its place.
    - Every key is always there, V(null) where the API does not tell. A task that was never seen has its id, the state
      V(unknown) and the outcome.
    - C(raw) is V(null) without O(raw=true).
    - Only where the wait fails over more than 50 tasks, those that have succeeded or were abandoned have no keys for facts that
      hold nothing, because ansible-core prints all of this.
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
      description: The region that was asked, V(null) where none was given and none is needed.
      type: str
      returned: always
      sample: cn-hangzhou
    id:
      description:
        - The id of the task.
        - Together with C(provider), C(service) and C(region) it is enough to ask again, so these facts can be passed to
          M(multicloud.tasks.wait_for_cloud_task) as they are.
      type: str
      returned: always
      sample: t-bp67acfmxazb4p1m5yt3
    name:
      description: The operation, in the word of the API.
      type: str
      returned: always
      sample: ExportImage
    resource_id:
      description: The image, disk, instance or vault that the task works on. Some APIs tell it in lists only.
      type: str
      returned: always
      sample: m-bp67acfmxazb4ph2aefv
    state:
      description:
        - The state in the same words for all clouds.
        - V(pending) has not begun, is paused, or waits for a person. V(running) is at work.
        - V(succeeded), V(partial) (some items have failed), V(failed), V(cancelled), V(expired) and V(skipped) (nothing was done)
          are ends.
        - V(unknown) is a word of the API that this collection does not know, or an answer that contradicts itself or cannot be read,
          whose C(error) says what. It is taken neither for an end nor for a success.
      type: str
      returned: always
      sample: succeeded
    native_state:
      description: The state in the word of the API.
      type: str
      returned: always
      sample: Finished
    terminal:
      description: Whether the task has ended, well or not.
      type: bool
      returned: always
      sample: true
    succeeded:
      description: Whether the task has ended and everything it was to do is done.
      type: bool
      returned: always
      sample: true
    progress:
      description: Progress in percent, from 0 to 100, whatever the scale of the API.
      type: float
      returned: always
      sample: 100.0
    created_at:
      description: When the task was created, in UTC. APIs that tell minutes only have V(00) seconds.
      type: str
      returned: always
      sample: "2026-01-31T12:13:00Z"
    started_at:
      description: When the task began to work, in UTC.
      type: str
      returned: always
      sample: "2026-01-31T12:13:05Z"
    updated_at:
      description: When the cloud last changed the task, in UTC.
      type: str
      returned: always
      sample: "2026-01-31T12:19:00Z"
    finished_at:
      description: When the task ended, in UTC. V(null) while it goes on.
      type: str
      returned: always
      sample: "2026-01-31T12:19:00Z"
    expires_at:
      description: When the cloud gives up on the task, or forgets it, in UTC.
      type: str
      returned: always
      sample: "2026-02-01T12:13:00Z"
    duration:
      description: Seconds from the start, or the creation where no start is told, to the end, or to now while it goes on.
      type: float
      returned: always
      sample: 360.0
    remaining:
      description: Seconds that are left, where the API itself estimates them.
      type: float
      returned: always
      sample: 66.0
    error:
      description:
        - Why the task did not succeed, in the words of the API. V(null) where it tells nothing, and after a success.
        - It is about the task, never about the call.
      type: dict
      returned: always
      sample:
        code: InvalidOSSBucket.NotFound
        message: The specified OSS bucket does not exist.
      contains:
        code:
          description: The code of the error, V(null) where there is none.
          type: str
          returned: when the task has an error
          sample: InvalidOSSBucket.NotFound
        message:
          description: The text of the error, V(null) where there is none.
          type: str
          returned: when the task has an error
          sample: The specified OSS bucket does not exist.
    result:
      description:
        - What the task reports, for instance the resources that a scan has counted.
        - JSON that the API hands over as a string is parsed.
      type: raw
      returned: always
      sample:
        resourceCounts:
          - resourceType: ACS::OSS::Bucket
            count: 2
    outputs:
      description:
        - What the task made, by name, for instance C(OSSObject) of an export. A name that is told more than once holds a list.
        - Empty where the API tells nothing.
      type: dict
      returned: always
      sample:
        OSSBucket: images
        OSSObject: gate_m-bp67acfmxazb4ph2aefv_t-bp67acfmxazb4p1m5yt3.vhd
    details:
      description:
        - What else the API documents about the task, by its own names in snake case, for instance C(task_priority). What such a field
          holds is as the API has it. JSON objects and lists that it hands over as a string are parsed.
        - A field without a value is left out, and so is one that a list of tasks does not tell. Empty where the API tells nothing more.
        - What may hold secrets, such as the parameters that a task was started with, is only in RV(tasks[].raw).
      type: dict
      returned: always
      sample:
        task_name: nightly scan
        task_priority: HIGH
        task_detail:
          resourceTypes: [ACS::OSS::Bucket]
    counts:
      description: How many items the task has. V(null) where the API does not count.
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
      description: The steps or items of the task. Empty where the API tells none.
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
          description: Its state, in the words of the state of a task.
          type: str
          returned: when there are any
          sample: running
        native_state:
          description: Its state in the word of the API.
          type: str
          returned: when there are any
          sample: running
        progress:
          description: Its progress in percent, from 0 to 100.
          type: float
          returned: when there are any
          sample: 30.0
        remaining:
          description: Seconds that it needs, where the API estimates them.
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
          description: What it made, by name.
          type: dict
          returned: when there are any
          sample:
            client_id: c-000ipwumlsjfxebhnf37
    cancellable:
      description: Whether the cloud would cancel the task. V(null) where the API does not tell.
      type: bool
      returned: always
      sample: false
    request_id:
      description: The id of the call that told this, by which the support of the vendor finds it.
      type: str
      returned: always
      sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
    observed_at:
      description: When this was told, in UTC, by the clock of the machine that asked.
      type: str
      returned: always
      sample: "2026-01-31T12:19:04Z"
    raw:
      description:
        - What the API has answered about this task, untouched but for masked secrets, and for C(api) before keys that begin with
          C(_ansible_) or C(__ansible_), which Ansible keeps for itself.
        - It is the item that is about the task, without what is around it. That is the same whether the task was read by itself,
          together with others, or from a list. Some APIs tell less of a task in a list, or by other names.
      type: dict
      returned: always
      sample:
        TaskId: t-bp67acfmxazb4p1m5yt3
        TaskStatus: Finished
        TaskProcess: 100%
    outcome:
      description:
        - How the wait for this task ended.
        - How the task itself ended is V(succeeded), V(partial), V(failed), V(cancelled), V(expired) or V(skipped).
        - That it was lost from sight is another word, and the task may still run. V(timed_out) when O(timeout) was over,
          V(not_found) when the cloud did not know its id, V(vanished) when it was seen and then was known no more, V(stalled) when
          nothing of it moved for O(stall_timeout), V(unreachable) when no usable answer came,
          V(unauthorized) when the credentials were refused, V(refused) when the API rejects the question itself, such as its region,
          its project or another parameter, V(abandoned) when the rest was decided without it.
      type: str
      returned: always
      sample: failed
    reason:
      description: Why it is this outcome, in one line, with the state and the error of the task or of the last call.
      type: str
      returned: always
      sample: "InvalidOSSBucket.NotFound: The specified OSS bucket does not exist (native state Failed)"
    looks:
      description: How often the cloud was asked for this task. A task that was known to have ended from before has V(0).
      type: int
      returned: always
      sample: 9
    detection_delay_max:
      description:
        - How long ago the task may have ended when that was seen, in seconds. It is the time from the look before to the one that
          saw the end.
        - V(null) where there was no look before, or no end was seen.
      type: float
      returned: always
      sample: 4.113
    expected:
      description:
        - How long such tasks usually take, by O(history). It is V(null) without that, and with less than five runs.
      type: dict
      returned: always
      sample:
        median: 2580.0
        low: 2460.0
        high: 2760.0
        runs: 12
      contains:
        median:
          description: So many seconds the middle one of the runs took.
          type: float
          returned: when enough runs are known
          sample: 2580.0
        low:
          description: So many seconds or less a tenth of the runs took. The latest runs count most.
          type: float
          returned: when enough runs are known
          sample: 2460.0
        high:
          description: So many seconds or more a tenth of the runs took.
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
        - What became of the request to cancel the task. It is V(null) unless the task was V(timed_out) with O(on_timeout=cancel).
        - The outcome remains V(timed_out). A cloud that has taken the request may need a while, so wait again to see the end.
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
            - Whether the cloud has taken the request. It is V(null) where it was not asked, or gave no usable answer.
          type: bool
          returned: when O(on_timeout=cancel)
          sample: false
        message:
          description: The same in words, and why the cloud was not asked.
          type: str
          returned: when O(on_timeout=cancel)
          sample: >-
            the request to cancel it was refused (InvalidTaskId.IncorrectTaskStatus: The current status of the task does not support
            this operation)
        error:
          description: The error of the cloud, V(null) where there is none.
          type: dict
          returned: when O(on_timeout=cancel)
          contains:
            code:
              description: The error code of the API.
              type: str
              returned: when there is an error
              sample: InvalidTaskId.IncorrectTaskStatus
            message:
              description: What the API says, or what went wrong on the way to it.
              type: str
              returned: when there is an error
              sample: The current status of the task does not support this operation.
        request_id:
          description: The id of the call, by which the support of the cloud finds it.
          type: str
          returned: when O(on_timeout=cancel)
          sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
summary:
  description: How many tasks had which outcome, and C(total). Outcomes that no task had are left out.
  type: dict
  returned: always, except when the arguments are wrong
  sample:
    total: 4
    succeeded: 3
    failed: 1
succeeded:
  description: Whether as many tasks as O(required) succeeded.
  type: bool
  returned: always, except when the arguments are wrong
  sample: false
elapsed:
  description: Seconds that the wait took.
  type: float
  returned: always, except when the arguments are wrong
  sample: 352.418
requests:
  description:
    - How many calls the wait made for its looks, batches, pages and details included.
    - Logins do not count, nor does a call that is made once more after one, or with another date.
  type: int
  returned: always, except when the arguments are wrong
  sample: 37
throttled:
  description: How many of the calls were refused for being too many. None of that is an error, it makes the wait slower.
  type: int
  returned: always, except when the arguments are wrong
  sample: 0
msg:
  description:
    - One line. After a success how many tasks succeeded and how long it took.
    - After a failure how many tasks did not and with which outcome, and then the first of them, its operation, its state and the error
      of the provider.
  type: str
  returned: always
  sample: >-
    1 of 4 tasks did not succeed: alibaba ecs t-bp67acfmxazb4p1m5yt3 (ExportImage) failed: InvalidOSSBucket.NotFound: The specified
    OSS bucket does not exist (native state Failed)
calls:
  description:
    - Every call that was made, in its order. This includes calls for a login and to a metadata service. At most the last 1000 are kept.
    - Secrets are masked, and so are parameters that look as if they held one.
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
      description: When it was made, by the clock of this machine, in UTC.
      type: str
      returned: always
      sample: "2026-03-01T12:00:00.123Z"
    why:
      description:
        - Why it was made. It is V(login), V(look), V(batch), V(detail), V(list page) or V(cancel), with C(retry of) before it where it
          was made again within the same look, for instance with a new token.
      type: str
      returned: always
      sample: look
    action:
      description: The name of the call in the API. V(null) for a login.
      type: str
      returned: always
      sample: DescribeTaskAttribute
    method:
      description: The method of HTTP. V(RUN) is a command that prints keys.
      type: str
      returned: always
      sample: POST
    url:
      description: The URL without secrets; of a command the name of its program.
      type: str
      returned: always
      sample: https://ecs.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou&TaskId=t-bp67acfmxazb4p1m5yt3
    status:
      description: The HTTP status. V(null) where there was no answer.
      type: int
      returned: always
      sample: 200
    code:
      description: The error code of the API, or the kind of trouble where there was no answer. V(null) where all went well.
      type: str
      returned: always
      sample: InvalidTaskId.NotFound
    request_id:
      description: The id of the call, by which the support of the cloud finds it.
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
