"""Every English word that the chat page and its API show; translated through the catalog domain "web".

The key of an entry is the context (`msgctxt`) of its translations. `{name}` stands for a value that is filled in.
"""

from core.catalogs import translate
from core.languages import Language

DOMAIN = "web"

WORDS = {
    # the frame
    "page_title": "Ask {state}",
    "state_identifier": "State of {state}",
    "assistant_label": "Automated assistant",
    "skip_to_input": "Skip to the message box",
    "conversation": "Conversation",
    "controls": "Chat controls",
    "talk_to_person": "Talk to a person",
    "start_over": "Start over",
    "print": "Print",
    "change_language": "Language",
    "close_chat": "Close chat",
    "open_chat": "Chat with us",
    # the welcome that stands before the first message
    "welcome": "Hello. I’m an automated assistant. Ask me about the DMV, voting, or the status of a state service.",
    "welcome_limits": "I’m not for emergencies: call 911. Please don’t send your Social Security number.",
    # messages
    "assistant_said": "Assistant said",
    "you_said": "You said",
    "agent_said": "Staff member said",
    "source": "Source:",
    "checked": "(checked {date})",
    "new_tab": "(opens in a new tab)",
    "choices": "Choices",
    "chosen": "chosen",
    "draft_note": "This is a draft translation. No person has checked it yet.",
    "english_note": "I can’t say this in {language} yet, so it is in English.",
    "show_english": "Show English",
    # feedback
    "feedback_question": "Did this answer your question?",
    "feedback_yes": "Yes",
    "feedback_no": "No",
    "feedback_comment": "What was missing? (optional)",
    "feedback_privacy": "Please leave out names and numbers.",
    "feedback_send": "Send feedback",
    "feedback_thanks": "Thank you. Your feedback is saved.",
    # writing
    "your_message": "Your message",
    "hint": "Up to 1,000 characters.",
    "hint_keys": "Enter sends. Shift and Enter start a new line.",
    "send": "Send",
    "characters_left": "Characters left: {count}",
    "characters_over": "Too long by {count} characters. Please shorten your message.",
    "empty_message": "Please write a message first.",
    # what is happening
    "typing": "The assistant is writing …",
    "choices_below": "Choices below: {count}",
    "new_messages": "New messages: {count}",
    "to_new_messages": "Go to the new messages",
    "sending": "Sending …",
    "not_sent": "Not sent.",
    "try_again": "Try again",
    "answer_coming": "We have your message. The answer will come as soon as possible.",
    "check_answer": "Check for the answer",
    "offline": "You are offline. What you write stays here until you send it.",
    "online": "You are online again.",
    "started_over": "You started a new conversation.",
    "language_changed": "The language is now {language}.",
    # errors, for residents and in the API
    "bad_request": "We could not read this request.",
    "empty_text": "There was no text in the message. Please write a message first.",
    "unknown_choice": "This choice is no longer available. Please write your question instead.",
    "unauthorized": "This conversation has ended or is not known. Please start over.",
    "forbidden": "We could not accept this. Please reload the page and try again.",
    "not_found": "We could not find this.",
    "method_not_allowed": "This address does not work that way.",
    "id_reused": "A different message with the same id was sent before.",
    "text_too_long": "Your message is longer than 1,000 characters. Please shorten it.",
    "body_too_large": "This is too much at once. Please send less.",
    "not_json": "This address takes JSON only.",
    "too_many": "You sent a lot in a short time. Please wait a moment and try again.",
    "answer_later": "We have your message, but the answer takes longer than usual. It will come as soon as possible.",
    "unavailable": "Something is wrong on our side. Please try again in a few minutes.",
    "call_instead": "You can also call {agency}: {phone}.",
    # the page of an error
    "go_to_chat": "Go to the chat",
    # signing in before a look-up
    "identity_title": "Sign in for your answer",
    "identity_asked": "In the chat you asked about this: {topic}.",
    "identity_asked_sms": "The phone whose number ends in {ending} asked about this: {topic}. It gets the answer.",
    "identity_why": "The state shows a personal record only to the person it is about.",
    "identity_what": (
        "You sign in at {service}. It tells us your name and date of birth. "
        "We only check that the record is yours, and delete them after 10 minutes."
    ),
    "identity_stranger": "You did not ask for this yourself? Then do not sign in, and close this page.",
    "identity_sign_in": "Sign in",
    "identity_signed_in": "I have signed in.",
    "identity_done": "Thank you. You are signed in, and the answer comes in your chat. You can close this page.",
    "identity_done_sms": "Thank you. You are signed in, and the answer comes as a text. You can close this page.",
    "identity_gone": "This link no longer works. A link works once, for 10 minutes. Please ask again to get a new one.",
    "identity_elsewhere": "This link belongs to another chat. Please open it from the chat in which you asked.",
    "identity_denied": "You did not sign in, so we can’t show the record. Please ask again if you want to try again.",
    "identity_failed": "The sign-in did not work. Please ask again to get a new link.",
    "identity_no_birth_date": (
        "Your account does not tell us your date of birth. Without it we can’t check that the record is yours."
    ),
}

FOR_SCRIPT = (
    "assistant_said", "you_said", "agent_said", "source", "checked", "new_tab", "choices", "chosen", "show_english",
    "feedback_question", "feedback_yes", "feedback_no", "feedback_comment", "feedback_privacy", "feedback_send",
    "feedback_thanks", "characters_left", "characters_over", "empty_message", "typing", "choices_below",
    "new_messages", "to_new_messages", "sending", "not_sent", "try_again", "answer_coming", "offline", "online",
    "started_over", "language_changed", "unavailable", "talk_to_person",
)  # fmt: skip
"""What chat.js shows by itself."""

FOR_LABELS = (
    "page_title", "state_identifier", "assistant_label",
    "skip_to_input", "conversation", "controls", "talk_to_person", "start_over", "print",
    "change_language", "welcome", "welcome_limits", "your_message", "hint", "hint_keys", "send",
)  # fmt: skip
"""Labels that chat.js renews in the page when the language changes (elements with `data-word`)."""


def word(key: str, language: Language, /, **values: object) -> str:
    """The words of a key in a language; English when there is no translation."""
    english = WORDS[key]
    found = translate(DOMAIN, key, english, language)
    text = found.text if found else english
    return text.format(**{name: language.isolated(str(value)) for name, value in values.items()}) if values else text


def words_for_script(language: Language) -> dict[str, str]:
    """All words chat.js needs in one language."""
    return {key: word(key, language) for key in dict.fromkeys((*FOR_SCRIPT, *FOR_LABELS))}
