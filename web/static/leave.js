"use strict";
// Leave: hide the page at once, end the session on the server, go somewhere neutral.
// Shift three times within five seconds does the same (Escape is too easily pressed by accident).
(() => {
  const link = document.getElementById("leave");
  let taps = [];
  function leave(event) {
    event.preventDefault();
    document.documentElement.hidden = true;
    document.title = "";
    navigator.sendBeacon(link.href);
    location.replace(link.dataset.to);
  }
  link.addEventListener("click", leave);
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key !== "Shift") {
      taps = [];
      return;
    }
    taps = [...taps, event.timeStamp].filter((tap) => event.timeStamp - tap < 5000);
    if (taps.length > 2) leave(event);
  });
  // A page that the browser kept in memory is asked for again: the session may have ended.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.documentElement.hidden = true;
    location.reload();
  });
})();
