// Keys, and a button that copies SQL. Everything here only sharpens: each page works without it.
"use strict";
(() => {
  const stored = "trivet.keys";
  const keysOn = () => localStorage.getItem(stored) !== "off";
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]");
  let at = -1;
  let waitingForGo = 0;

  const dialog = () => document.getElementById("keys");
  const rows = () => [...document.querySelectorAll("section.rows tbody tr")].filter((row) => row.offsetParent);

  function move(step) {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("is-at");
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all[at].classList.add("is-at");
    all[at].scrollIntoView({ block: "nearest" });
    all[at].querySelector("a")?.focus({ preventScroll: true });
  }

  function follow(step) {
    document.querySelector(`.stepper a[data-step="${step}"]`)?.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?" && !dialog().open) {
      dialog().showModal();
      event.preventDefault();
      return;
    }
    if (!keysOn() || dialog().open) return;
    const now = Date.now();
    if (event.key === "d" && now - waitingForGo < 1200) {
      document.querySelector(".brand").click();
      return;
    }
    const found = {
      "/": () => document.querySelector("[data-find]")?.focus(),
      j: () => move(1),
      k: () => move(-1),
      "[": () => follow("before"),
      "]": () => follow("after"),
      g: () => { waitingForGo = now; },
    }[event.key];
    if (found) {
      if (event.key === "/") event.preventDefault();
      found();
    }
  });

  function ready() {
    at = -1;
    for (const hint of document.querySelectorAll(".keys-hint")) hint.hidden = false;
    const check = document.getElementById("keys-on");
    if (check) check.checked = keysOn();
    for (const text of document.querySelectorAll("[data-copy]")) {
      if (text.parentElement.querySelector(".copy")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button copy";
      button.textContent = text.dataset.copyWord;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = text.dataset.copied;
        setTimeout(() => { button.textContent = text.dataset.copyWord; }, 1500);
      });
      text.before(button);
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") localStorage.setItem(stored, event.target.checked ? "on" : "off");
  });
  document.addEventListener("htmx:after:swap", ready);
  ready();
})();
