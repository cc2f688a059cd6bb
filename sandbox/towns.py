"""The 169 towns, to find one by its name, a village's name or a ZIP code in an address somebody typed.

Of the largest cities, ZIP codes of post-office boxes are left out.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    name: str
    lat: float
    lon: float
    zips: tuple[str, ...]
    """ZIP codes of its post offices; one that towns share stands under one of them."""
    mail: str = ""
    """ZIP code its mail goes through when it has none of its own."""

    @property
    def zip(self) -> str:
        return self.zips[0] if self.zips else self.mail


def last_named(text: str) -> tuple[Town, int] | None:
    """The town whose name, or whose village's, stands last in a text, and where the name begins."""
    found = list(_NAMES.finditer(text))
    return (BY_NAME[_CANONICAL[found[-1][0].casefold()]], found[-1].start()) if found else None


def of_zip(code: str) -> Town | None:
    return _BY_ZIP.get(code)


def _towns(*lines: str) -> tuple[Town, ...]:
    """From `name lat lon zips`; a ZIP code with a star belongs to a neighbour's post office."""
    made = []
    for line in lines:
        name, lat, lon, *zips = re.split(r"\s+(?=-?\d)", line)
        own = tuple(code for code in zips if not code.endswith("*"))
        made.append(Town(name, float(lat), float(lon), own, "" if own else zips[0].rstrip("*")))
    return tuple(made)


