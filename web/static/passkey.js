"use strict";
// Passkeys: <div data-passkey="create|get" data-ask="/address" hidden> in a form holds a hidden field,
// words for when it fails, and a button. The button asks the server what to do, the browser for its
// passkey, and sends the form with the answer in the field. Where the server says no, the form goes
// without an answer: the page that comes back says why. Without passkeys all of it stays hidden.
(() => {
  if (!window.PublicKeyCredential) return;
  const SENT = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const octets = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list = []) => list.map((each) => ({ ...each, id: octets(each.id) }));

  function read(told) {
    const options = { ...told, challenge: octets(told.challenge) };
    if (told.user) options.user = { ...told.user, id: octets(told.user.id) };
    if (told.excludeCredentials) options.excludeCredentials = known(told.excludeCredentials);
    if (told.allowCredentials) options.allowCredentials = known(told.allowCredentials);
    return options;
  }

  function written(credential) {
    const { id, type, rawId, response } = credential;
    const said = {};
    SENT.filter((name) => response[name]).forEach((name) => { said[name] = text(response[name]); });
    if (response.getTransports) said.transports = response.getTransports();
    return JSON.stringify({ id, type, rawId: text(rawId), response: said, clientExtensionResults: {} });
  }

  async function use(place, form, field) {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const reply = await fetch(place.dataset.ask, { method: "POST", body });
    if (reply.ok && !reply.redirected) {
      const publicKey = read(await reply.json());
      field.value = written(await navigator.credentials[place.dataset.passkey]({ publicKey }));
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  for (const place of document.querySelectorAll("[data-passkey]")) {
    const button = place.querySelector("button");
    const words = place.querySelector(".error");
    button.addEventListener("click", async () => {
      words.hidden = button.disabled = true;
      try {
        await use(place, place.closest("form"), place.querySelector("input"));
      } catch {
        words.hidden = button.disabled = false;
      }
    });
    place.hidden = false;
  }
  document.querySelectorAll("[data-without-passkeys]").forEach((each) => { each.hidden = true; });
})();
