"use strict";
const $ = (id) => document.getElementById(id);
const players = JSON.parse(document.body.dataset.players);
const chat = $("chat"), text = $("text"), picker = $("player"), panel = $("panel");
let me = players[0], attachment = null, shown = "";

function make(tag, className, content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
}

// *bold*, _italic_ and addresses, built as nodes: what others wrote never becomes markup.
function formatted(source) {
  const box = make("div", "text");
  for (const piece of String(source).split(/(https?:\/\/\S+|\*[^*\n]+\*|_[^_\n]+_)/)) {
    if (/^https?:\/\//.test(piece)) {
      const link = make("a", "", piece);
      link.href = piece; link.target = "_blank"; link.rel = "noopener noreferrer";
      box.append(link);
    } else if (/^\*.+\*$/.test(piece)) box.append(make("strong", "", piece.slice(1, -1)));
    else if (/^_.+_$/.test(piece)) box.append(make("em", "", piece.slice(1, -1)));
    else box.append(piece);
  }
  return box;
}

function fileOf(content, kind) {
  const source = content.id ? "/_sim/whatsapp/media/" + encodeURIComponent(content.id) : content.link;
  if (!/^(\/|https?:)/.test(source || "")) return make("em", "", "(berkas)");
  const link = make("a", kind === "image" ? "" : "file");
  link.href = source; link.target = "_blank"; link.rel = "noopener noreferrer";
  if (kind === "image" && content.id) {
    const image = make("img");
    image.src = source; image.alt = content.caption || "Foto";
    image.addEventListener("load", () => { if (nearEnd) toEnd(); }, { once: true });
    link.append(image);
  } else {
    const mark = (content.mime_type || "").includes("pdf") || /\.pdf$/i.test(content.filename || "") ? "PDF" : "FILE";
    link.append(make("b", "", mark), make("span", "", content.filename || content.caption || "Berkas"));
  }
  return link;
}

