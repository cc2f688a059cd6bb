"""`python -m tests.channels.sms.catalogue_server`: Rasa with our domain, catalogue and door, and without a model.

Notices need no model; this starts in seconds and never has to be trained.
"""

import warnings

warnings.simplefilter("ignore")

from rasa.core.agent import Agent  # noqa: E402 (Rasa warns while it is imported)
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402
from sanic import Sanic  # noqa: E402

from bot.channel import NutmegChannel  # noqa: E402
from bot.nlg import CatalogNLG  # noqa: E402
from bot.tracker_store import NutmegTrackerStore  # noqa: E402
from core import logs  # noqa: E402
from core.settings import REPOSITORY, settings  # noqa: E402


class ModellessAgent(Agent):
    def is_ready(self) -> bool:
        return True


def main() -> None:
    logs.configure("rasa")
    app = Sanic("catalogue")
    door = NutmegChannel().blueprint(lambda _message: _nothing())
    door.url_prefix = "/webhooks/nutmeg"
    app.blueprint(door)

    @app.before_server_start
    async def load(running: Sanic, _loop: object) -> None:
        domain = Domain.load(str(REPOSITORY / "domain"))
        running.ctx.agent = ModellessAgent(
            domain=domain,
            generator=CatalogNLG(domain=domain),
            tracker_store=NutmegTrackerStore(domain),
            action_endpoint=EndpointConfig(url=f"{settings().actions_url}/webhook"),
        )

    app.run(host="127.0.0.1", port=settings().rasa_port, workers=1, access_log=False, motd=False)


async def _nothing() -> None:
    return None


if __name__ == "__main__":
    main()
