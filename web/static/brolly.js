"use strict";
// In-place answers: <form method="post" data-swap="#answer"> puts the same element of what comes back
// into this page: no new address, no longer history. X-Swap tells the server, which may leave all
// else out. What stood there is out of sight meanwhile, so that nobody takes it for the answer to
// what they have just sent. Anything unexpected falls back to sending the form the plain way.
// <section id="progress" data-poll="3"> is asked for again every three seconds while it is on screen,
// until the mark is gone, and at most 300 times: a desk that was left alone must sign itself out.
(() => {
  const parsed = async (reply) =>
    new DOMParser().parseFromString(await reply.text(), "text/html");

  function put(place, found) {
    const focused = document.activeElement;
    const id = place.contains(focused) ? focused.id : "";
    place.replaceChildren(...found.childNodes);
    place.removeAttribute("aria-busy"); // what is out of sight takes no focus
    const next = place.querySelector("[data-focus]") || (id && document.getElementById(id));
    if (next) next.focus();
    const seen = window.visualViewport ? visualViewport.height : innerHeight;
    const { top } = place.getBoundingClientRect();
    if (top < 0 || top > seen * 0.6) place.scrollIntoView();
  }

  async function swap(form, place, by) {
    const body = new URLSearchParams(new FormData(form));
    if (by && by.name) body.append(by.name, by.value);
    const wanted = form.dataset.swap;
    const headers = { "X-Swap": wanted };
    const address = form.getAttribute("action") || location.href;
    const reply = await fetch(address, { method: "POST", body, headers });
    if (reply.redirected) return location.replace(reply.url);
    const found = (await parsed(reply)).querySelector(wanted);
    if (!found) throw new Error("another page came back");
    put(place, found);
  }

  addEventListener("submit", async (event) => {
    const form = event.target;
    const place = form.dataset.swap && document.querySelector(form.dataset.swap);
    if (!place || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    const busy = [form, place];
    busy.forEach((each) => each.setAttribute("aria-busy", "true"));
    try {
      await swap(form, place, event.submitter);
    } catch {
      HTMLFormElement.prototype.submit.call(form);
      place.replaceChildren();
    } finally {
      busy.forEach((each) => each.removeAttribute("aria-busy"));
    }
  });

  function poll(id, left) {
    const place = document.getElementById(id);
    if (!place || !place.dataset.poll || !left) return;
    setTimeout(async () => {
      if (!document.hidden) {
        const reply = await fetch(location.href, { headers: { "X-Poll": "1" } }).catch(() => null);
        if (reply && (reply.redirected || reply.status === 404)) return location.reload();
        const found = reply && reply.ok && (await parsed(reply)).getElementById(id);
        if (found) {
          place.replaceChildren(...found.childNodes);
          if (!found.dataset.poll) delete place.dataset.poll;
        }
      }
      poll(id, left - 1);
    }, place.dataset.poll * 1000);
  }
  document.querySelectorAll("[data-poll]").forEach((place) => poll(place.id, 300));

  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
})();
