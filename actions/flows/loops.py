"""What the events of a conversation say about its forms: which has begun, ended, was interrupted, asks again."""

from rasa_sdk import Tracker


def has_just_begun(tracker: Tracker, form: str) -> bool:
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "active_loop":
            return bool(event.get("name") == form)
    return False


def just_ended(tracker: Tracker) -> str | None:
    """The form that ended earlier in this turn: this one, which asks again, or one that had interrupted it."""
    ended = False
    for event in reversed(tracker.events):
        if event.get("event") == "user" and not ended:
            return None
        if event.get("event") == "active_loop":
            if ended and event.get("name"):
                return str(event["name"])
            ended = ended or event.get("name") is None
    return None


def comes_back(tracker: Tracker) -> bool:
    """Whether this turn's message has been answered by something else, and the form only asks again."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action_execution_rejected":
            return True
    return False


def interrupted_form(tracker: Tracker, form: str) -> str | None:
    """The form that was under way when this one began."""
    loops = [event.get("name") for event in tracker.events if event.get("event") == "active_loop"]
    before = loops[-2] if len(loops) > 1 else None
    return str(before) if before and before != form else None
