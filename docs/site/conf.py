# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx for the site that ``./dev docs`` builds."""

from __future__ import annotations

project = "multicloud.tasks"
copyright = "2026, multicloud.tasks contributors"  # noqa: A001 - the name that Sphinx wants
title = "Ansible collection multicloud.tasks"
html_title = title
html_short_title = project

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]

default_role = "any"
nitpicky = True
pygments_style = "ansible"
highlight_language = "YAML+Jinja"

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "display_version": False,
    "documentation_home_url": "https://github.com/multicloud-tasks/multicloud.tasks",
    "vcs_pageview_mode": "edit",
}
html_show_sphinx = False
html_use_smartypants = True
html_use_modindex = False
html_use_index = False
html_copy_source = False

# Nothing is asked of another host while the site is built: what it refers to is in a file that ./dev docs writes.
intersphinx_mapping = {"ansible_devel": ("https://docs.ansible.com/projects/ansible/devel/", "../ansible_devel.inv")}
