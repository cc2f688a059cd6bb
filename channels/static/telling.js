/* Tells what is new: to a screen reader through a live region that is apart from the transcript, to everybody as
   text, and by scrolling, but only for a reader who is at the end already. */
"use strict";

const chatTelling = (page, { word, el }) => {
  const [live, banner, log, input, errorLine, newsButton] = ["live", "banner", "log", "text", "error", "news"].map((id) =>
    document.getElementById(id),
  );

  /* Each part is [text, lang, dir]. Two places take turns and one of them adds a space, so that the same words twice
     are two announcements; they are removed once read. */
  let slot = 0;
  const announce = (...parts) => {
    slot = 1 - slot;
    const added = el(
      "div",
      {},
      ...parts.map(([text, lang, dir]) => el("p", { lang, dir }, text + (slot ? "\u00a0" : ""))),
    );
    live.children[slot].append(added);
    setTimeout(() => added.remove(), 1200);
  };

  const announceMessages = (messages) => {
    const news = messages.filter((message) => message.from !== "resident");
    if (!news.length) return;
    if (news.length > 3) return announce([word("new_messages", { count: news.length })]);
    const parts = news.map((message) => {
      const titles = message.links.map((link) => link.title).join(". ");
      const speaker = word(message.from === "agent" ? "agent_said" : "assistant_said");
      return [`${speaker}: ${message.text}${titles ? `\n${titles}` : ""}`, message.lang, message.dir];
    });
    const choices = news[news.length - 1].choices.length;
    if (choices) parts.push([word("choices_below", { count: choices })]);
    announce(...parts);
  };

  /* What is wrong with the message, beside the box. */
  const fail = (text) => {
    errorLine.textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };

  const connection = (key) => {
    if (banner.dataset.state === key) return;
    const was = banner.dataset.state;
    banner.dataset.state = key;
    banner.hidden = !key;
    banner.textContent = key ? word(key) : "";
    if (key === "offline") announce([word("offline")]);
    if (!key && was) announce([word("online")]);
  };

  /* On a tall screen the conversation scrolls between the top and the box, else the whole page does. */
  const main = document.querySelector("main");
  const pane = () => (getComputedStyle(main).overflowY === "auto" ? main : document.documentElement);
  const atEnd = () => pane().scrollHeight - pane().scrollTop - pane().clientHeight < 120;
  const scrollTo = (node) => {
    const top = pane() === main ? main.getBoundingClientRect().top : 0;
    pane().scrollTop += node.getBoundingClientRect().top - top - 16;
  };
  const toEnd = () => (pane().scrollTop = pane().scrollHeight);
  const showNews = () => {
    newsButton.hidden = true;
    if (log.lastElementChild) scrollTo(log.lastElementChild);
  };

  newsButton.addEventListener("click", () => {
    showNews();
    input.focus({ preventScroll: true });
  });
  const onScroll = () => atEnd() && (newsButton.hidden = true);
  document.addEventListener("scroll", onScroll, { passive: true, capture: true });

  return { announce, announceMessages, fail, connection, atEnd, scrollTo, toEnd, showNews };
};
