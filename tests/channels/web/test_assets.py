"""What a phone must load is small, ours alone, and kept by the browser until it changes."""

import gzip
import re

from core.settings import REPOSITORY
from tests.web_server import call

STATIC = REPOSITORY / "channels" / "static"


def test_the_script_and_the_style_stay_small(web: str) -> None:
    page = call("GET", f"{web}/chat").body.decode()
    assets = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css)\?v=[^"]+)"', page)
    assert len(assets) >= 2
    loaded = {address: call("GET", web + address) for address in [*assets, "/embed.js"]}
    sizes = {address: len(gzip.compress(answer.body, 9)) for address, answer in loaded.items()}
    assert all(answer.status == 200 for answer in loaded.values())
    assert sizes["/embed.js"] <= 5 * 1024
    assert sum(sizes.values()) <= 25 * 1024


def test_static_files_are_kept_and_change_their_address_with_their_content(web: str) -> None:
    page = call("GET", f"{web}/chat").body.decode()
    address = re.search(r"/static/chat\.css\?v=[0-9a-f]{12}", page)
    assert address
    assert "max-age=31536000" in call("GET", web + address[0]).headers["Cache-Control"]


def test_the_loader_has_its_words_in_every_offered_language(web: str) -> None:
    loader = call("GET", f"{web}/embed.js")
    text = loader.body.decode()
    assert loader.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "__WORDS__" not in text
    assert "Cerrar el chat" in text
    assert "Close chat" in text


def test_nothing_is_loaded_from_anywhere_else() -> None:
    for path in [*STATIC.iterdir(), *(REPOSITORY / "channels" / "templates").iterdir()]:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r'(?:src|href|url\(|import|fetch\()\s*[="\'(]+\s*(?:https?:)?//', text), path.name
