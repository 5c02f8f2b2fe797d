//! Merging: column by column, the strongest level that says something is written.

use pinax_image::EmbeddedRights;

use super::column::{RightsColumn, Said, licence, shown};
use super::map::RightsRow;
use crate::nouns::finding::Finding;
use crate::nouns::profile::Rights;

/// What is written for one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The columns.
    pub rights: Rights,
    /// What the picture says that could not be written as it stands. The messages do not name the picture.
    pub findings: Vec<Finding>,
}

/// The rights of a profile as they are written: its licence by its URI. One that nobody understands is kept, with a
/// finding. Lengths are a matter of the configuration ([`RightsColumn::objection`]).
#[must_use]
pub fn of_profile(rights: &Rights) -> (Rights, Vec<Finding>) {
    let (written, finding) = rights.rights.as_deref().map(|text| licence(text, " of the profile")).unzip();
    (Rights { rights: written, ..rights.clone() }, finding.flatten().into_iter().collect())
}

/// Merges the three levels. `profile` comes from [`of_profile`]; `picture` is `None` unless the profile trusts what
/// pictures say of themselves; `row` is what the table of rights holds for the picture.
///
/// A picture's own licence that is neither known nor a web address goes to the usage terms, if there are none. The
/// licence of the profile is then left out: it is not what the picture says.
#[must_use]
pub fn merge(profile: &Rights, picture: Option<&EmbeddedRights>, row: Option<&RightsRow>) -> Merged {
    let mut findings = Vec::new();
    let told = picture.map(|picture| Told::of(picture, row, &mut findings)).unwrap_or_default();
    let mut rights = Rights::default();
    for column in RightsColumn::ALL {
        let levels = [row.map(|row| row.said(column)), Some(told.said(column))];
        let strongest = levels.into_iter().flatten().find(|said| *said != Said::Nothing);
        *of_mut(&mut rights, column) = match strongest {
            Some(Said::This(text)) => Some(text.to_owned()),
            Some(Said::Unusable) => None,
            Some(Said::Nothing) | None => of(profile, column).clone(),
        };
    }
    Merged { rights, findings }
}

/// What the picture says, column by column in the order of [`RightsColumn::ALL`].
#[derive(Debug, Default)]
struct Told([Said<String>; 5]);

impl Told {
    fn of(picture: &EmbeddedRights, row: Option<&RightsRow>, findings: &mut Vec<Finding>) -> Self {
        let open = |column| row.is_none_or(|row| row.said(column) == Said::Nothing);
        let mut fitting = |column: RightsColumn, text: Option<String>| match text {
            Some(text) if open(column) => match column.objection(&text) {
                None => Said::This(text),
                Some(objection) => {
                    let message = format!("the picture's own {} {objection}; it is left out", column.name());
                    findings.push(Finding::warning(message).hint("name it in the table of rights"));
                    Said::Unusable
                }
            },
            _ => Said::Nothing,
        };
        let owner = fitting(RightsColumn::Owner, picture.owner.clone());
        let creator = fitting(RightsColumn::Creator, picture.creator.clone());
        let copyright = fitting(RightsColumn::Copyright, picture.copyright.clone());
        let mut terms = fitting(RightsColumn::AccessRights, picture.usage_terms.clone());
        let mut rights = Said::Nothing;
        if let Some(text) = picture.rights.as_deref().filter(|_| open(RightsColumn::Rights)) {
            let (written, unknown) = licence(text, " in the picture");
            if unknown.is_none() || is_address(&written) {
                rights = fitting(RightsColumn::Rights, Some(written));
                findings.extend(unknown.filter(|_| rights != Said::Unusable));
            } else {
                rights = Said::Unusable;
                let to_terms = open(RightsColumn::AccessRights) && terms == Said::Nothing;
                if to_terms {
                    terms = fitting(RightsColumn::AccessRights, Some(written.clone()));
                }
                let what = match terms {
                    Said::This(_) if to_terms => "it is written as usage terms, and no licence",
                    _ => "it is left out, and no licence is written",
                };
                let message = format!("the licence `{}` in the picture is no web address; {what}", shown(&written));
                findings.push(Finding::warning(message).hint("give the picture a licence in the table of rights"));
            }
        }
        Self([owner, creator, rights, terms, copyright])
    }

    fn said(&self, column: RightsColumn) -> Said<&str> {
        match &self.0[column as usize] {
            Said::This(text) => Said::This(text),
            Said::Unusable => Said::Unusable,
            Said::Nothing => Said::Nothing,
        }
    }
}

fn is_address(text: &str) -> bool {
    let scheme = ["http://", "https://"].iter().any(|scheme| text.to_ascii_lowercase().starts_with(scheme));
    scheme && !text.contains(char::is_whitespace)
}

fn of(rights: &Rights, column: RightsColumn) -> &Option<String> {
    match column {
        RightsColumn::Owner => &rights.owner,
        RightsColumn::Creator => &rights.creator,
        RightsColumn::Rights => &rights.rights,
        RightsColumn::AccessRights => &rights.access_rights,
        RightsColumn::Copyright => &rights.copyright,
    }
}

fn of_mut(rights: &mut Rights, column: RightsColumn) -> &mut Option<String> {
    match column {
        RightsColumn::Owner => &mut rights.owner,
        RightsColumn::Creator => &mut rights.creator,
        RightsColumn::Rights => &mut rights.rights,
        RightsColumn::AccessRights => &mut rights.access_rights,
        RightsColumn::Copyright => &mut rights.copyright,
    }
}
