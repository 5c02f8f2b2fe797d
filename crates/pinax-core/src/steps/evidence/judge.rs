//! The pictures of a batch in their order: where barcodes and names part, and what that says of the pictures between.
//!
//! Names are given in the order of the camera, so a sheet that was left out, or taken twice, puts every name after it
//! against the wrong picture: names and barcodes then differ by a constant number of places. A picture whose barcode
//! could not be read has nothing but its name, and the name is worth as much as those of its neighbours.

use std::collections::HashMap;

use super::key;
use crate::nouns::occurrence::CatalogNumber;

/// Pictures that must differ by the same number of places before that is called a shift. Two are a swap, or chance.
const FEWEST: usize = 3;

/// One picture, in the order of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The number its name says.
    pub name: CatalogNumber,
    /// Those its barcodes say; none: none could be read.
    pub read: Vec<CatalogNumber>,
}

/// What is known of a picture once its neighbours are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A barcode says what the name says.
    Proved,
    /// Nothing could be read, and nothing speaks against the name.
    Believed,
    /// Nothing could be read, and the names around are wrong.
    Doubtful {
        /// Place of the neighbour whose barcode is not its name.
        neighbour: usize,
    },
    /// The barcode says another number.
    Contradicts,
    /// It is part of a shift, and this is its number.
    Shifted {
        /// Place among [`Judged::shifts`].
        shift: usize,
        /// From its own barcode, or by the places of its neighbours.
        number: CatalogNumber,
    },
}

/// Names and barcodes differ by a constant number of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Place of the first picture.
    pub first: usize,
    /// Place of the last.
    pub last: usize,
    /// Numbers between what the name says and what the barcode says; positive: the barcode's comes later.
    pub places: isize,
    /// Pictures in it.
    pub pictures: usize,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Of each picture.
    pub standings: Vec<Standing>,
    /// In order.
    pub shifts: Vec<Shift>,
}

/// Judges pictures that lie in one folder, in the order of their names.
#[must_use]
pub fn judge(sightings: &[Sighting]) -> Judged {
    let order = Order::of(sightings);
    let seen: Vec<Seen> = sightings.iter().map(|one| order.seen(one)).collect();
    let mut standings: Vec<Standing> = seen
        .iter()
        .map(|seen| match seen {
            Seen::Agrees => Standing::Proved,
            Seen::Unread => Standing::Believed,
            Seen::Differs { .. } => Standing::Contradicts,
        })
        .collect();
    let shifts = shifts(&seen);
    for (at, shift) in shifts.iter().enumerate() {
        for place in shift.first..=shift.last {
            let number = match &seen[place] {
                Seen::Differs { number, .. } => Some(number.clone()),
                _ => order.beside(&sightings[place].name, shift.places),
            };
            if let Some(number) = number {
                standings[place] = Standing::Shifted { shift: at, number };
            }
        }
    }
    let wrong = wrong_neighbours(&seen, &swapped(sightings, &seen));
    for (standing, neighbour) in standings.iter_mut().zip(wrong) {
        if *standing == Standing::Believed
            && let Some(neighbour) = neighbour
        {
            *standing = Standing::Doubtful { neighbour };
        }
    }
    Judged { standings, shifts }
}

/// What the barcodes of a picture say.
enum Seen {
    Agrees,
    Unread,
    Differs {
        number: CatalogNumber,
        /// Places between the two numbers in the order of names, where both are names.
        places: Option<isize>,
    },
}

/// The numbers of the batch in the order of names, each once: several pictures may be of one specimen.
struct Order {
    numbers: Vec<CatalogNumber>,
    places: HashMap<String, usize>,
}

impl Order {
    fn of(sightings: &[Sighting]) -> Self {
        let mut order = Self { numbers: Vec::new(), places: HashMap::new() };
        for one in sightings {
            let next = order.numbers.len();
            if *order.places.entry(key(&one.name)).or_insert(next) == next {
                order.numbers.push(one.name.clone());
            }
        }
        order
    }

    fn place(&self, number: &CatalogNumber) -> Option<usize> {
        self.places.get(&key(number)).copied()
    }

    /// The number so many places from another.
    fn beside(&self, number: &CatalogNumber, places: isize) -> Option<CatalogNumber> {
        self.numbers.get(self.place(number)?.checked_add_signed(places)?).cloned()
    }

    fn seen(&self, one: &Sighting) -> Seen {
        if one.read.iter().any(|number| super::same(number, &one.name)) {
            return Seen::Agrees;
        }
        let Some(number) = one.read.first().cloned() else { return Seen::Unread };
        let named = self.place(&one.name).zip(self.place(&number));
        let places = named.map(|(name, barcode)| barcode.cast_signed() - name.cast_signed());
        // One barcode says where a picture belongs; of several nobody knows which.
        Seen::Differs { number, places: places.filter(|_| one.read.len() == 1) }
    }
}

/// Runs of pictures that differ by the same number of places. Those that could not be read may lie between; one whose
/// barcode is no name of the batch may end a run: it is the last one, whose own name was given away.
fn shifts(seen: &[Seen]) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = Vec::new();
    let mut run: Option<Shift> = None;
    let mut end = |run: &mut Option<Shift>| {
        shifts.extend(run.take().filter(|run| run.pictures >= FEWEST));
    };
    for (at, one) in seen.iter().enumerate() {
        match (one, &mut run) {
            (Seen::Unread, _) => {}
            (Seen::Differs { places: Some(places), .. }, Some(run)) if run.places == *places => {
                run.last = at;
                run.pictures += 1;
            }
            (Seen::Differs { places: Some(places), .. }, run) => {
                end(run);
                *run = Some(Shift { first: at, last: at, places: *places, pictures: 1 });
            }
            (Seen::Differs { places: None, .. }, Some(open)) if open.pictures >= FEWEST => {
                open.last = at;
                open.pictures += 1;
                end(&mut run);
            }
            (Seen::Agrees | Seen::Differs { .. }, run) => end(run),
        }
    }
    end(&mut run);
    for shift in &mut shifts {
        shift.pictures = shift.last - shift.first + 1;
    }
    shifts
}

/// Two pictures each of which bears the other's number: that explains itself, and says nothing of those around.
fn swapped(sightings: &[Sighting], seen: &[Seen]) -> Vec<bool> {
    let mut given: HashMap<(String, String), usize> = HashMap::new();
    let pair = |at: usize| match &seen[at] {
        Seen::Differs { number, .. } => Some((key(&sightings[at].name), key(number))),
        _ => None,
    };
    for at in 0..seen.len() {
        if let Some(pair) = pair(at) {
            given.insert(pair, at);
        }
    }
    (0..seen.len()).map(|at| pair(at).is_some_and(|(name, number)| given.contains_key(&(number, name)))).collect()
}

/// Of each picture the nearest one before or after that could be read, when its name is wrong and nothing explains it.
fn wrong_neighbours(seen: &[Seen], explained: &[bool]) -> Vec<Option<usize>> {
    let mut wrong: Vec<Option<usize>> = vec![None; seen.len()];
    let mut walk = |places: &mut dyn Iterator<Item = usize>| {
        let mut nearest = None;
        for place in places {
            wrong[place] = wrong[place].or(nearest);
            match &seen[place] {
                _ if explained[place] => {}
                Seen::Unread => {}
                Seen::Agrees => nearest = None,
                Seen::Differs { .. } => nearest = Some(place),
            }
        }
    };
    walk(&mut (0..seen.len()));
    walk(&mut (0..seen.len()).rev());
    wrong
}

#[cfg(test)]
mod tests;
