"use strict";
const $ = (id) => document.getElementById(id);
const players = JSON.parse(document.body.dataset.players);
const chat = $("chat"), text = $("text"), panel = $("panel"), people = $("people");
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

function linkChoice(label, url) {
  const link = make("a", "choice", label);
  if (!/^https?:/.test(url || "")) return link;
  link.href = url; link.target = "_blank"; link.rel = "noopener noreferrer";
  return link;
}

function headOf(header) {
  if (!header) return [];
  if (header.text) return [make("div", "head", header.text)];
  const kind = ["document", "image"].find((each) => header[each]);
  if (!kind) return [];
  const mime = kind === "document" ? "application/pdf" : "image/jpeg";
  return [fileOf({ mime_type: mime, ...header[kind] }, kind)];
}

function withChoices(entries) {
  const choices = make("div", "choices");
  choices.append(...entries);
  return entries.length ? choices : undefined;
}

function interactive(message, content, bubble) {
  const reply = content.button_reply || content.list_reply;
  if (reply) {
    bubble.append(formatted(reply.title));
    if (reply.description) bubble.append(make("div", "foot", reply.description));
    return undefined;
  }
  bubble.append(...headOf(content.header), formatted(content.body.text));
  if (content.footer) bubble.append(make("div", "foot", content.footer.text));
  const action = content.action;
  const entries = (action.buttons || []).map((button) => choice(button.reply.title, () =>
    post([{ type: "button_reply", id: button.reply.id, title: button.reply.title, context_wamid: message.id }])));
  if (action.sections) entries.push(choice("☰  " + action.button, () => openSheet(message, action)));
  if (content.type === "cta_url") entries.push(linkChoice("↗  " + action.parameters.display_text, action.parameters.url));
  return withChoices(entries);
}

function template(message, content, bubble) {
  bubble.append(...headOf(content.header), formatted(content.rendered));
  if (content.footer) bubble.append(make("div", "foot", content.footer));
  return withChoices((content.buttons || []).map((button) => button.type === "url"
    ? linkChoice("↗  " + button.text, button.url)
    : choice("↩  " + button.text, () =>
      post([{ type: "button", payload: button.payload, text: button.text, context_wamid: message.id }]))));
}

