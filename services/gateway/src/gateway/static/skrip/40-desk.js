// Pages on which something is written down for somebody: questions follow the answers, files go at once.
(() => {
  "use strict";
  const body = document.body;
  body.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.form || !field.matches("[data-lihat], [data-unggah]")) return;
    if (field.type !== "file" || field.files.length) field.form.requestSubmit();
  });

  // What somebody types while the answer is on its way is not overwritten by it.
  let typed = new Map();
  const fields = (form) => form.querySelectorAll("input[id]:not([type=radio]), textarea[id]");
  body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form[data-isian]");
    if (form) form.dataset.dikirim = JSON.stringify([...fields(form)].map((each) => [each.id, each.value]));
  });
  body.addEventListener("htmx:beforeSwap", (event) => {
    typed = new Map();
    const form = document.querySelector("form[data-isian]");
    if (!form || !form.dataset.dikirim) return;
    const sent = new Map(JSON.parse(form.dataset.dikirim));
    for (const each of fields(form)) if (sent.get(each.id) !== each.value) typed.set(each.id, each.value);
  });
  body.addEventListener("htmx:afterSwap", () => {
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    typed = new Map();
  });
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