function choice(label, onClick) {
  const button = make("button", "", label);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

function openSheet(message, action) {
  $("sheet-title").textContent = action.button;
  const rows = $("rows");
  rows.replaceChildren();
  for (const section of action.sections) {
    if (section.title) rows.append(make("h3", "", section.title));
    for (const row of section.rows) {
      const button = choice(row.title, () => {
        $("sheet").close();
        post([{ type: "list_reply", id: row.id, title: row.title, description: row.description, context_wamid: message.id }]);
      });
      if (row.description) button.append(make("small", "", row.description));
      rows.append(button);
    }
  }
  $("sheet").showModal();
}

function interactive(message, content, bubble) {
  const reply = content.button_reply || content.list_reply;
  if (reply) { bubble.append(formatted(reply.title)); return; }
  if (content.header && content.header.text) bubble.append(make("div", "head", content.header.text));
  bubble.append(formatted(content.body.text));
  if (content.footer) bubble.append(make("div", "foot", content.footer.text));
  const choices = make("div", "choices");
  for (const button of content.action.buttons || [])
    choices.append(choice(button.reply.title, () => post([{ type: "button_reply", id: button.reply.id, title: button.reply.title, context_wamid: message.id }])));
  if (content.action.sections) choices.append(choice("☰ " + content.action.button, () => openSheet(message, content.action)));
  return choices;
}

function bubbleOf(message) {
  const content = message[message.type] || {};
  const bubble = make("div", "bubble " + message.direction);
  let choices;
  switch (message.type) {
    case "text": bubble.append(formatted(content.body)); break;
    case "template": bubble.append(formatted(content.rendered)); break;
    case "interactive": choices = interactive(message, content, bubble); break;
    case "image": case "document":
      bubble.append(fileOf(content, message.type));
      if (content.caption) bubble.append(formatted(content.caption));
      break;
    default: bubble.append(make("em", "", "(" + message.type + ")"));
  }
  const at = new Date(message.at);
  const time = make("span", "time", at.toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" }));
  if (message.direction === "in") time.append(make("span", "tick" + (message.status === "read" ? " read" : ""), "✓✓"));
  bubble.append(time);
  if (choices) bubble.append(choices);
  return bubble;
}

let nearEnd = true;
const toEnd = () => { chat.scrollTop = chat.scrollHeight; };
chat.addEventListener("scroll", () => { nearEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80; });

function render(messages) {
  const key = me.phone + JSON.stringify(messages.map((m) => [m.id, m.direction === "in" && m.status]));
  if (key === shown) return;
  shown = key;
  chat.replaceChildren();
  if (!messages.length) chat.append(make("div", "empty", "Belum ada pesan. Tulis “Halo” untuk memulai permohonan, seperti warga mengirim WhatsApp ke kantor."));
  let day = "";
  for (const message of messages) {
    const today = new Date(message.at).toLocaleDateString("id-ID", { day: "numeric", month: "long", year: "numeric" });
    if (today !== day) chat.append(make("div", "day", day = today));
    chat.append(bubbleOf(message));
  }
  if (nearEnd) toEnd();
}

function tell(problem) { $("notice").textContent = problem; $("notice").hidden = !problem; }

async function refresh() {
  const player = me;
  const answer = await fetch("/_sim/whatsapp/chat?wa_id=" + player.phone);
  if (!answer.ok) throw new Error(answer.status);
  // A failed message never reached the phone; the office sees the failure, the resident nothing.
  const messages = (await answer.json()).filter((message) => !message.error_code);
  if (player !== me) return;
  render(messages);
  const unread = messages.some((m) => m.direction === "out" && (m.status === "sent" || m.status === "delivered"));
  if (unread && document.visibilityState === "visible") await send("/_sim/whatsapp/read", { to: player.phone });
}

async function poll() {
  try { await refresh(); if ($("notice").dataset.network) { delete $("notice").dataset.network; tell(""); } }
  catch { $("notice").dataset.network = "1"; tell("Simulator tidak menjawab. Mencoba lagi…"); }
  setTimeout(poll, 1000);
}

async function send(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(answer.status);
}

async function post(messages) {
  nearEnd = true;
  try { await send("/_sim/whatsapp/inbound", { from: me.phone, name: me.name, messages }); tell(""); await refresh(); return true; }
  catch { tell("Pesan tidak terkirim. Coba lagi."); return false; }
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

function attach(blob, name) {
  attachment = blob ? { blob, name } : null;
  $("attached").hidden = !blob;
  $("attached-name").textContent = blob ? "Lampiran: " + name : "";
  $("file").value = "";
  if (nearEnd) toEnd();
  if (blob) text.focus();
}

$("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words && !attachment) return;
  const button = event.target.querySelector(".send");
  button.disabled = true;
  let message = { type: "text", text: words };
  if (attachment) {
    const { blob, name } = attachment;
    const kind = /^image\/(jpeg|png)$/.test(blob.type) ? "image" : "document";
    message = { type: kind, content_base64: await base64(blob), mime_type: blob.type || "application/octet-stream", filename: name, caption: words || null };
  }
  if (await post([message])) { text.value = ""; grow(); attach(null); }
  button.disabled = false;
});

function grow() { text.style.height = "auto"; text.style.height = text.scrollHeight + "px"; }
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("compose").requestSubmit(); }
});
$("file").addEventListener("change", () => { const [file] = $("file").files; if (file) attach(file, file.name); });
$("detach").addEventListener("click", () => attach(null));
$("sheet-close").addEventListener("click", () => $("sheet").close());

function togglePanel(open) {
  panel.classList.toggle("open", open);
  $("menu").setAttribute("aria-expanded", String(open));
  (open ? $("panel-close") : $("menu")).focus();
}
$("menu").addEventListener("click", () => togglePanel(true));
$("panel-close").addEventListener("click", () => togglePanel(false));

for (const button of document.querySelectorAll("[data-paper]")) {
  button.addEventListener("click", async () => {
    const { paper, kind } = button.dataset;
    const answer = await fetch(`/_sim/papers/${players.indexOf(me)}/${paper}.${kind}`).catch(() => null);
    if (!answer || !answer.ok) { tell("Contoh berkas tidak dapat dibuat."); return; }
    if (panel.classList.contains("open")) togglePanel(false);
    attach(await answer.blob(), `${paper}.${kind}`);
  });
}

function become(index) {
  me = players[index] || players[0];
  picker.value = String(players.indexOf(me));
  try { localStorage.setItem("player", picker.value); } catch { /* private mode: not remembered */ }
  const facts = [["Nomor WA", "+" + me.phone], ["NIK", me.nik], ["No. KK", me.no_kk], ["Suami", me.husband], ["NIK suami", me.husband_nik], ["Desa/kel.", me.village]];
  $("facts").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
  shown = "";
  nearEnd = true;
  attach(null);
  refresh().catch(() => {});
}
picker.addEventListener("change", () => become(Number(picker.value)));
let last = 0;
try { last = Number(localStorage.getItem("player")) || 0; } catch { /* private mode */ }
become(last);
poll();