const TICKS = { sent: "terkirim", delivered: "sampai di kantor", read: "dibaca kantor" };
function ticksOf(status) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 12");
  svg.setAttribute("class", "ticks " + status);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", TICKS[status] || "terkirim");
  for (const shift of status === "sent" ? [3] : [0, 6]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M${1 + shift} 6.5l3.2 3.5L${11.5 + shift} 1.5`);
    svg.append(path);
  }
  return svg;
}

function bubbleOf(message) {
  const content = message[message.type] || {};
  const bubble = make("div", "bubble " + message.direction);
  let choices;
  switch (message.type) {
    case "text": bubble.append(formatted(content.body)); break;
    case "button": bubble.append(formatted(content.text)); break;
    case "template": choices = template(message, content, bubble); break;
    case "interactive": choices = interactive(message, content, bubble); break;
    case "image": case "document":
      bubble.append(fileOf(content, message.type));
      if (content.caption) bubble.append(formatted(content.caption));
      break;
    default: bubble.append(make("em", "", "(" + message.type + ")"));
  }
  const at = new Date(message.at);
  const time = make("span", "time", at.toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" }));
  if (message.direction === "in") time.append(ticksOf(message.status));
  bubble.append(time);
  if (choices) bubble.append(choices);
  return bubble;
}

let nearEnd = true;
const toEnd = () => { chat.scrollTop = chat.scrollHeight; };
chat.addEventListener("scroll", () => {
  nearEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  $("down").hidden = nearEnd;
});
$("down").addEventListener("click", toEnd);

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

function preview(message) {
  const content = message[message.type] || {};
  const words = content.body && (content.body.text || content.body) || content.rendered || content.text
    || (content.button_reply || content.list_reply || {}).title || content.caption;
  return (words && String(words).replace(/[*_]/g, "")) || { image: "📷 Foto", document: "📄 Dokumen" }[message.type] || "Pesan";
}

// Wishes of residents who have not written yet, or not since they made them.
const blocked = new Set(), hidden = new Set();
let listed = "";
async function refreshPeople() {
  const answer = await fetch("/_sim/whatsapp/chats");
  if (!answer.ok) return;
  const chats = Object.fromEntries((await answer.json()).map((each) => [each.wa_id, each]));
  const mine = chats[me.phone];
  $("blocked").checked = mine ? !mine.reachable : blocked.has(me.phone);
  $("hidden-phone").disabled = Boolean(mine && mine.hide_phone);
  $("hidden-phone").checked = $("hidden-phone").disabled || hidden.has(me.phone);
  const unread = players.filter((each) => each !== me && chats[each.phone] && chats[each.phone].unread).length;
  $("others").hidden = !unread;
  $("others").textContent = unread;
  const key = me.phone + JSON.stringify(players.map((each) => chats[each.phone] && [chats[each.phone].last.id, chats[each.phone].unread]));
  if (key === listed) return;
  listed = key;
  const focused = people.contains(document.activeElement) ? [...people.children].indexOf(document.activeElement) : -1;
  people.replaceChildren(...players.map((player, index) => personOf(player, index, chats[player.phone])));
  if (focused >= 0) people.children[focused].focus();
}

function personOf(player, index, known) {
  const button = make("button", "person");
  button.type = "button";
  button.setAttribute("aria-pressed", String(player === me));
  const names = player.name.split(" ");
  const face = make("span", "face face" + (index % 6), names[0][0] + (names[1] || " ")[0]);
  face.setAttribute("aria-hidden", "true");
  const words = make("span", "words");
  words.append(make("strong", "", player.name), make("small", "", known ? preview(known.last) : player.village));
  button.append(face, words);
  if (known && known.unread && player !== me) button.append(make("span", "badge", known.unread));
  button.addEventListener("click", () => { become(index); if (panel.classList.contains("open")) togglePanel(false); });
  return button;
}

async function poll() {
  try { await refresh(); await refreshPeople(); if ($("notice").dataset.network) { delete $("notice").dataset.network; tell(""); } }
  catch { $("notice").dataset.network = "1"; tell("Simulator tidak menjawab. Mencoba lagi…"); }
  setTimeout(poll, 1000);
}

async function send(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(answer.status);
}

async function post(messages) {
  nearEnd = true;
  try { await send("/_sim/whatsapp/inbound", { from: me.phone, name: me.name, messages, hide_phone: $("hidden-phone").checked }); tell(""); await refresh(); return true; }
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
  $("attached-name").textContent = blob ? name : "";
  const image = $("attached-image");
  if (image.src) URL.revokeObjectURL(image.src);
  image.hidden = !(blob && blob.type.startsWith("image/"));
  if (image.hidden) image.removeAttribute("src"); else image.src = URL.createObjectURL(blob);
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
    const flaw = kind === "jpg" && $("flaw").value ? "?flaw=" + $("flaw").value : "";
    const answer = await fetch(`/_sim/papers/${players.indexOf(me)}/${paper}.${kind}${flaw}`).catch(() => null);
    if (!answer || !answer.ok) { tell("Contoh berkas tidak dapat dibuat."); return; }
    if (panel.classList.contains("open")) togglePanel(false);
    attach(await answer.blob(), `${paper}.${kind}`);
  });
}

function become(index) {
  me = players[index] || players[0];
  try { localStorage.setItem("player", String(index)); } catch { /* private mode: not remembered */ }
  $("me-name").textContent = me.name;
  listed = "";
  const facts = [["Nomor WA", "+" + me.phone], ["NIK", me.nik], ["No. KK", me.no_kk], ["Suami", me.husband], ["NIK suami", me.husband_nik], ["Desa/kel.", me.village]];
  $("facts").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
  shown = "";
  nearEnd = true;
  attach(null);
  refresh().catch(() => {});
  refreshPeople().catch(() => {});
}
$("hidden-phone").addEventListener("change", (event) => { hidden[event.target.checked ? "add" : "delete"](me.phone); });
$("blocked").addEventListener("change", (event) => {
  blocked[event.target.checked ? "add" : "delete"](me.phone);
  send("/_sim/whatsapp/reachable", { wa_id: me.phone, reachable: !event.target.checked }).catch(() => tell("Tidak dapat diubah."));
});
function tellTime() { $("clock").textContent = new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" }); }
tellTime();
setInterval(tellTime, 5000);
let last = 0;
try { last = Number(localStorage.getItem("player")) || 0; } catch { /* private mode */ }
become(last);
poll();
