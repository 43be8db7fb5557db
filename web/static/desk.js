"use strict";
// Keys of the desk: j and k walk the lines of a table, Enter opens, u goes back up, ? explains.
(() => {
  const lines = [...document.querySelectorAll("[data-rows] tbody a")];
  const dialog = document.getElementById("keys");
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  function walk(step) {
    const at = lines.indexOf(document.activeElement);
    const next = lines[Math.max(0, Math.min(lines.length - 1, at + step))];
    if (next) next.focus();
  }

  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    u: () => document.querySelector(".back a")?.click(),
    "?": () => dialog && !dialog.open && dialog.showModal(),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
