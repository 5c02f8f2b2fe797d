//! The words of made-up labels. Plants are real; institutions, people and places are not.

/// Scientific name with author, and family.
pub(super) const TAXA: [(&str, &str); 49] = [
    ("Acer pensylvanicum L.", "Sapindaceae"),
    ("Acer platanoides L.", "Sapindaceae"),
    ("Acer rubrum L.", "Sapindaceae"),
    ("Acer saccharum Marshall", "Sapindaceae"),
    ("Agrostis gigantea Roth", "Poaceae"),
    ("Angelica atropurpurea L.", "Apiaceae"),
    ("Aster alpinus L.", "Asteraceae"),
    ("Aster amellus L.", "Asteraceae"),
    ("Astragalus canadensis L.", "Fabaceae"),
    ("Athyrium filix-femina (L.) Roth", "Athyriaceae"),
    ("Betula lenta L.", "Betulaceae"),
    ("Bromus inermis Leyss.", "Poaceae"),
    ("Carex stricta Lam.", "Cyperaceae"),
    ("Carum carvi L.", "Apiaceae"),
    ("Cicuta maculata L.", "Apiaceae"),
    ("Daucus carota L.", "Apiaceae"),
    ("Dryopteris carthusiana (Vill.) H.P.Fuchs", "Dryopteridaceae"),
    ("Erigeron philadelphicus L.", "Asteraceae"),
    ("Hedysarum boreale Nutt.", "Fabaceae"),
    ("Kalmia latifolia L.", "Ericaceae"),
    ("Lathyrus palustris L.", "Fabaceae"),
    ("Leucanthemum vulgare Lam.", "Asteraceae"),
    ("Lonicera canadensis W.Bartram ex Marshall", "Caprifoliaceae"),
    ("Lycopus americanus Muhl. ex W.P.C.Barton", "Lamiaceae"),
    ("Malus sylvestris Mill.", "Rosaceae"),
    ("Mentha arvensis L.", "Lamiaceae"),
    ("Monarda fistulosa L.", "Lamiaceae"),
    ("Osmunda claytoniana L.", "Osmundaceae"),
    ("Ostrya virginiana (Mill.) K.Koch", "Betulaceae"),
    ("Phegopteris connectilis (Michx.) Watt", "Thelypteridaceae"),
    ("Phleum pratense L.", "Poaceae"),
    ("Poa palustris L.", "Poaceae"),
    ("Polystichum acrostichoides (Michx.) Schott", "Dryopteridaceae"),
    ("Prunella vulgaris L.", "Lamiaceae"),
    ("Prunus avium (L.) L.", "Rosaceae"),
    ("Prunus serotina Ehrh.", "Rosaceae"),
    ("Quercus alba L.", "Fagaceae"),
    ("Quercus macrocarpa Michx.", "Fagaceae"),
    ("Quercus robur L.", "Fagaceae"),
    ("Quercus rubra L.", "Fagaceae"),
    ("Robinia pseudoacacia L.", "Fabaceae"),
    ("Salix bebbiana Sarg.", "Salicaceae"),
    ("Salix discolor Muhl.", "Salicaceae"),
    ("Scirpus cyperinus (L.) Kunth", "Cyperaceae"),
    ("Stachys palustris L.", "Lamiaceae"),
    ("Thelypteris palustris Schott", "Thelypteridaceae"),
    ("Vaccinium corymbosum L.", "Ericaceae"),
    ("Vicia cracca L.", "Fabaceae"),
    ("Viburnum dentatum L.", "Adoxaceae"),
];

pub(super) const INSTITUTIONS: [&str; 6] = [
    "Herbarium of the Northfold Museum",
    "Herbarium of Ashbourne College",
    "University of Westmarch Herbarium",
    "Lindenhall Botanical Garden",
    "Plants of the Harrow Valley",
    "Herbarium of Saint Corvin University",
];

pub(super) const GIVEN_NAMES: [&str; 16] = [
    "A. M.", "C. J.", "E. R.", "Edith L.", "F.", "G. T.", "Hannah", "I. K.", "J. B.", "L. Maud", "M. O.", "N. P.",
    "Rosa D.", "S. W.", "T. H.", "V.",
];

pub(super) const SURNAMES: [&str; 16] = [
    "Aldermoor",
    "Birkenshaw",
    "Calloway",
    "Dunnock",
    "Eskeldson",
    "Fennimore",
    "Grapsovich",
    "Hollenbeek",
    "Ivarsdotter",
    "Kestreline",
    "Lindqvale",
    "Marchbank",
    "Nightgale",
    "Oakenfold",
    "Pellworthy",
    "Thistlewood",
];

pub(super) const COUNTIES: [&str; 8] = [
    "Harrow County",
    "Eastmere County",
    "Upper Tarn District",
    "Kettle County",
    "Marsh of Linn",
    "Stonegate Township",
    "Vale of Orrin",
    "Pine Barrens of Wex",
];

pub(super) const PLACES: [&str; 10] = [
    "Dunmere Bog",
    "Lower Ferry Landing",
    "Heron Point",
    "the old mill dam",
    "Crowfoot Ledges",
    "Blackwater Swamp",
    "Sugarloaf Ravine",
    "Tern Island",
    "Miller's Glen",
    "the abandoned quarry",
];

pub(super) const TOWNS: [&str; 8] =
    ["Ashby", "Corrin", "New Dole", "Hartsfield", "Little Peverel", "Stanmoor", "Wexcombe", "Yarrowford"];

pub(super) const HABITATS: [&str; 10] = [
    "Wet meadow with Carex and Juncus",
    "Dry oak woods on sandy loam",
    "Moist ravine, under Tsuga",
    "Roadside bank, gravelly soil",
    "Limestone ledges, north-facing",
    "Edge of salt marsh, occasional",
    "Open pasture, frequent",
    "Sphagnum bog, with Kalmia and Larix",
    "Alluvial thicket along the stream",
    "Clearing in beech and maple forest, common",
];
