/* Makes the chat page live: sending without reload, catching up after a lost connection, telling a screen reader what
   is new. Without this script the page's plain form does the same work. */
"use strict";

(() => {
  const LONGEST = 1000;
  const LOOK_AGAIN_SECONDS = [2, 3, 5, 10];
  const POLL_SECONDS = 15;
  const PAGE_OF_MESSAGES = 200;
  const PRESSED_TWICE = 1000; // milliseconds; an answer may well come between two presses

  const root = document.documentElement;
  const data = document.body.dataset;
  const find = (id) => document.getElementById(id);
  const [input, countLine, typingLine] = ["text", "count", "typing"].map(find);
  const page = { words: JSON.parse(data.words), zone: data.zone, locale: data.locale, state: data.state };
  page.months = data.months.split(" ").filter(Boolean);
  const messages = chatMessages(page);
  const { word, el, labelled, item, feedback, comment } = messages;
  const telling = chatTelling(page, { word, el });
  const { announce, announceMessages, fail, connection, atEnd, scrollTo, toEnd, showNews } = telling;
  const network = chatNetwork(connection);
  const { keep, kept, call, newId } = network;
  const { follow, chooseLanguage } = chatFrame(page, { messages, announce, connection, network });

  const transcript = chatTranscript({ item, labelled, feedback, telling, remember: (text) => keep("outbox", text) });
  const { shown, written, place, add, settle, retireChoices } = transcript;
  transcript.onRetry = (entry) => {
    input.focus();
    post(entry);
  };

  /* --- the network -------------------------------------------------------------------------------------------- */
  let opening = null;
  const open = (language) => {
    opening = opening || begin(language).finally(() => (opening = null));
    return opening;
  };
  const begin = async (language) => {
    network.setToken("");
    const answer = await call("POST", "/conversations", language ? { language } : {});
    if (answer.status !== 201) throw new Error(answer.error.message);
    network.setToken(answer.token);
    await follow(answer.language);
    add(answer.messages, true);
    return answer;
  };

  const catchUp = async (after = transcript.last(), silent = false) => {
    if (!network.token()) return;
    try {
      const answer = await call("GET", `/messages?after=${after}`);
      if (answer.status !== 200) return answer.status;
      await follow(answer.language);
      add(answer.messages, silent);
      if (answer.messages.length >= PAGE_OF_MESSAGES) return catchUp(answer.messages[PAGE_OF_MESSAGES - 1].seq, silent);
      return 200;
    } catch {
      connection("offline");
      return 0;
    }
  };

  const typing = (entry) =>
    setTimeout(() => {
      if (entry.state !== "sending") return;
      typingLine.hidden = false;
      announce([word("typing")]);
      if (atEnd()) toEnd();
    }, 2000);

  const post = async (entry) => {
    const timer = typing(entry);
    settle(entry, "sending", "sending");
    fail("");
    try {
      if (!network.token()) await open();
      const before = transcript.last();
      const { id, text, choice } = entry;
      const answer = await call("POST", "/messages", choice ? { id, choice } : { id, text });
      if (answer.status === 200) await answered(entry, answer, before);
      else refused(entry, answer);
    } catch {
      if (entry.state === "sending" && (await catchUp()) !== 200) connection("offline");
      if (entry.state === "sending") {
        settle(entry, "unsent", "not_sent");
        scrollTo(entry.node); // the line about the connection has taken room
      }
    } finally {
      clearTimeout(timer);
      typingLine.hidden = true;
    }
  };

  const answered = async (entry, answer, before) => {
    await follow(answer.language);
    const first = answer.messages.length ? answer.messages[0].seq - 1 : 0; // a question stands before its answers
    if (first && !shown.has(first)) place(entry.node, first);
    settle(entry, "answered");
    add(answer.messages, false);
    if (first > before + 1) catchUp(before); // another tab spoke in between
  };

  const refused = (entry, { status, error }) => {
    if (status === 503 && error.code === "answer_later") return later(entry);
    fail(error.message);
    if (status === 429 || status === 401 || status >= 500) return settle(entry, "unsent", "not_sent");
    if (entry.text && !input.value) input.value = entry.text;
    entry.node.remove();
    written.delete(entry.id);
    transcript.save();
  };

  /* The server has the message but not the answer yet: look for it now and then. */
  const later = (entry) => {
    if (entry.state !== "accepted") announce([word("answer_coming")]);
    settle(entry, "accepted", "answer_coming");
    entry.looks = entry.looks || 0;
    setTimeout(
      async () => {
        entry.looks += 1;
        if (entry.state === "accepted") await catchUp();
        if (entry.state === "accepted") later(entry);
      },
      (LOOK_AGAIN_SECONDS[entry.looks] || POLL_SECONDS) * 1000,
    );
  };

  /* --- what the resident does --------------------------------------------------------------------------------- */
  const write = (what) => {
    const entry = { id: newId(), state: "sending", ...what };
    transcript.write(entry);
    retireChoices();
    scrollTo(entry.node);
    post(entry);
  };

  let sentAt = 0;
  const sendText = () => {
    const text = input.value.trim();
    const isSending = [...written.values()].some((entry) => entry.state === "sending");
    if (!text) return isSending ? undefined : fail(word("empty_message")); // Enter pressed twice is no mistake
    if (text.length > LONGEST) return fail(word("characters_over", { count: text.length - LONGEST }));
    input.value = "";
    sentAt = Date.now();
    size();
    input.focus();
    write({ text, label: text });
  };

  const sendChoice = (button) => {
    const choice = button.value;
    const busy = [...written.values()].some((entry) => entry.choice === choice && entry.state === "sending");
    if (busy || button.getAttribute("aria-disabled")) return input.focus({ preventScroll: true });
    const label = button.textContent.trim();
    if (button.closest(".choices")) {
      button.append(" ", labelled("span", "chosen", { class: "chosen" }));
      button.setAttribute("aria-disabled", "true");
      button.tabIndex = -1;
      input.setAttribute("inputmode", "none"); // the soft keyboard stays down until the box itself is touched
      input.focus({ preventScroll: true });
    }
    write({ choice, label });
  };

  const sendFeedback = async (seq, helpful, said) => {
    const block = find(`rated-${seq}`);
    const thanks = labelled("p", "feedback_thanks", { tabindex: "-1" });
    block.replaceChildren(thanks, ...(helpful || said !== undefined ? [] : [comment(seq)]));
    thanks.focus({ preventScroll: true });
    try {
      const answer = await call("POST", "/feedback", { seq, helpful, comment: said || undefined });
      if (answer.status !== 204) throw new Error();
    } catch {
      thanks.replaceWith(labelled("p", "unavailable", { role: "alert" }));
    }
  };

  const startOver = async () => {
    transcript.clear();
    fail("");
    network.setToken("");
    announce([word("started_over")]);
    try {
      if (data.token) await fetch("/chat", { method: "POST", body: new URLSearchParams({ start_over: "1" }) });
      data.token = "";
      const answer = await open(root.lang);
      announceMessages(answer.messages);
    } catch (error) {
      fail(error.message || word("unavailable"));
    }
  };

  /* --- wiring ------------------------------------------------------------------------------------------------- */
  const size = () => {
    const left = LONGEST - input.value.length;
    countLine.textContent =
      left < 0 ? word("characters_over", { count: -left }) : left <= 100 ? word("characters_left", { count: left }) : "";
    input.rows = Math.min(6, Math.max(1, input.value.split("\n").length, Math.ceil(input.value.length / 40)));
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    if (event.target.matches(".comment")) {
      return sendFeedback(Number(event.target.dataset.seq), false, event.target.elements.comment.value.slice(0, LONGEST));
    }
    if (!pressed || !pressed.name) return sendText();
    if (pressed.name === "choice") return sendChoice(pressed);
    if (pressed.name === "language") return chooseLanguage(pressed.value);
    if (pressed.name === "start_over") return startOver();
    if (pressed.name === "feedback") {
      const [seq, helpful] = pressed.value.split(".");
      return sendFeedback(Number(seq), helpful === "yes");
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || !link.href.startsWith(`${location.origin}/chat/identity/`) || !network.token()) return;
    event.preventDefault();
    network.openWithToken(link.href);
  });
  input.addEventListener("keydown", (event) => {
    input.removeAttribute("inputmode");
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    const isTwice = !input.value && Date.now() - sentAt < PRESSED_TWICE;
    if (!event.repeat && !isTwice) sendText();
  });
  input.addEventListener("pointerdown", () => input.removeAttribute("inputmode"));
  input.addEventListener("input", () => {
    fail("");
    size();
  });
  window.addEventListener("offline", () => connection("offline"));
  window.addEventListener("online", () => {
    connection("");
    catchUp();
  });
  window.addEventListener("pageshow", (event) => event.persisted && catchUp());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && catchUp());
  find("print").hidden = false;
  find("print").addEventListener("click", () => window.print());

  /* --- beginning ----------------------------------------------------------------------------------------------- */
  const restoreOutbox = (outbox) => {
    for (const entry of JSON.parse(outbox || "[]")) {
      if (written.has(entry.id) || [...shown.values()].some((node) => node.dataset.id === entry.id)) continue;
      transcript.write(entry);
      if (entry.state === "accepted") later(entry);
      else settle(entry, "unsent", "not_sent");
    }
  };
  const start = async () => {
    root.classList.add("js");
    document.querySelector("main").tabIndex = 0; // so that the arrow keys can scroll it
    const outbox = kept("outbox");
    if (network.token() && network.token() === data.token) transcript.adopt();
    else transcript.clear();
    network.setToken(network.token());
    size();
    try {
      const status = network.token() ? await catchUp(transcript.last(), true) : 401;
      if (status === 401) await open();
      restoreOutbox(outbox);
    } catch (error) {
      fail(navigator.onLine ? error.message || word("unavailable") : word("offline"));
    }
    root.dataset.ready = "true";
    showNews();
  };
  start();
})();
