"use strict";
// The private check: what is typed is read here, blinded, looked up and opened on the phone; the
// server learns that somebody checked, and not what. Without modules, or on a page that is not
// served safely, brolly.js sends the form as it always did, and the answer says so.
(() => {
  const { client, reader, plans, patterns, region, ...said } = document.currentScript.dataset;
  if (!("noModule" in HTMLScriptElement.prototype) || !globalThis.crypto?.subtle) return;

  const MOST = 20;
  const OF_THE_FIELD = 'form[data-swap="#answer"]';
  const place = document.getElementById("answer");
  const field = document.querySelector(OF_THE_FIELD);
  if (!place || !field) return;
  let asked = { entry: "", chosen: [] };
  let pinned;

  // What the check needs, fetched once; a failure is tried again with the next check.
  let kit;
  const load = () => {
    kit ??= Promise.all([import(client), import(reader), fetched(plans), fetched(patterns)]).then(
      async ([crypto, { read, show, NotAnIdentifier }, data, page]) => {
        const numbers = await data.json();
        const words = new DOMParser().parseFromString(await page.text(), "text/html");
        const labels = JSON.parse(words.getElementById("labels").textContent);
        return { crypto, read, show, NotAnIdentifier, numbers, words, labels };
      },
    );
    kit.catch(() => (kit = undefined));
    return kit;
  };

  async function fetched(address) {
    const reply = await fetch(address);
    if (!reply.ok) throw new Error("not there");
    return reply;
  }

  class Spent extends Error {}
  class Unavailable extends Error {}
  class Stale extends Error {}
  class Listed extends Error {}

  async function ask(path, question) {
    const sent = question && {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question),
    };
    const reply = await fetch(`/api/v1/${path}`, sent).catch(() => null);
    if (reply?.ok) return reply;
    if (reply?.status === 401) location.reload(); // signed out: the page leads to the sign-in
    if ([404, 409, 410].includes(reply?.status)) throw new Stale();
    if (reply?.status === 429) {
      throw Object.assign(new Spent(), { wait: Number(reply.headers.get("Retry-After")) });
    }
    throw new Unavailable();
  }

  const LABELS = { phone: "tel", email: "eml", username: "usr", vehicle: "vrm" };

  async function lookedUp({ crypto }, identifiers) {
    pinned ??= await (await ask("oprf/key")).json();
    const held = pinned;
    const { blinded, secrets } = crypto.ask(
      identifiers.map(({ kind, value }) => `sv1|${LABELS[kind]}|${value}`),
    );
    const reply = await (await ask("oprf/evaluate", { blinded })).json();
    const derived = await crypto.answered(secrets, reply, held);
    const buckets = new Map(derived.map(({ bucket }) => [bucket, null]));
    for (const bucket of buckets.keys()) buckets.set(bucket, fetchBucket(bucket, held));
    return Promise.all(
      derived.map(async (each) => ({
        found: await crypto.open(await buckets.get(each.bucket), each, held),
        wish: { tokens: [each.watch], epoch: held.epoch },
      })),
    );
  }

  async function fetchBucket(bucket, { epoch, bucket_bits, pad }) {
    const reply = await ask(`register/${epoch}/bucket/${bucket}`);
    if (reply.headers.get("Brolly-Layout") !== `${bucket_bits}-${pad}`) throw new Stale();
    return new Uint8Array(await reply.arrayBuffer());
  }

  // The register may be laid out anew, or its key changed, between two requests: once more then.
  async function answersTo(kit, identifiers) {
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        return await lookedUp(kit, identifiers);
      } catch (error) {
        const moved = error instanceof Stale || error.why === "other_epoch";
        pinned = undefined;
        if (!moved) throw error;
      }
    }
    throw new Unavailable();
  }

  // Cards: a clone of a template, its slots filled; what has nothing to say is left out.
  function card({ words }, name, fills = {}) {
    const made = document.importNode(words.getElementById(name).content, true);
    for (const slot of made.querySelectorAll("slot")) {
      const text = fills[slot.name] ?? "";
      if (text) slot.replaceWith(text);
      else (slot.closest("dl > div") ?? slot.parentElement).remove();
    }
    return made;
  }

  const filled = (text, holes) =>
    Object.entries(holes).reduce((said, [name, words]) => said.replace(`{${name}}`, words), text);

  function found(kit, payload) {
    const { labels } = kit;
    const kinds = labels.kinds.filter(([value]) => payload.kinds.includes(value));
    const [year, month] = payload.month.split("-");
    const pattern = labels.months[month - 1];
    const areas = payload.regions.map((code) => labels.areas[code] ?? code).join(", ");
    const made = card(kit, payload.severity, {
      kinds: kinds.map(([, label]) => label).join(", ") || labels.not_said,
      month: pattern ? filled(pattern, { year }) : payload.month,
      area: (areas || labels.everywhere) + (payload.more_regions ? ` ${labels.and_more}` : ""),
      band: labels.bands[payload.band],
      advice: payload.advice,
    });
    const each = made.querySelector("[data-each=reference]");
    for (const reference of payload.references) {
      const link = each.cloneNode(true);
      const anchor = link.querySelector("a");
      anchor.setAttribute("href", anchor.getAttribute("href").replace("REFERENCE", encodeURIComponent(reference)));
      each.before(...link.childNodes);
    }
    each.remove();
    const note = made.querySelector("[data-if=reference]");
    if (payload.references.length) note.removeAttribute("data-if");
    else note.remove();
    return made;
  }

  // Being told if it is reported: what is sent comes of the check, and says no more than that did.
  const wishes = new WeakMap();

  function wishCard(kit, identifier, { found: already, wish }) {
    const made = card(kit, already ? "wish-more" : "wish");
    wishes.set(made.querySelector("form"), { identifier, already, wish });
    return made;
  }

  async function kept(kit, wish) {
    const reply = await ask("watch", wish).catch((error) => {
      if (error instanceof Spent) return error;
      throw error;
    });
    if (reply instanceof Spent) {
      return card(kit, "watching-full", { until: day(Date.now() + reply.wait * 1000) });
    }
    const { until, reachable } = await reply.json();
    return card(kit, reachable ? "watching" : "watching-unheard", { until: day(until) });
  }

  async function beTold(form) {
    const kit = await load();
    const { identifier, already, wish } = wishes.get(form);
    try {
      return await kept(kit, wish);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      pinned = undefined;
      const [again] = await answersTo(kit, [identifier]);
      if (again.found && !already) {
        throw Object.assign(new Listed(), { parts: answered(kit, [identifier], [again]) });
      }
      return kept(kit, again.wish);
    }
  }

  async function beToldInPlace(form) {
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const spot = form.parentElement;
    try {
      spot.replaceChildren(await beTold(form));
      spot.querySelector("a").focus();
    } catch (error) {
      if (error instanceof Listed) show(error.parts); // reported meanwhile: that is the answer
      else spot.replaceChildren(form, card(await load(), "not-watching"));
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  const day = (moment) =>
    new Date(moment).toLocaleDateString(document.documentElement.lang, {
      day: "numeric",
      month: "long",
      year: "numeric",
    });

  function answered(kit, identifiers, answers) {
    const payloads = answers.map(({ found }) => found);
    const last = payloads.lastIndexOf(null);
    const parts = identifiers.flatMap((identifier, at) => {
      const { written, note } = kit.show(identifier, region, kit.numbers);
      const nothing = at === last ? "nothing" : "nothing-too";
      return [
        card(kit, "above", { identifier: written }),
        payloads[at] ? found(kit, payloads[at]) : card(kit, nothing),
        ...(note ? [card(kit, "hint", { note: kit.labels.notes[note] })] : []),
        wishCard(kit, identifier, answers[at]),
      ];
    });
    return [...parts, card(kit, "way")];
  }

  function question(kit, choices, chosen) {
    const { labels, show, numbers } = kit;
    const counted = { place: chosen.length + 1, total: choices.length };
    const place = choices.length > 1 ? filled(labels.question, counted) : "";
    const made = card(kit, "question", { place, candidate: "?" });
    const button = made.querySelector("button");
    for (const candidate of choices[chosen.length]) {
      const one = button.cloneNode();
      one.setAttribute("value", candidate.value);
      one.textContent = show(candidate, region, numbers).written;
      button.before(one);
    }
    button.remove();
    return [made];
  }

  const trouble = (kit, words) => [card(kit, "trouble", { words })];

  async function answer(kit) {
    const { labels, read, numbers } = kit;
    let reading;
    try {
      reading = read(asked.entry, region, numbers);
    } catch (error) {
      if (!(error instanceof kit.NotAnIdentifier)) throw error;
      return trouble(kit, labels.refusals[error.code]);
    }
    const { identifiers, choices } = reading;
    if (asked.chosen.length < choices.length) return question(kit, choices, asked.chosen);
    const meant = choices.map((each, at) => each.find(({ value }) => value === asked.chosen[at]));
    const all = [...new Map([...identifiers, ...meant].map((each) => [each.value, each])).values()];
    if (all.length > MOST) return trouble(kit, filled(labels.too_many, { most: MOST }));
    try {
      return answered(kit, all, await answersTo(kit, all));
    } catch (error) {
      if (error instanceof Spent) return trouble(kit, filled(labels.spent, { time: again(error) }));
      return [card(kit, error instanceof Unavailable ? "unavailable" : "refused")];
    }
  }

  function again({ wait }) {
    const at = new Date(Date.now() + wait * 1000 + 59_000);
    const day = at.toDateString() === new Date().toDateString() ? {} : { weekday: "long" };
    const lang = document.documentElement.lang;
    return at.toLocaleString(lang, { ...day, hour: "2-digit", minute: "2-digit" });
  }

  // Nothing goes the other way unasked: who cannot check privately is told, and may choose.
  function cannotBePrivate() {
    const button = document.createElement("button");
    const note = document.createElement("p");
    button.className = "button plain";
    button.type = "button";
    note.textContent = said.notPrivate;
    button.textContent = said.onOurServer;
    button.addEventListener("click", () => {
      removeEventListener("submit", intercept, true);
      field.requestSubmit();
    });
    return [note, button];
  }

  async function intercept(event) {
    const form = event.target;
    if (wishes.has(form)) {
      event.preventDefault();
      beToldInPlace(form);
      return;
    }
    const choosing = form.matches("#answer form[data-choose]");
    if (form !== field && !choosing) return;
    event.preventDefault();
    if (place.getAttribute("aria-busy")) return;
    const entry = field.elements.entry.value;
    asked = choosing
      ? { ...asked, chosen: [...asked.chosen, event.submitter.value] }
      : { entry, chosen: [] };
    const busy = [field, place];
    busy.forEach((each) => each.setAttribute("aria-busy", "true"));
    try {
      const ready = await load().catch(() => null);
      show(ready ? await answer(ready).catch(cannotBePrivate) : cannotBePrivate());
    } finally {
      busy.forEach((each) => each.removeAttribute("aria-busy"));
    }
  }

  function show(parts) {
    place.replaceChildren(...parts);
    const seen = window.visualViewport ? visualViewport.height : innerHeight;
    if (place.getBoundingClientRect().top > seen * 0.6) place.scrollIntoView();
  }

  addEventListener("submit", intercept, true);
  load().catch(() => {});
})();
