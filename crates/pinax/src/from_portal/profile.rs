//! One image processing profile of a portal in our keys. What each option means: `SpecProcessorManager`,
//! `ImageLocalProcessor` and the page `imageprocessor.php` of Symbiota 3.4.

use std::path::Path;

use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::finding::Finding;
use pinax_core::steps::identify::NamePattern;
use pinax_io::portal::mariadb::ProcessingProfile;

use super::words::quoted;

/// What a person must put in.
const FILL_IN: &str = "FILL IN";

/// A profile in our keys.
pub(super) struct Converted {
    pub(super) toml: String,
    /// Can it be used as it is?
    pub(super) complete: bool,
    pub(super) findings: Vec<Finding>,
}

impl Converted {
    /// It cannot be used as it is.
    pub(super) fn refuse(&mut self, finding: Finding) {
        self.complete = false;
        self.findings.push(finding);
    }

    fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

pub(super) fn convert(name: &str, key: &CollectionKey, row: &ProcessingProfile) -> Converted {
    let mut converted = Converted { toml: String::new(), complete: true, findings: Vec::new() };
    let collection = match key {
        CollectionKey::Collid(collid) => format!("collid = {collid}"),
        CollectionKey::Code { .. } => format!("collection = {}", quoted(&key.to_string())),
    };
    kind(row, &mut converted);
    let source = source(row, &mut converted);
    let identify = identify(row, &mut converted);
    let derive = derive(row, &mut converted);
    let store = store(row, &mut converted);
    for (column, value) in
        [("additionalOptions", &row.additional_options), ("customStoredProcedure", &row.custom_stored_procedure)]
    {
        if filled(value).is_some() {
            converted.tell(Finding::warning(format!("{column} has no counterpart here")));
        }
    }
    converted.toml = format!(
        "[profile.{name}]\n{collection}\nsource = {source}\nidentify = {identify}\nderive = {derive}\nstore = {store}\n"
    );
    converted
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// Only profiles that walk a folder have a counterpart. Without a type the title tells, as Symbiota has it.
fn kind(row: &ProcessingProfile, converted: &mut Converted) {
    let kind = filled(&row.project_type).unwrap_or(match row.title.as_str() {
        "iDigBio CSV upload" => "idigbio",
        "IPlant Image Processing" => "iplant",
        "OCR Harvest" => "ocr",
        _ => "local",
    });
    let why = match kind {
        "local" => return,
        "iplant" => "it harvests pictures from CyVerse (iPlant), which has no counterpart yet".to_owned(),
        "idigbio" => "it reads a CSV file of iDigBio's uploader, which has no counterpart yet".to_owned(),
        "ocr" => "it collects text read from pictures, no pictures".to_owned(),
        other => format!("its type `{other}` has no counterpart yet"),
    };
    converted.refuse(Finding::warning(why));
}

fn source(row: &ProcessingProfile, converted: &mut Converted) -> String {
    let path = filled(&row.source_path);
    match path {
        None => converted.refuse(Finding::warning("it names no source folder").hint("fill in source.path")),
        Some(path) if path.contains("://") => converted.refuse(
            Finding::warning("its source is a web address, which has no counterpart yet")
                .hint("bring the pictures into a folder, and name that in source.path"),
        ),
        Some(path) if !Path::new(path).is_absolute() => converted.tell(
            Finding::warning(format!("its source folder `{path}` is not a whole path"))
                .hint("here it is meant from the folder this file lies in; Symbiota means it from its own folder"),
        ),
        Some(_) => {}
    }
    // The page's own choice: skeletal files are left alone.
    format!("{{ kind = \"folder\", path = {}, skeletal = false }}", quoted(path.unwrap_or(FILL_IN)))
}

fn identify(row: &ProcessingProfile, converted: &mut Converted) -> String {
    let pattern = filled(&row.spec_key_pattern);
    let replace = filled(&row.pattern_replace).map(|pattern| {
        // `preg_replace` without a text takes what it finds away.
        let with = row.replace_str.as_deref().unwrap_or_default();
        (slashed(pattern), with)
    });
    match pattern {
        None => converted.refuse(Finding::warning("it has no pattern").hint("fill in identify.pattern")),
        Some(table) if table.to_lowercase().ends_with(".csv") => converted.refuse(
            Finding::warning(format!("its pattern names a table of pictures, `{table}`, which has no counterpart yet"))
                .hint("fill in a pattern that finds the catalog number in the file name"),
        ),
        Some(pattern) if !pattern.starts_with('/') => converted.refuse(
            Finding::warning(format!("its pattern `{pattern}` has no slashes around it, and Symbiota does not run it"))
                .hint("write /pattern/ or /pattern/i"),
        ),
        Some(pattern) => {
            let replace = replace.as_ref().map(|(pattern, with)| (pattern.as_str(), *with));
            if let Err(error) = NamePattern::new(pattern, replace) {
                converted.refuse(error_told(&error));
            }
        }
    }
    let mut text = format!("{{ pattern = {}", quoted(pattern.unwrap_or(FILL_IN)));
    if let Some((pattern, with)) = replace {
        text.push_str(&format!(", replace = {{ pattern = {}, with = {} }}", quoted(&pattern), quoted(with)));
    }
    text + " }"
}

fn error_told(error: &pinax_core::Error) -> Finding {
    let finding = Finding::warning(error.to_string());
    match error.hint_text() {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// PHP takes other signs than slashes around a pattern too; here only slashes are known.
fn slashed(pattern: &str) -> String {
    let mut rest = pattern.chars();
    let closing = match rest.next() {
        Some('(') => ')',
        Some('[') => ']',
        Some('{') => '}',
        Some('<') => '>',
        Some(sign) if sign.is_ascii_punctuation() && !matches!(sign, '/' | '\\') => sign,
        _ => return pattern.to_owned(),
    };
    match rest.as_str().rsplit_once(closing) {
        Some((body, flags)) => format!("/{body}/{flags}"),
        None => pattern.to_owned(),
    }
}

fn derive(row: &ProcessingProfile, converted: &mut Converted) -> String {
    // An empty width means the portal's own setting, which the database does not hold.
    let thumbnail_made = row.create_tn_img.is_some_and(|code| code != 0);
    let mut keys = Vec::new();
    let mut width = |key: &str, value: Option<u64>| match value.filter(|width| *width > 0) {
        Some(width) => keys.push(format!("{key} = {width}")),
        None => converted.findings.push(
            Finding::note(format!("the {key} width is the portal's own setting, and is not in the profile"))
                .hint(format!("left out: the usual one; add derive.{key} if the portal has another (symbini.php)")),
        ),
    };
    if thumbnail_made {
        width("thumbnail", row.tn_pix_width);
    }
    width("medium", row.web_pix_width);
    width("large", row.lg_pix_width);
    if !thumbnail_made {
        keys.insert(0, "thumbnail = 0".to_owned());
    }
    if let Some(quality) = row.jpg_compression.filter(|quality| *quality != 0) {
        keys.push(format!("quality = {quality}"));
    }
    let thumbnail = match row.create_tn_img.unwrap_or(0) {
        0 | 1 => None,
        2 => Some("are brought along as `_tn` files (createTnImg 2)".to_owned()),
        3 => Some("are shown where they lie as `_tn` files (createTnImg 3)".to_owned()),
        code => Some(format!("come about by createTnImg {code}")),
    };
    let large = match row.create_lg_img.unwrap_or(0) {
        1 => None,
        0 => Some("are left out (createLgImg 0)".to_owned()),
        2 => Some("are the source files, shown where they lie (createLgImg 2)".to_owned()),
        3 => Some("are brought along as `_lg` files (createLgImg 3)".to_owned()),
        4 => Some("are shown where they lie as `_lg` files (createLgImg 4)".to_owned()),
        code => Some(format!("come about by createLgImg {code}")),
    };
    for (what, how) in [("thumbnails", thumbnail), ("large pictures", large)] {
        if let Some(how) = how {
            converted.tell(
                Finding::warning(format!("its {what} {how}, which has no counterpart yet"))
                    .hint("here they are made from the source; files such as X_tn.jpg go to review"),
            );
        }
    }
    format!("{{ {} }}", keys.join(", "))
}

fn store(row: &ProcessingProfile, converted: &mut Converted) -> String {
    let path = filled(&row.target_path);
    let url = filled(&row.img_url);
    match path {
        None => converted.refuse(
            Finding::warning("it names no target folder: the portal's own is meant, which the database does not hold")
                .hint("fill in store.path, MEDIA_ROOT_PATH in the portal's symbini.php"),
        ),
        Some(path) if !Path::new(path).is_absolute() => converted.tell(
            Finding::warning(format!("its target folder `{path}` is not a whole path"))
                .hint("here it is meant from the folder this file lies in; Symbiota means it from its own folder"),
        ),
        Some(_) => {}
    }
    if let (Some(source), Some(target)) = (filled(&row.source_path), path)
        && Path::new(source).starts_with(target)
    {
        converted.refuse(
            Finding::warning("it reads from the folder it writes to").hint("give source and store different folders"),
        );
    }
    let lower = url.unwrap_or_default().to_lowercase();
    let mut allow_http = "";
    match url {
        None => converted.refuse(
            Finding::warning("it names no web address: the portal's own is meant, which the database does not hold")
                .hint("fill in store.public_url, MEDIA_DOMAIN and MEDIA_ROOT_URL in the portal's symbini.php"),
        ),
        Some(_) if lower.starts_with("https://") => {}
        Some(_) if lower.starts_with("http://") => {
            allow_http = ", allow_http = true";
            converted.tell(
                Finding::warning(
                    "its web address is http, not https: portals served by https do not show its pictures",
                )
                .hint("if the server can, write https in store.public_url and take allow_http away"),
            );
        }
        Some(url) => converted.refuse(
            Finding::warning(format!("its web address `{url}` has no host"))
                .hint("complete store.public_url, for example https://portal.example.org/media"),
        ),
    }
    format!(
        "{{ kind = \"folder\", path = {}, public_url = {}{allow_http} }}",
        quoted(path.unwrap_or(FILL_IN)),
        quoted(url.unwrap_or(FILL_IN))
    )
}
