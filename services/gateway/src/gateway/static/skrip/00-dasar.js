// What the pages cannot do without a script: news, keys, and a word when the line is down.
// Everything that decides lives on the server; without this file every form still works.
(() => {
  "use strict";
  const body = document.body;
  const strip = document.getElementById("sambungan");
  const offline = (is) => { if (strip) strip.hidden = !is; };

  // News: the server says that something happened, the page asks for its parts anew.
  const live = body.dataset.hidup;
  if (live) {
    const source = new EventSource(live);
    let first = true;
    source.addEventListener("kabar", () => {
      offline(false);
      if (!first) body.dispatchEvent(new CustomEvent("kabar"));
      first = false;
    });
    source.addEventListener("open", () => offline(false));
    source.addEventListener("error", () => offline(true));
    addEventListener("pagehide", () => source.close());
  }

  // A request that did not arrive: nothing typed is lost, and sending again is done once.
  body.addEventListener("htmx:sendError", (event) => lineDown(event));
  body.addEventListener("htmx:timeout", (event) => lineDown(event));
  function lineDown(event) {
    offline(true);
    const form = event.target.closest("form");
    const place = form && form.querySelector(".kabar");
    if (!place) return;
    const words = document.createElement("p");
    words.className = "notice awas";
    words.setAttribute("role", "alert");
    words.textContent = "Sambungan terputus. Isian masih ada; tekan lagi, tidak akan tercatat dua kali.";
    place.replaceChildren(words);
  }
  body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.xhr.status) offline(false); });

  // What was just done is said once: a reload must not say it again.
  const address = new URL(location.href);
  if (address.searchParams.has("kabar")) {
    address.searchParams.delete("kabar");
    address.searchParams.delete("after");
    history.replaceState(null, "", address);
  }

  // Questions before what cannot be undone.
  body.addEventListener("submit", (event) => {
    const words = event.target.dataset.tanya;
    if (words && !confirm(words)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  // Keys: letters press the button that carries them; J and K walk through rows.
  let chosen = -1;
  const rows = () => [...document.querySelectorAll("[data-baris]")];
  function choose(step) {
    const all = rows();
    if (!all.length) return;
    chosen = Math.min(Math.max(chosen + step, 0), all.length - 1);
    all.forEach((row, at) => row.classList.toggle("dipilih", at === chosen));
    const link = all[chosen].querySelector("a");
    if (link) link.focus();
    all[chosen].scrollIntoView({ block: "nearest" });
  }
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key === "j") choose(1);
    else if (key === "k") choose(-1);
    else if (key === "a" && rows()[chosen]) press(rows()[chosen].querySelector("[data-ambil]"));
    else if (key === "/") {
      const search = document.querySelector("[data-cari]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    } else press(document.querySelector(`[data-tombol="${CSS.escape(key)}"]`));
  });
  function press(button) { if (button && !button.disabled) { button.focus(); button.click(); } }
})();