TOWNS = _towns(
    "Andover 41.737 -72.370 06232",
    "Ansonia 41.344 -73.079 06401",
    "Ashford 41.873 -72.122 06278",
    "Avon 41.810 -72.831 06001",
    "Barkhamsted 41.929 -72.914 06063 06065",
    "Beacon Falls 41.443 -73.063 06403",
    "Berlin 41.621 -72.746 06023 06037",
    "Bethany 41.422 -72.997 06524",
    "Bethel 41.371 -73.414 06801",
    "Bethlehem 41.639 -73.208 06751",
    "Bloomfield 41.827 -72.730 06002",
    "Bolton 41.769 -72.433 06043",
    "Bozrah 41.548 -72.176 06334 06336",
    "Branford 41.280 -72.815 06405",
    "Bridgeport 41.179 -73.190 06601 06602 06604 06605 06606 06607 06608 06610",
    "Bridgewater 41.535 -73.366 06752",
    "Bristol 41.672 -72.946 06010 06011",
    "Brookfield 41.469 -73.392 06804",
    "Brooklyn 41.788 -71.950 06234",
    "Burlington 41.769 -72.964 06013",
    "Canaan 41.957 -73.363 06031",
    "Canterbury 41.698 -71.971 06331",
    "Canton 41.825 -72.894 06019 06020 06022 06059",
    "Chaplin 41.795 -72.127 06235",
    "Cheshire 41.499 -72.901 06410",
    "Chester 41.403 -72.451 06412",
    "Clinton 41.279 -72.528 06413",
    "Colchester 41.576 -72.332 06415 06474",
    "Colebrook 41.990 -73.096 06021",
    "Columbia 41.702 -72.301 06237",
    "Cornwall 41.844 -73.330 06753 06796",
    "Coventry 41.770 -72.305 06238",
    "Cromwell 41.595 -72.645 06416",
    "Danbury 41.395 -73.454 06810 06811 06813",
    "Darien 41.079 -73.469 06820",
    "Deep River 41.386 -72.436 06417",
    "Derby 41.321 -73.089 06418",
    "Durham 41.482 -72.681 06422",
    "East Granby 41.941 -72.727 06026",
    "East Haddam 41.453 -72.461 06423 06469",
    "East Hampton 41.576 -72.503 06414 06424 06456",
    "East Hartford 41.764 -72.632 06108 06118 06128 06138",
    "East Haven 41.276 -72.868 06512",
    "East Lyme 41.357 -72.227 06333 06357",
    "East Windsor 41.910 -72.565 06016 06088",
    "Eastford 41.902 -72.080 06242",
    "Easton 41.253 -73.297 06612",
    "Ellington 41.904 -72.470 06029",
    "Enfield 41.992 -72.591 06082 06083",
    "Essex 41.353 -72.391 06409 06426 06442",
    "Fairfield 41.141 -73.264 06824 06825 06890",
    "Farmington 41.720 -72.830 06030 06032 06034 06085",
    "Franklin 41.608 -72.146 06254",
    "Glastonbury 41.712 -72.608 06025 06033 06073",
    "Goshen 41.832 -73.225 06756",
    "Granby 41.954 -72.789 06035 06060 06090",
    "Greenwich 41.027 -73.629 06807 06830 06831 06836 06870 06878",
    "Griswold 41.604 -71.962 06351",
    "Groton 41.350 -72.076 06340 06349 06388",
    "Guilford 41.282 -72.682 06437",
    "Haddam 41.477 -72.512 06438 06441",
    "Hamden 41.383 -72.902 06514 06517 06518",
    "Hampton 41.784 -72.055 06247",
    "Hartford 41.764 -72.685 06103 06105 06106 06112 06114 06120",
    "Hartland 42.004 -72.942 06027 06091",
    "Harwinton 41.771 -73.060 06791",
    "Hebron 41.658 -72.366 06231 06248",
    "Kent 41.725 -73.477 06757 06785",
    "Killingly 41.809 -71.884 06233 06239 06241 06243 06263",
    "Killingworth 41.358 -72.564 06419",
    "Lebanon 41.636 -72.213 06249",
    "Ledyard 41.440 -72.014 06335 06338 06339",
    "Lisbon 41.604 -72.012 06351*",
    "Litchfield 41.747 -73.189 06750 06759 06778",
    "Lyme 41.397 -72.343 06439",
    "Madison 41.279 -72.598 06443",
    "Manchester 41.776 -72.522 06040 06041 06042 06045",
    "Mansfield 41.797 -72.247 06250 06251 06268 06269",
    "Marlborough 41.632 -72.460 06447",
    "Meriden 41.538 -72.807 06450 06451",
    "Middlebury 41.528 -73.128 06762",
    "Middlefield 41.517 -72.712 06455 06481",
    "Middletown 41.562 -72.651 06457 06459",
    "Milford 41.222 -73.057 06460 06461",
    "Monroe 41.332 -73.207 06468 06491",
    "Montville 41.479 -72.151 06353 06370 06382",
    "Morris 41.684 -73.196 06758 06763",
    "Naugatuck 41.490 -73.051 06770",
    "New Britain 41.666 -72.780 06050 06051 06052 06053",
    "New Canaan 41.147 -73.495 06840",
    "New Fairfield 41.466 -73.486 06812",
    "New Hartford 41.882 -72.977 06057 06061",
    "New Haven 41.308 -72.928 06510 06511 06513 06515 06519",
    "New London 41.355 -72.100 06320",
    "New Milford 41.577 -73.409 06755 06776",
    "Newington 41.698 -72.724 06111 06131",
    "Newtown 41.414 -73.308 06404 06440 06470 06482",
    "Norfolk 41.994 -73.202 06058",
    "North Branford 41.328 -72.767 06471 06472",
    "North Canaan 42.027 -73.329 06018 06024",
    "North Haven 41.391 -72.860 06473",
    "North Stonington 41.441 -71.881 06359",
    "Norwalk 41.117 -73.408 06850 06851 06852 06853 06854 06855 06856",
    "Norwich 41.524 -72.076 06360 06380 06389",
    "Old Lyme 41.316 -72.329 06371 06376",
    "Old Saybrook 41.292 -72.376 06475",
    "Orange 41.278 -73.026 06477",
    "Oxford 41.434 -73.117 06478",
    "Plainfield 41.677 -71.915 06332 06354 06374 06387",
    "Plainville 41.675 -72.858 06062",
    "Plymouth 41.672 -73.053 06781 06782 06786",
    "Pomfret 41.897 -71.963 06230 06258 06259",
    "Portland 41.573 -72.641 06480",
    "Preston 41.530 -71.982 06365",
    "Prospect 41.502 -72.979 06712",
    "Putnam 41.915 -71.909 06260",
    "Redding 41.303 -73.383 06829 06875 06876 06896",
    "Ridgefield 41.281 -73.498 06877 06879",
    "Rocky Hill 41.665 -72.639 06067",
    "Roxbury 41.557 -73.309 06783",
    "Salem 41.490 -72.275 06420",
    "Salisbury 41.983 -73.421 06039 06068 06079",
    "Scotland 41.698 -72.082 06264",
    "Seymour 41.397 -73.076 06483",
    "Sharon 41.879 -73.477 06069",
    "Shelton 41.316 -73.093 06484",
    "Sherman 41.579 -73.496 06784",
    "Simsbury 41.876 -72.801 06070 06081 06089 06092",
    "Somers 41.985 -72.446 06071 06072",
    "South Windsor 41.824 -72.582 06028 06074",
    "Southbury 41.481 -73.213 06487 06488",
    "Southington 41.600 -72.878 06444 06467 06479 06489",
    "Sprague 41.617 -72.085 06330 06350 06383",
    "Stafford 41.954 -72.302 06075 06076 06077",
    "Stamford 41.053 -73.539 06901 06902 06903 06904 06905 06906 06907 06910 06911 06912",
    "Sterling 41.708 -71.829 06373 06377",
    "Stonington 41.336 -71.906 06355 06372 06378 06379",
    "Stratford 41.185 -73.133 06614 06615",
    "Suffield 41.982 -72.651 06078 06093",
    "Thomaston 41.674 -73.073 06787",
    "Thompson 41.959 -71.863 06245 06246 06255 06262 06277",
    "Tolland 41.872 -72.369 06084",
    "Torrington 41.801 -73.121 06790",
    "Trumbull 41.243 -73.201 06611",
    "Union 41.991 -72.157 06076*",
    "Vernon 41.837 -72.461 06066",
    "Voluntown 41.571 -71.870 06384",
    "Wallingford 41.457 -72.823 06492",
    "Warren 41.743 -73.349 06754",
    "Washington 41.631 -73.311 06777 06793 06794",
    "Waterbury 41.556 -73.041 06702 06704 06705 06706 06708 06710",
    "Waterford 41.342 -72.136 06375 06385",
    "Watertown 41.606 -73.118 06779 06795",
    "West Hartford 41.762 -72.742 06107 06110 06117 06119 06127 06133 06137",
    "West Haven 41.271 -72.947 06516",
    "Westbrook 41.285 -72.448 06498",
    "Weston 41.201 -73.381 06883",
    "Westport 41.141 -73.358 06838 06880 06881",
    "Wethersfield 41.714 -72.653 06109 06129",
    "Willington 41.876 -72.262 06265 06279",
    "Wilton 41.195 -73.438 06897",
    "Winchester 41.922 -73.066 06094 06098",
    "Windham 41.711 -72.206 06226 06256 06266 06280",
    "Windsor 41.852 -72.644 06064 06095",
    "Windsor Locks 41.929 -72.627 06096",
    "Wolcott 41.602 -72.987 06716",
    "Woodbridge 41.353 -73.008 06525",
    "Woodbury 41.545 -73.209 06798",
    "Woodstock 41.948 -71.974 06244 06267 06281 06282",
)
VILLAGES = {
    "Danielson": "Killingly", "Jewett City": "Griswold", "Moosup": "Plainfield", "Mystic": "Stonington",
    "Niantic": "East Lyme", "Oakville": "Watertown", "Pawcatuck": "Stonington", "Rockville": "Vernon",
    "Storrs": "Mansfield", "Taftville": "Norwich", "Uncasville": "Montville", "Unionville": "Farmington",
    "Willimantic": "Windham", "Winsted": "Winchester",
}  # fmt: skip
BY_NAME = {town.name: town for town in TOWNS}
_BY_ZIP = {code: town for town in TOWNS for code in town.zips}
_CANONICAL = {name.casefold(): name for name in BY_NAME} | {name.casefold(): town for name, town in VILLAGES.items()}
_NAMES = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _CANONICAL), key=len, reverse=True))})\b", re.IGNORECASE)
