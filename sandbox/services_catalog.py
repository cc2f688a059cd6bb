"""What people can ask the sample state for, as Open311 services."""

from dataclasses import dataclass
from typing import Any

LICENSING, VEHICLES = "DMV - Driver Services", "DMV - Vehicle Services"


@dataclass(frozen=True)
class ServiceType:
    code: str
    name: str
    description: str
    agency: str
    group: str
    keywords: str
    kind: str = "realtime"
    """`realtime` gives an id at once, `batch` a token first, `blackbox` nothing."""
    attributes: tuple[dict[str, Any], ...] = ()

    def summary(self) -> dict[str, Any]:
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": self.description,
            "metadata": bool(self.attributes),
            "type": self.kind,
            "keywords": self.keywords,
            "group": self.group,
        }

    def definition(self) -> dict[str, Any]:
        return {"service_code": self.code, "attributes": list(self.attributes)}


def _attribute(
    code: str, order: int, question: str, *choices: tuple[str, str], required: bool = True, datatype: str = ""
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype or ("singlevaluelist" if choices else "string"),
        "required": required,
        "datatype_description": None,
        "order": order,
        "description": question,
        "values": [{"key": key, "name": name} for key, name in choices],
    }


SERVICE_TYPES = [
    ServiceType(
        "DMV66", "License, tag or ticket question", "Ask about a driver's license, a plate or a ticket.",
        LICENSING, "dmv", "license, tag, ticket",
        attributes=(
            _attribute("WHISHETN", 1, "What is it about?", ("123", "License"), ("124", "Tag"), ("125", "Ticket")),
            _attribute("WHISHETX", 2, "Anything else we should know?", required=False),
        ),
    ),
    ServiceType("DMV10", "Title correction", "Correct a name or a number on a title.", VEHICLES, "dmv", "title"),
    ServiceType("DMV12", "License or ID card by mail", "A card that was ordered and is sent by mail.",
                LICENSING, "dmv", "license, card, mail"),
    ServiceType("DMV20", "Registration problem", "A registration that could not be finished.",
                VEHICLES, "dmv", "registration",
                attributes=(_attribute("REGWHY", 1, "What went wrong?", ("name", "Name"), ("plate", "Plate"),
                                       ("insurance", "Insurance"), ("payment", "Payment"),
                                       required=False, datatype="multivaluelist"),)),
    ServiceType("DMV31", "Disability parking permit", "Apply for a parking permit.", LICENSING, "dmv", "permit"),
    ServiceType("DMV40", "Driving record copy", "A copy of a driving record.", LICENSING, "dmv", "record"),
    ServiceType("VOT01", "Voter registration application", "An application to be put on the voter list.",
                "Secretary of the State", "vote", "register, voter"),
    ServiceType("VOT02", "Absentee ballot application", "An application for a ballot by mail.",
                "Secretary of the State", "vote", "absentee, ballot"),
    ServiceType("DSS01", "Benefits application", "An application for help with food, cash or health care.",
                "Department of Social Services", "benefits", "snap, cash, health"),
    ServiceType("DOL01", "Unemployment claim question", "A question about a claim.",
                "Department of Labor", "work", "unemployment, claim"),
    ServiceType("REV01", "State tax refund question", "Where a refund is.",
                "Department of Revenue Services", "taxes", "refund, tax"),
    ServiceType("DPH01", "Birth certificate copy", "A certified copy of a birth certificate.",
                "Department of Public Health", "records", "birth, certificate",
                attributes=(_attribute("COPIES", 1, "How many copies?", datatype="number"),)),
    ServiceType("DOT01", "State road hazard", "A hole, a fallen tree or a broken sign on a state road.",
                "Department of Transportation", "roads", "pothole, tree, sign", kind="batch"),
    ServiceType("GEN01", "Opinion on a state website", "Tell us what was hard to use.",
                "Administrative Services", "other", "feedback", kind="blackbox"),
]  # fmt: skip

BY_CODE = {service.code: service for service in SERVICE_TYPES}
