/* The transcript: messages in the order of their number (`seq`), each once, and what this tab has written meanwhile. */
"use strict";

const chatTranscript = ({ item, labelled, feedback, telling, remember }) => {
  const log = document.getElementById("log");
  const newsButton = document.getElementById("news");
  let last = 0; // highest seq that is shown
  const shown = new Map(); // list item by seq
  const written = new Map(); // what the resident sent from this tab, by id: {id, text, choice, label, state, node}
  const asked = new Set(); // topics whose feedback question is shown

  /* What is not answered yet is kept, so that a reload loses nothing. */
  const save = () => {
    const open = [...written.values()].filter((entry) => entry.state !== "answered");
    remember(JSON.stringify(open.map(({ node, ...rest }) => rest)));
  };

  const clear = () => {
    log.replaceChildren();
    [shown, written, asked].forEach((one) => one.clear());
    last = 0;
    save();
  };

  /* Takes over what the server has put into the page. */
  const adopt = () => {
    for (const node of log.querySelectorAll("[data-seq]")) {
      shown.set(Number(node.dataset.seq), node);
      last = Math.max(last, Number(node.dataset.seq));
    }
    for (const node of log.querySelectorAll("[data-topic]")) asked.add(node.dataset.topic);
    for (const node of log.querySelectorAll(".message:not([data-seq])")) node.remove(); // what waits comes by catch-up
  };

  const place = (node, seq) => {
    node.dataset.seq = seq;
    node.id = `m${seq}`;
    shown.set(seq, node);
    last = Math.max(last, seq);
    const isLater = (other) => other !== node && (!other.dataset.seq || Number(other.dataset.seq) > seq);
    const next = [...log.children].find(isLater) || null;
    if (!node.parentNode || node.nextElementSibling !== next) log.insertBefore(node, next);
  };

  /* Choices above the resident's last message stay readable but do nothing any more. */
  const retireChoices = () => {
    const own = [...log.querySelectorAll(".resident")].pop();
    for (const button of log.querySelectorAll(".choices button:not([aria-disabled])")) {
      if (!own || own.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) continue;
      button.setAttribute("aria-disabled", "true");
      button.tabIndex = -1;
    }
  };

  const askFeedback = (message) => {
    if (message.helpful !== null || asked.has(message.topic)) return;
    asked.add(message.topic);
    shown.get(message.seq).append(feedback(message.seq));
  };

  /* Shows something that was just written here, at the end. */
  const write = (entry) => {
    const now = new Date().toISOString();
    const message = { from: "resident", text: entry.label, lang: document.documentElement.lang, dir: "auto", at: now };
    entry.node = item({ ...message, choices: [], links: [], sources: [] });
    written.set(entry.id, entry);
    log.append(entry.node);
  };

  const settle = (entry, state, key) => {
    entry.state = state;
    const old = entry.node.querySelector(".status");
    if (old) old.remove();
    if (key) {
      const status = labelled("span", key);
      const line = document.createElement("p");
      line.className = "status";
      line.append(status);
      if (state === "unsent") {
        const again = labelled("button", "try_again", { type: "button" });
        again.addEventListener("click", () => api.onRetry(entry));
        line.append(" ", again);
      }
      entry.node.append(line);
    }
    save();
  };

  /* Shows messages; all but silent ones are announced, and followed by a reader who was at the end. */
  const add = (messages, silent) => {
    const wasAtEnd = telling.atEnd();
    const fresh = [];
    for (const message of messages) {
      if (shown.has(message.seq)) continue;
      const mine = message.from === "resident" && written.get(message.id);
      if (mine) {
        place(mine.node, message.seq);
        settle(mine, "answered");
      } else {
        place(item(message), message.seq);
        fresh.push(message);
      }
    }
    if (!fresh.length) return;
    const welcome = document.getElementById("welcome");
    if (welcome) welcome.remove();
    retireChoices();
    fresh.forEach(askFeedback);
    if (silent) return;
    telling.announceMessages(fresh);
    const first = shown.get(fresh[0].seq);
    if (wasAtEnd) telling.scrollTo(first.previousElementSibling || first);
    else newsButton.hidden = false;
  };

  const api = { shown, written, last: () => last, save, clear, adopt, place, retireChoices, write, settle, add };
  return api;
};
