// Pages on which something is written down for somebody: questions follow the answers, files go at once.
(() => {
  "use strict";
  const body = document.body;
  body.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.form || !field.matches("[data-lihat], [data-unggah]")) return;
    if (field.type !== "file" || field.files.length) field.form.requestSubmit();
  });

  // What somebody answers while the answer is on its way is not overwritten by it.
  let given = new Map();
  const fields = (form) => form.querySelectorAll("input[id]:not([type=file]), textarea[id]");
  const tapped = (field) => field.type === "radio" || field.type === "checkbox";
  const state = (field) => (tapped(field) ? field.checked : field.value);
  body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form[data-isian]");
    if (form) form.sentStates = new Map([...fields(form)].map((field) => [field.id, state(field)]));
  });
  body.addEventListener("htmx:beforeSwap", () => {
    const form = document.querySelector("form[data-isian]");
    const changed = form && form.sentStates
      ? [...fields(form)].filter((field) => form.sentStates.get(field.id) !== state(field))
      : [];
    given = new Map(changed.map((field) => [field.id, state(field)]));
  });
  body.addEventListener("htmx:afterSwap", () => {
    for (const [id, value] of given) {
      const field = document.getElementById(id);
      if (field && tapped(field)) field.checked = value;
      else if (field) field.value = value;
    }
    given = new Map();
    showWhatChanged();
  });

  // Another stage begins at its top; what is wrong is brought into sight.
  const stage = () => document.querySelector("#layar input[name=tahap]")?.value;
  let before = stage();
  function showWhatChanged() {
    const layer = document.getElementById("layar");
    const alert = layer && layer.querySelector("[role=alert]");
    if (alert) alert.scrollIntoView({ block: "center" });
    else if (stage() !== before) scrollTo(0, 0);
    before = stage();
  }
})();

// Words and numbers that somebody writes into another phone.
document.body.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-salin]");
  if (!button) return;
  const place = document.getElementById(button.dataset.salin);
  const told = document.getElementById("disalin");
  try {
    await navigator.clipboard.writeText(place.textContent.trim());
    told.textContent = "Sudah disalin.";
  } catch {
    // Without HTTPS browsers refuse: then it is marked, so that it can be copied by hand.
    getSelection().selectAllChildren(place);
    told.textContent = "Sudah ditandai; salin dengan Ctrl+C.";
  }
});
