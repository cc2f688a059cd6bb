import shlex

from werkzeug.datastructures import MultiDict

from channels.sms.demo import curl_line
from tests.channels.sms.sms_app import App


def test_the_demo_line_is_a_genuine_text(app: App) -> None:
    words = shlex.split(curl_line("it's time to renew & more"))
    assert words[:3] == ["curl", "-sS", "https://texts.example.gov/sms/inbound"]
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    fields = MultiDict(words[place + 1].split("=", 1) for place, word in enumerate(words) if word == "--data-urlencode")
    assert fields["Body"] == "it's time to renew & more"
    assert app.client.post("/sms/inbound", data=fields, headers=headers).status_code == 200
