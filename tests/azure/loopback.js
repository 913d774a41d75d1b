// Copyright (c) 2026, multicloud.tasks contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Loaded before a server that would listen at all addresses of this machine: it listens at 127.0.0.1 alone.
const net = require("net");
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...words) {
  const [where] = words;
  const onlyHere = { host: "127.0.0.1" };
  if (typeof where === "number" || (typeof where === "string" && /^\d+$/.test(where))) {
    const callback = words.find((word) => typeof word === "function");
    return listen.call(this, { ...onlyHere, port: Number(where) }, callback);
  }
  if (where && typeof where === "object" && "port" in where) {
    return listen.call(this, { ...where, ...onlyHere }, ...words.slice(1));
  }
  return listen.apply(this, words);
};
