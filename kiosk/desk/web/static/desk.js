// The console's own script: one live stream a page, keys, small comforts. Pages work without it; it never draws content.
"use strict";
(() => {
  const body = document.body;
  const live = document.querySelector("[data-live]");
  const toast = document.querySelector("[data-toast]");

  const tell = (words) => {
    toast.textContent = words;
    toast.hidden = false;
    setTimeout(() => { toast.hidden = true; }, 8000);
  };

  // Live: the stream only says that there is news; htmx fetches what changed. The browser resumes by Last-Event-ID.
  let soon = 0;
  const news = () => {
    clearTimeout(soon);
    soon = setTimeout(() => htmx.trigger(body, "news"), 60);
  };
  const listen = (address) => {
    const source = new EventSource(address);
    source.addEventListener("case", news);
    source.addEventListener("presence", (message) => typing(JSON.parse(message.data)));
    source.onopen = () => { live.textContent = "Live"; news(); };
    source.onerror = () => {
      live.textContent = "Connecting …";
      if (source.readyState !== EventSource.CLOSED) return;
      news(); // who is no longer signed in is led to the sign-in page by it
      setTimeout(() => listen(address), 3000);
    };
    addEventListener("pagehide", () => source.close());
  };
  if (live) {
    if (body.dataset.stream) listen(body.dataset.stream); else live.textContent = "";
  }

  // Chat: stay at the bottom, tell the desk what was seen, show who is typing.
  const chat = document.getElementById("chat");
  const lines = () => chat.querySelector(".lines");
  let told = 0;
  const settle = () => {
    chat.scrollTop = chat.scrollHeight;
    const unread = Number(lines().dataset.unread);
    if (unread > told && document.visibilityState === "visible") {
      told = unread;
      fetch(`/cases/${chat.dataset.case}/seen`, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRF": lines().dataset.csrf },
        body: `seq=${unread}`,
      });
    }
  };
  let gone = 0;
  const typing = (word) => {
    if (!chat || word.side !== "store" || word.case !== chat.dataset.case) return;
    let line = document.querySelector(".typing");
    if (!line) {
      line = document.createElement("p");
      line.className = "typing";
      chat.after(line);
    }
    line.textContent = word.typing ? "The store is writing …" : "";
    clearTimeout(gone);
    gone = setTimeout(() => { line.textContent = ""; }, 6000);
  };
  if (chat) {
    settle();
    chat.addEventListener("htmx:afterSwap", settle);
    document.addEventListener("visibilitychange", settle);
  }
  let saidAt = 0;
  const composer = document.querySelector(".composer textarea");
  if (composer) {
    composer.addEventListener("input", () => {
      if (Date.now() - saidAt < 3000) return;
      saidAt = Date.now();
      fetch("/api/presence", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF": lines().dataset.csrf },
        body: JSON.stringify({ case: chat.dataset.case, typing: true }),
      });
    });
  }

  // Forms: clear and close after they went through, and say so when they did not.
  body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (!form || !event.detail.successful) return;
    if ("clear" in form.dataset) form.reset();
    const drop = form.closest("details");
    if (drop) drop.open = false;
  });
  body.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (target.querySelector("details[open]")) event.detail.shouldSwap = false;
    // What did not change is not drawn again: nothing moves under a finger, nothing is read out twice.
    const fresh = document.createElement("template");
    fresh.innerHTML = event.detail.serverResponse;
    if (fresh.innerHTML.trim() === target.innerHTML.trim()) event.detail.shouldSwap = false;
  });
  body.addEventListener("htmx:responseError", (event) => {
    let words = "That did not work. Try again.";
    try { words = JSON.parse(event.detail.xhr.responseText).detail; } catch { /* no problem document */ }
    tell(words);
  });
  body.addEventListener("htmx:sendError", () => tell("The desk cannot be reached. What you wrote is still there."));

  // Keys: single letters act outside of fields only and can be switched off (WCAG 2.1.4).
  const button = document.querySelector("[data-keys]");
  let keys = localStorage.getItem("keys") !== "off";
  const name = () => { if (button) button.textContent = `Shortcuts: ${keys ? "on" : "off"}`; };
  name();
  if (button) {
    button.addEventListener("click", () => {
      keys = !keys;
      localStorage.setItem("keys", keys ? "on" : "off");
      name();
    });
  }
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      document.querySelectorAll("details.drop[open]").forEach((drop) => { drop.open = false; drop.querySelector("summary").focus(); });
    }
    if (field) {
      if (event.key === "Enter" && !event.shiftKey && "enter" in field.dataset) {
        event.preventDefault();
        field.form.requestSubmit();
      }
      return;
    }
    if (!keys || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target || target.disabled) return;
    event.preventDefault();
    if (target.matches("textarea, input")) target.focus(); else target.click();
  });
  document.querySelectorAll("details.drop").forEach((drop) => drop.addEventListener("toggle", () => {
    if (!drop.open) return;
    document.querySelectorAll("details.drop[open]").forEach((other) => { if (other !== drop) other.open = false; });
    const first = drop.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  }));
})();
