"use strict";
// Keeps an open page as the server has it: when the world changes, the page is asked for again in the background.
// If it has reached another step, the browser goes there; else the parts marked data-live are put in place.
(() => {
  const page = document.body;
  let since = page.dataset.live;
  let source = null;
  let asking = false;
  let askAgain = false;
  let leaving = false;

  const isBeingFilledIn = (part) => {
    const field = document.activeElement;
    return part.contains(field) && field.matches("input:not([type=hidden]), select, textarea");
  };

  function replace(part, fresh) {
    if (part.innerHTML === fresh.innerHTML) return;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const open = new Set([...part.querySelectorAll("details[open][id]")].map((details) => details.id));
    part.replaceChildren(...fresh.childNodes);
    for (const details of part.querySelectorAll("details[id]")) details.open ||= open.has(details.id);
    if (focused) document.getElementById(focused)?.focus();
  }

  async function update() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { "x-live": "1" }, redirect: "manual" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (leaving) return;
      if (fresh.body.dataset.step !== page.dataset.step) {
        location.replace(location.href);
        return;
      }
      for (const part of document.querySelectorAll("[data-live][id]")) {
        const now = fresh.getElementById(part.id);
        if (now && !isBeingFilledIn(part)) replace(part, now);
      }
      startCountdowns();
    } catch {
      // The sandbox is not there at the moment; the next event asks again.
    } finally {
      asking = false;
      if (askAgain) {
        askAgain = false;
        update();
      }
    }
  }

  // Only a page that is seen holds a connection: browsers allow six to one server.
  function listen() {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource(`/live?since=${since}`);
      source.addEventListener("change", (event) => {
        since = event.data;
        update();
      });
    }
  }

  function startCountdowns() {
    for (const clock of document.querySelectorAll("[data-seconds]")) {
      if (clock.dataset.end) continue;
      clock.dataset.end = String(performance.now() + 1000 * Number(clock.dataset.seconds));
    }
  }

  function countDown() {
    for (const clock of document.querySelectorAll("[data-end]")) {
      const left = Math.max(0, Math.round((Number(clock.dataset.end) - performance.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
  }

  // A form that is being sent, or a link that was followed, is not to be overtaken by a reload.
  window.addEventListener("beforeunload", () => {
    leaving = true;
  });
  document.addEventListener("visibilitychange", listen);
  startCountdowns();
  setInterval(countDown, 1000);
  if (since !== undefined) listen();
})();
